"""The ledger: both sides alike, every movement once, nothing changed afterwards."""

from collections.abc import Sequence

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from payments.models import Bill, LedgerEntry, LedgerTransaction
from payments.services import ledger
from tests.payments.booth import PAID_AT

pytestmark = pytest.mark.django_db


def movement(*fen: int, trade_no: str = "T1") -> ledger.Movement:
    return ledger.Movement(
        kind="payment",
        channel="alipay",
        trade_no=trade_no,
        happened_at=PAID_AT,
        entries=[ledger.Entry(account="gateway" if one > 0 else "suspense", fen=one) for one in fen],
    )


def test_writes_both_sides(bill: Bill) -> None:
    both = [
        ledger.Entry(account="gateway", fen=40_000),
        ledger.Entry(account="contribution", fen=-40_000, bill_id=bill.pk),
    ]

    ledger.post(ledger.Movement(kind="payment", channel="alipay", trade_no="T1", happened_at=PAID_AT, entries=both))

    rows = LedgerEntry.objects.order_by("pk").values_list("account", "fen", "bill_id")
    assert list(rows) == [("gateway", 40_000, None), ("contribution", -40_000, bill.pk)]


@pytest.mark.parametrize("fen", [(), (1,), (100, -99), (100, -50, -51)])
def test_refuses_sides_that_differ(fen: Sequence[int]) -> None:
    with pytest.raises(ValueError, match="T1"):
        ledger.post(movement(*fen))

    assert not LedgerTransaction.objects.exists()


def test_refuses_the_same_movement_twice() -> None:
    ledger.post(movement(100, -100))

    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post(movement(100, -100))
    assert ledger.is_posted(kind="payment", channel="alipay", trade_no="T1")
    assert not ledger.is_posted(kind="refund", channel="alipay", trade_no="T1")


@given(st.lists(st.integers(1, 10**13), min_size=1, max_size=5))
def test_never_lets_a_fen_slip_in(parts: list[int]) -> None:
    total = sum(parts)

    ledger_sides = [total, *(-part for part in parts)]

    assert sum(entry.fen for entry in movement(*ledger_sides).entries) == 0
    with pytest.raises(ValueError, match="nothing"):
        ledger.post(movement(total + 1, *(-part for part in parts)))


@pytest.mark.parametrize("table", ["payments_ledgerentry", "payments_ledgertransaction"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_nothing_is_changed_or_removed(table: str, change: str) -> None:
    ledger.post(movement(100, -100))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table=table))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite sees one row at a time")
def test_the_database_itself_refuses_a_lopsided_movement() -> None:
    row = LedgerTransaction.objects.create(
        key="x", kind="payment", channel="alipay", trade_no="T9", happened_at=PAID_AT, posted_at=PAID_AT
    )

    LedgerEntry.objects.create(transaction=row, account="gateway", fen=1)

    with pytest.raises(IntegrityError, match="do not come to nothing"):
        connection.check_constraints()
