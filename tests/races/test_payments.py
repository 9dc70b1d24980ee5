"""Money at one door: a thousand clicks make one order, and twenty notices of one trade make one posting."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.db.models import Sum

from insured.models import PoolingArea
from payments.models import (
    Bill,
    ContributionRecord,
    LedgerEntry,
    LedgerTransaction,
    NoticeVerdict,
    OrderLine,
    PaymentOrder,
)
from payments.services import orders
from payments.services.notices import receive
from tests import factories
from tests.payments import booth as booths
from tests.races.crowd import Call, Outcome, at_most, crowd, shown
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
COPIES = 20


@pytest.fixture(autouse=True)
def till(monkeypatch: pytest.MonkeyPatch) -> Iterator[booths.Booth]:
    with booths.open_booths(monkeypatch) as found:
        yield found


def owing(area: PoolingArea) -> Bill:
    return booths.bill_of(factories.resident(area=area).enrollments.get())


def clicking(bill: Bill, *, key: str) -> Call:
    assert bill.person is not None
    return partial(orders.open_order, booths.request_for(bill, key=key), by=factories.account_of(bill.person))


@pytest.mark.parametrize("keys", ["one form", "a form each"])
def test_a_thousand_clicks_make_one_live_order(report: Report, area: PoolingArea, keys: str) -> None:
    """G4."""
    at_once, rounds, total = at_most(size(plain=16, full=50)), size(plain=3, full=20), Outcome()
    bill = owing(area)

    with crowd(at_once) as people:
        for turn in range(rounds):
            names = [f"click-{turn if keys == 'one form' else f'{turn}-{no}'}".ljust(24, "x") for no in range(at_once)]
            total.add(people.run([clicking(bill, key=name) for name in names]))

    shown(report, f"pay clicks on one bill, {keys}", at_once=at_once, rounds=rounds, outcome=total)
    assert PaymentOrder.objects.count() == OrderLine.objects.filter(is_live=True).count() == 1
    assert set(total.won) == {PaymentOrder.objects.get()}
    assert not total.refused


def test_twenty_notices_of_each_trade_among_bad_ones_make_one_posting(report: Report, area: PoolingArea) -> None:
    """G5: other amounts, unknown orders and forgeries stand among them."""
    at_once, count, total = at_most(16), size(plain=6, full=200), Outcome()
    rows = [owing(area) for _ in range(count)]
    bodies: list[bytes] = []
    for row in rows:
        assert row.person is not None
        order = booths.opened(row, by=factories.account_of(row.person))
        orders._start(order.number, gateway="alipay", by=factories.account_of(row.person))
        good = booths.paid(order, amount_fen=order.amount_fen)
        bodies += [booths.notice_of(good)] * COPIES
        bodies += [booths.notice_of(booths.paid(order, amount_fen=1)), booths.notice_of(good, signature="forged")]
    unknown = booths.paid(PaymentOrder(number="DD-none"), amount_fen=1)
    bodies += [booths.notice_of(unknown)] * at_once
    bodies += [b"forged"] * (-len(bodies) % at_once)

    with crowd(at_once) as people:
        for start in range(0, len(bodies), at_once):
            calls = [partial(receive, "alipay", headers={}, body=body) for body in bodies[start : start + at_once]]
            total.add(people.run(calls))

    shown(report, "notices of one trade", at_once=at_once, rounds=len(bodies) // at_once, outcome=total)
    verdicts = Counter(NoticeVerdict.objects.values_list("result", flat=True))
    assert (verdicts["posted"], verdicts["repeat"]) == (count, count * (COPIES - 1))
    assert (verdicts["mismatch"], verdicts["unknown-order"]) == (count, at_once)
    assert LedgerTransaction.objects.count() == ContributionRecord.objects.count() == count
    assert set(Bill.objects.values_list("status", flat=True)) == {Bill.PAID}
    by_account = dict(LedgerEntry.objects.values_list("account").annotate(sum=Sum("fen")))
    assert by_account == {"gateway": count * 40_000, "contribution": -count * 40_000}


def test_two_orders_of_one_bill_paid_at_once_pay_it_once(report: Report, area: PoolingArea, till: booths.Booth) -> None:
    """T08: the first was closed and is paid nevertheless, in the moment in which the second is."""
    rounds, total = size(plain=5, full=50), Outcome()

    with crowd(2) as people:
        for _ in range(rounds):
            bill = owing(area)
            assert bill.person is not None
            by = factories.account_of(bill.person)
            first = booths.started(bill, by=by, key="first" * 5)
            second = orders.switch_order(first.number, key="second" * 5, by=by)
            orders.start_order(second.number, gateway="alipay", by=by)
            second.refresh_from_db()
            bodies = [booths.notice_of(till.pay(order)) for order in (first, second)]
            total.add(people.run([partial(receive, "alipay", headers={}, body=body) for body in bodies]))
            bill.refresh_from_db()
            assert (bill.status, bill.paid_fen) == (Bill.PAID, 40_000)

    shown(report, "two orders of one bill (both may win, one pays)", at_once=2, rounds=rounds, outcome=total)
    by_account = dict(LedgerEntry.objects.values_list("account").annotate(sum=Sum("fen")))
    assert by_account == {
        "gateway": 2 * rounds * 40_000,
        "contribution": -rounds * 40_000,
        "suspense": -rounds * 40_000,
    }
    assert ContributionRecord.objects.count() == rounds
