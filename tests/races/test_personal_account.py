"""家庭共济 at one door: however many take from an account, give back and credit, it never goes below nothing."""

import secrets
from functools import partial

import pytest
from django.db.models import Sum

from insured.models import CoveragePeriod, InsuredPerson, PoolingArea
from insured.policy.dates import Month
from payments.models import AccountEntry, Bill, OrderLine, PaymentOrder, Refund
from payments.services import asking, bills, family, giving_back, orders, pooled, refunds
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests import factories
from tests.insured import families
from tests.payments import booth as booths
from tests.payments import owed, refunding
from tests.races.crowd import Call, Outcome, at_most, crowd, shown
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
FEE = 40_000


def worker(area: PoolingArea, *, fen: int) -> InsuredPerson:
    """An employee with so much in the account."""
    found = factories.employee(of=factories.employer(area=area))
    pooled.credit({found.pk: fen}, kind="opening")
    return found


def ordered(payer: InsuredPerson) -> PaymentOrder:
    """The payer's order for the year of a parent who has agreed."""
    parent = factories.resident(area=payer.area)
    relation = factories.relation(person=payer, relative=parent, kind="3")
    type(relation).objects.filter(pk=relation.pk).update(invited_at=clock.now(), consented_at=clock.now())
    bill = booths.bill_of(parent.enrollments.get(), personal_fen=FEE)
    return booths.opened(bill, by=factories.account_of(payer), key=secrets.token_urlsafe(24))


def paying(order: PaymentOrder) -> Call:
    return partial(family.pay_from_account, order.number, by=order.payer)


def released(order: PaymentOrder, *, makers: tuple[User, User]) -> Refund:
    """Paid from the account, and to be given back by finance."""
    family.pay_from_account(order.number, by=order.payer)
    line = order.lines.select_related("bill").get()
    CoveragePeriod.objects.filter(enrollment=line.bill.enrollment).delete()
    made = giving_back.propose(
        order.number,
        bill_number=line.bill.number,
        amount_fen=FEE,
        text="重复参保，全额退还",
        token=refunding.token(),
        by=makers[0],
    )
    return refunding.released(made, makers=makers)


def assert_account_adds_up(person: InsuredPerson) -> int:
    """Positions without a gap, each balance the one before and the amount, never below nothing; what it holds."""
    balance = 0
    for place, entry in enumerate(AccountEntry.objects.filter(person=person).order_by("position"), start=1):
        balance += entry.amount_fen
        assert (entry.position, entry.balance_fen) == (place, balance)
        assert balance >= 0
    return balance


def no_lock(outcome: Outcome) -> int:
    """How many waited too long for the account; they are refusals, of which nothing is kept."""
    busy = [words for words in outcome.broken if "lock timeout" in words]
    count = sum(outcome.broken.pop(words) for words in busy)
    outcome.refused.update({"no lock in time": count} if count else {})
    return count


def pressed_again(payer: InsuredPerson) -> int:
    """Whoever was told to try again does; how many could pay now."""
    paid = 0
    for order in PaymentOrder.objects.filter(payer=payer.user, state="created"):
        try:
            family.pay_from_account(order.number, by=order.payer)
            paid += 1
        except BusinessRuleError:
            continue
    return paid


def test_many_payments_of_one_account_take_what_it_holds_and_no_more(report: Report, area: PoolingArea) -> None:
    at_once, rounds, total = at_most(size(plain=8, full=32)), size(plain=3, full=30), Outcome()
    enough = at_once // 2

    with crowd(at_once) as people:
        for _ in range(rounds):
            payer = worker(area, fen=enough * FEE + FEE - 1)
            found = [ordered(payer) for _ in range(at_once)]
            outcome = people.run([paying(order) for order in found])
            busy = no_lock(outcome)
            total.add(outcome)
            assert not outcome.broken
            mine = PaymentOrder.objects.filter(payer=payer.user)
            assert len(outcome.won) == mine.filter(state="paid").count() <= enough <= len(outcome.won) + busy
            assert len(outcome.won) + pressed_again(payer) == mine.filter(state="paid").count() == enough
            assert mine.filter(state="created", gateway="").count() == at_once - enough
            mine.filter(state="created").update(next_query_at=clock.now(), expires_at=clock.now())
            asking.query_pending()
            assert mine.filter(state="closed").count() == at_once - enough
            assert assert_account_adds_up(payer) == FEE - 1

    shown(report, "payments of one personal account", at_once=at_once, rounds=rounds, outcome=total)
    assert total.reasons <= {"pooled.somebody-first", "pooled.too-little"}
    assert Bill.objects.filter(status=Bill.PAID).count() == rounds * enough
    assert not OrderLine.objects.filter(is_live=True).exists()
    assert refunding.money_is_in_order()


