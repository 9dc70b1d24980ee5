"""Money going back: however many give parts of one payment back at the same moment, never more than was paid."""

import secrets
from collections.abc import Iterator
from functools import partial

import pytest
from django.db.models import Sum

from insured.models import PoolingArea
from payments.models import Bill, LedgerTransaction, OrderLine, Refund
from payments.services import giving_back, invariants, refunds
from portal.accounts.models import User
from tests import factories
from tests.payments import booth as booths
from tests.payments import refunding
from tests.races.crowd import Call, Outcome, at_most, crowd, shown
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
PART = 7_000


@pytest.fixture(autouse=True)
def till(monkeypatch: pytest.MonkeyPatch) -> Iterator[booths.Booth]:
    with booths.open_booths(monkeypatch) as found:
        yield found


def paid(area: PoolingArea) -> Bill:
    person = factories.resident(area=area)
    bill = booths.bill_of(person.enrollments.get())
    refunding.paid_order(bill, by=factories.account_of(person))
    person.periods.all().delete()
    return bill


def giving(bill: Bill, *, by: User) -> Call:
    return partial(
        giving_back.propose,
        OrderLine.objects.get(bill=bill).order.number,
        bill_number=bill.number,
        amount_fen=PART,
        text="多收退还差额",
        token=secrets.token_urlsafe(24),
        by=by,
    )


def test_parallel_parts_never_exceed_what_was_paid(report: Report, area: PoolingArea) -> None:
    """T23."""
    at_once, rounds, total = at_most(size(plain=12, full=64)), size(plain=2, full=50), Outcome()
    by = factories.staff(area=area, role="finance")

    with crowd(at_once) as people:
        for _ in range(rounds):
            bill = paid(area)
            total.add(people.run([giving(bill, by=by) for _ in range(at_once)]))
            gone = Refund.objects.holding().filter(bill=bill).aggregate(fen=Sum("amount_fen"))["fen"]
            bill.refresh_from_db()
            assert gone == bill.refunded_fen == bill.paid_fen // PART * PART

    shown(report, "parts of one payment given back", at_once=at_once, rounds=rounds, outcome=total)
    assert not invariants.refunds_out_of_line()


def test_many_workers_give_each_refund_back_once(report: Report, area: PoolingArea, till: booths.Booth) -> None:
    at_once, count, total = at_most(8), size(plain=4, full=64), Outcome()
    bills = [paid(area) for _ in range(count)]
    makers = refunding.two(bills[0])
    for bill in bills:
        refunding.released(refunding.asked(bill, basis=f"YB{bill.pk}")[0], makers=makers)

    with crowd(at_once) as people:
        total.add(people.run([refunds.send_due for _ in range(at_once)]))

    shown(report, "workers that send refunds", at_once=at_once, rounds=1, outcome=total)
    assert Refund.objects.filter(state=Refund.DONE).count() == count == len(till.refunds)
    assert LedgerTransaction.objects.filter(kind="refund").count() == count
    assert not invariants.refunds_out_of_line()
