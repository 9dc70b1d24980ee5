"""个人账户 and 家庭共济: what is credited, whose fee may be paid from it, and that it never goes below nothing."""

from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from insured.policy.dates import Month
from payments.models import AccountEntry, Bill, ContributionRecord, LedgerTransaction, PaymentOrder
from payments.policy.pooled import PooledFacts, check_pooled
from payments.services import asking, bills, family, invariants, orders, pooled, refunds
from payments.services.ways import gateway_of
from portal import clock
from portal.errors import BusinessRuleError, ConflictError
from tests import factories
from tests.payments import booth as booths
from tests.payments import owed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march_10() -> Any:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def worker(area: factories.PoolingArea) -> factories.InsuredPerson:
    """An employee with 500 yuan in the account."""
    found = factories.employee(of=factories.employer(area=area))
    pooled.credit({found.pk: 50_000}, kind="opening")
    return found


@pytest.fixture
def order(worker: factories.InsuredPerson, bill: Bill) -> PaymentOrder:
    """The worker's, for the year of a parent who has agreed."""
    return ordered(worker, bill)


def ordered(worker: factories.InsuredPerson, bill: Bill, *, kind: str = "3", key: str = "k" * 24) -> PaymentOrder:
    relation = factories.relation(person=worker, relative=bill.person, kind=kind)
    type(relation).objects.filter(pk=relation.pk).update(invited_at=clock.now(), consented_at=clock.now())
    return booths.opened(bill, by=factories.account_of(worker), key=key)


def codes(caught: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [reason.code for reason in caught.value.reasons]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"relation": "1"}, []),
        ({"relation": "2"}, []),
        ({"relation": None}, ["pooled.own"]),
        ({"relation": "4"}, ["pooled.relation"]),
        ({"relation": ""}, ["pooled.relation"]),
        ({"scheme": "310"}, ["pooled.resident-only"]),
        ({"balance_fen": 39_999}, ["pooled.too-little"]),
        ({"has_account": False}, ["pooled.no-account"]),
    ],
)
def test_whose_fee_may_be_paid(more: dict[str, Any], expected: list[str]) -> None:
    facts: dict[str, Any] = {"scheme": "390", "relation": "3", "has_account": True}
    facts |= {"balance_fen": 40_000, "amount_fen": 40_000} | more

    assert [reason.code for reason in check_pooled(PooledFacts(**facts))] == expected


def test_a_parents_year_is_paid_from_the_account(
    worker: factories.InsuredPerson, order: PaymentOrder, bill: Bill
) -> None:
    paid = family.pay_from_account(order.number, by=factories.account_of(worker))

    bill.refresh_from_db()
    assert (paid.state, bill.status, pooled.balance_of(worker)) == ("paid", Bill.PAID, 10_000)
    assert ContributionRecord.objects.get(person=bill.person).way == "31"
    assert LedgerTransaction.objects.get(kind="payment").key == f"payment:account:GZ{order.number}"
    assert invariants.trades_not_posted_once() == invariants.channels_out_of_balance() == []


def test_paying_twice_takes_once(worker: factories.InsuredPerson, order: PaymentOrder) -> None:
    family.pay_from_account(order.number, by=factories.account_of(worker))
    with pytest.raises(ConflictError):
        family.pay_from_account(order.number, by=factories.account_of(worker))

    assert pooled.balance_of(worker) == 10_000


def test_ones_own_fee_is_refused_with_its_source_and_the_order_can_be_paid_otherwise(bill: Bill) -> None:
    pooled.credit({bill.person.pk: 90_000}, kind="opening")
    order = booths.opened(bill, by=factories.account_of(bill.person))

    with pytest.raises(BusinessRuleError) as caught:
        family.pay_from_account(order.number, by=factories.account_of(bill.person))

    assert (codes(caught), caught.value.reasons[0].source) == (["pooled.own"], "国办发〔2021〕14号 第三条")
    order.refresh_from_db()
    assert (order.state, order.gateway, pooled.balance_of(bill.person)) == ("created", "", 90_000)


