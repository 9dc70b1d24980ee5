"""T+1 against the platforms' own bill files, each in its format: what is wrong in a file is found, and nothing more."""

from collections import Counter
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from payments import gateways
from payments.gateways.base import Gateway
from payments.models import Bill, Difference, LedgerTransaction, PaymentOrder
from payments.policy.reconciliation import day_of
from payments.services import asking, orders, reconciliation
from portal import clock
from tests import factories
from tests.payments import booth as booths
from tests.payments.cashier import Cashier

pytestmark = pytest.mark.django_db
days = (date(2026, 3, 1) + timedelta(days=no) for no in count(step=4))
"""One for each test: the cashier's books are those of the whole module."""


@pytest.fixture
def paid(
    gateway: Gateway,
    till: Cashier,
    area: factories.PoolingArea,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[PaymentOrder]:
    """Five orders of a day on which nobody else pays, as the file of the day has them; they were found by asking."""
    monkeypatch.setattr(gateways, "gateways", lambda: (gateway,))
    settings.DEMO, settings.VAR_DIR = True, str(tmp_path)
    till.turn(no_notice=True)
    move(till, next(days))
    found = []
    for _ in range(5):
        person = factories.resident(area=area)
        by = factories.account_of(person)
        order = booths.opened(booths.bill_of(person.enrollments.get()), by=by)
        till.pay(orders.start_order(order.number, gateway=gateway.code, by=by))
        asking.ask(order.number)
        order.refresh_from_db()
        found.append(order)
    return sorted(found, key=lambda order: (order.paid_at, order.number))


def move(till: Cashier, day: date) -> None:
    """The hall and the platforms have the same day."""
    clock.move_to(day)
    till.move(clock.offset_days())


def settle_day(order: PaymentOrder) -> date:
    assert order.paid_at is not None
    return day_of(order.paid_at, gateway=order.gateway, zone=clock.SHANGHAI)


def differences(gateway: Gateway, day: date) -> Counter[tuple[str, str]]:
    file = reconciliation.import_statement(gateway.code, day)
    assert file is not None
    return Counter(Difference.objects.filter(file=file).values_list("kind", "trade_no"))


def test_a_whole_file_has_no_difference(gateway: Gateway, till: Cashier, paid: list[PaymentOrder]) -> None:
    day = settle_day(paid[0])
    move(till, day + timedelta(days=1))

    assert differences(gateway, day) == {}


def test_one_missing_extra_wrong_doubled_and_late_line_are_five_differences(
    gateway: Gateway, till: Cashier, paid: list[PaymentOrder]
) -> None:
    """F23, and nothing is repaired behind anybody's back."""
    missing, wrong, _right, doubled, late = (order.trade_no for order in paid)
    day, postings = settle_day(paid[0]), LedgerTransaction.objects.count()
    move(till, day + timedelta(days=1))
    till.turn(statement_faults=["missing", "extra", "wrong", "doubled", "late"])

    found = differences(gateway, day)

    (extra,) = {number for kind, number in found if kind == "theirs_only"}
    assert found == {
        ("ours_only", missing): 1,
        ("amount", wrong): 1,
        ("duplicate", doubled): 1,
        ("ours_only", late): 1,
        ("theirs_only", extra): 1,
    }
    assert extra not in {order.trade_no for order in paid}
    assert LedgerTransaction.objects.count() == postings == 5
    assert set(PaymentOrder.objects.values_list("state", flat=True)) == {"paid"}
    assert set(Bill.objects.values_list("status", flat=True)) == {Bill.PAID}


def test_the_late_line_stands_in_the_file_of_the_next_day(
    gateway: Gateway, till: Cashier, paid: list[PaymentOrder]
) -> None:
    day = settle_day(paid[0])
    move(till, day + timedelta(days=2))
    till.turn(statement_faults=["late"])

    assert differences(gateway, day) == {("ours_only", paid[4].trade_no): 1}
    assert differences(gateway, day + timedelta(days=1)) == {("other_day", paid[4].trade_no): 1}