def test_two_tabs_pay_an_order_from_the_account_once(report: Report, area: PoolingArea) -> None:
    at_once, rounds, total = at_most(4), size(plain=5, full=50), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            payer = worker(area, fen=3 * FEE)
            order = ordered(payer)
            total.add(people.run([paying(order)] * at_once))
            order.refresh_from_db()
            assert (order.state, assert_account_adds_up(payer)) == ("paid", 2 * FEE)

    shown(report, "tabs that pay one order from the account", at_once=at_once, rounds=rounds, outcome=total)
    assert refunding.money_is_in_order()


def test_a_payment_a_refund_and_a_credit_meet_in_one_account(report: Report, area: PoolingArea) -> None:
    """The unit pays its month, finance's refund of an earlier payment is sent, and the payer pays, all at once."""
    rounds, total = size(plain=6, full=60), Outcome()
    finance = factories.staff(area=area, role="finance", name="钱一"), factories.staff(area=area, role="finance")

    with crowd(4) as people:
        for _ in range(rounds):
            payer = worker(area, fen=2 * FEE)
            month = owed.unit_month(payer.enrollments.get().employer, people=[payer], month=Month(2026, 2))
            unit_bill = bills.open_bill(month)
            refund = released(ordered(payer), makers=finance)
            calls = [paying(ordered(payer)), refunds.send_due, refunds.send_due]
            calls.append(
                partial(
                    bills.pay_bill, unit_bill, amount_fen=unit_bill.left_fen, paid_on=booths.PAID_AT.date(), way="02"
                )
            )
            total.add(people.run(calls))
            Refund.objects.filter(pk=refund.pk, state=Refund.SENT).update(next_try_at=clock.now())
            refunds.send_due()
            refund.refresh_from_db()
            credited = AccountEntry.objects.filter(person=payer, kind="contribution").aggregate(fen=Sum("amount_fen"))
            assert refund.state == Refund.DONE
            assert credited["fen"]
            assert assert_account_adds_up(payer) == FEE + credited["fen"]

    shown(report, "payment, refund and credit of one account (all may win)", at_once=4, rounds=rounds, outcome=total)
    assert len(total.won) == 4 * rounds
    assert refunding.money_is_in_order()


def test_two_relatives_at_one_bill_make_one_live_order(report: Report, area: PoolingArea) -> None:
    at_once, rounds, total = at_most(size(plain=6, full=16)), size(plain=5, full=50), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            person = factories.resident(area=area)
            bill = booths.bill_of(person.enrollments.get(), personal_fen=FEE)
            payers = [factories.resident(area=area) for _ in range(2)]
            for payer in payers:
                families.consented(actor=payer, relative=person)
            calls: list[Call] = []
            for no in range(at_once):
                wanted = booths.request_for(bill, key=secrets.token_urlsafe(24))
                calls.append(partial(orders.open_order, wanted, by=factories.account_of(payers[no % 2])))
            outcome = people.run(calls)
            total.add(outcome)
            live = PaymentOrder.objects.get(lines__bill=bill)
            assert set(outcome.won) == {live}
            assert OrderLine.objects.filter(bill=bill).count() == 1

    shown(report, "two relatives at one bill", at_once=at_once, rounds=rounds, outcome=total)
    assert total.reasons == {"order.other-payer"}