def test_a_brother_is_no_near_relative(worker: factories.InsuredPerson, bill: Bill) -> None:
    order = ordered(worker, bill, kind="4")

    assert [reason.code for reason in family.why_not_pooled(order, by=factories.account_of(worker))] == [
        "pooled.relation"
    ]


def test_too_little_takes_nothing(area: factories.PoolingArea, bill: Bill) -> None:
    poor = factories.employee(of=factories.employer(area=area))
    pooled.credit({poor.pk: 39_999}, kind="opening")
    order = ordered(poor, bill)

    with pytest.raises(BusinessRuleError) as caught:
        family.pay_from_account(order.number, by=factories.account_of(poor))

    assert (codes(caught), pooled.balance_of(poor)) == (["pooled.too-little"], 39_999)


def test_the_database_refuses_a_balance_below_nothing(worker: factories.InsuredPerson) -> None:
    too_much = AccountEntry(
        person=worker, position=2, kind="family", amount_fen=-50_001, balance_fen=-1, at=clock.now()
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        AccountEntry.objects.bulk_create([too_much])


def test_of_two_who_saw_the_same_balance_one_succeeds(worker: factories.InsuredPerson, order: PaymentOrder) -> None:
    stale = pooled._last([worker.pk])
    pooled.take(worker, order=order)

    with pytest.raises(IntegrityError), transaction.atomic():
        pooled._entry(worker.pk, after=stale, fen=-1, kind="opening").save(force_insert=True)


def test_an_order_whose_machine_died_before_the_money_was_taken_is_closed(
    worker: factories.InsuredPerson, order: PaymentOrder, march_10: Any
) -> None:
    orders.start_pooled(order.number, by=factories.account_of(worker))
    march_10.move_to("2026-03-10T02:40:00Z")

    asking.query_pending()

    order.refresh_from_db()
    assert (order.state, pooled.balance_of(worker)) == ("closed", 50_000)


def test_money_comes_back_into_the_account_once(worker: factories.InsuredPerson, order: PaymentOrder) -> None:
    family.pay_from_account(order.number, by=factories.account_of(worker))
    request = refunds.RefundRequest(
        order_number=order.number,
        trade_no=f"GZ{order.number}",
        refund_number="TK1",
        begun_at=clock.now(),
        total_fen=40_000,
        refund_fen=40_000,
        reason="",
        notify_url="",
    )

    answers = [gateway_of("account").refund(request) for _ in range(2)]

    assert answers[0] == answers[1] == gateway_of("account").query_refund("TK1", order_number="", begun_at=clock.now())
    assert pooled.balance_of(worker) == 50_000


def test_what_employees_pay_is_credited_when_their_unit_pays(area: factories.PoolingArea) -> None:
    unit = factories.employer(area=area)
    people = [factories.employee(of=unit) for _ in range(3)]
    bill = bills.open_bill(owed.unit_month(unit, people=people, month=Month(2026, 2)))

    bills.pay_bill(bill, amount_fen=bill.left_fen, paid_on=clock.today(), way="02")

    assert [pooled.balance_of(one) for one in people] == [18_400] * 3
    entry = people[0].account_entries.get()
    assert (entry.kind, entry.bill) == ("contribution", bill)


def test_from_the_page_of_the_order(worker: factories.InsuredPerson, order: PaymentOrder, bill: Bill) -> None:
    mine: Client = factories.client_of(factories.account_of(worker))
    page = mine.get(f"/pay/orders/{order.number}/").content.decode()
    assert "用个人账户付款" in page

    answer = mine.post(f"/pay/orders/{order.number}/start/", {"gateway": "account"})

    assert answer["Location"] == f"/pay/orders/{order.number}/result/"
    shown = mine.get("/me/personal-account/").content.decode()
    assert "100.00" in shown
    assert order.number in shown
    assert "个人账户余额仍可使用" in shown
    assert bill.person.name[0] in mine.get("/me/family-sharing/").content.decode()


def test_nobody_sees_anothers_account(worker: factories.InsuredPerson, stranger: factories.User) -> None:
    assert "500.00" not in factories.client_of(stranger).get("/me/personal-account/").content.decode()
