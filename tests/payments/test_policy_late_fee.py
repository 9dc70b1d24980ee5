"""Late fees, undeclared months and part payments: T11 of the rules, and what holds for any number."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.policy.allocation import Debt, allocate
from payments.policy.late_fee import days_late, late_fee, undeclared_line

DUE = date(2025, 3, 25)
money = st.integers(min_value=0, max_value=10_000_000_000)


@pytest.mark.parametrize(
    ("principal", "paid_on", "days", "fee"),
    [
        (3_876_000, date(2025, 5, 9), 45, 87_210),
        (10_000_000, date(2025, 4, 24), 30, 150_000),
        (3_876_000, DUE, 0, 0),
        (3_876_000, DUE - timedelta(days=3), 0, 0),
        (3_876_000, DUE + timedelta(days=1), 1, 1_938),
        (999, DUE + timedelta(days=1), 1, 0),
        (1_000, DUE + timedelta(days=1), 1, 1),
    ],
)
def test_counts_the_days_after_the_due_day(principal: int, paid_on: date, days: int, fee: int) -> None:
    found = late_fee(principal, due_on=DUE, paid_on=paid_on)

    assert (found.days, found.amount_fen, found.reason.code) == (days, fee, "bill.late-fee")


@pytest.mark.parametrize(
    ("is_capped", "fee", "code"), [(True, 100_000, "bill.late-fee-capped"), (False, 100_050, "bill.late-fee")]
)
def test_the_cap_is_a_setting(is_capped: bool, fee: int, code: str) -> None:
    found = late_fee(100_000, due_on=DUE, paid_on=DUE + timedelta(days=2001), is_capped=is_capped)

    assert (found.amount_fen, found.reason.code) == (fee, code)


def test_a_late_month_costs_principal_and_fee() -> None:
    line = late_fee(3_876_000, due_on=DUE, paid_on=date(2025, 5, 9)).line(principal_fen=3_876_000)

    assert line.part == "late_fee"
    assert 3_876_000 + line.amount_fen == 3_963_210


def test_an_undeclared_month_is_110_percent_of_the_one_before() -> None:
    line = undeclared_line(3_600_000)

    assert (line.part, line.amount_fen) == ("unit", 3_960_000)


@given(principal=money, days=st.integers(0, 20_000))
def test_a_capped_fee_never_exceeds_the_principal_and_grows_with_the_days(principal: int, days: int) -> None:
    fees = [late_fee(principal, due_on=DUE, paid_on=DUE + timedelta(days=more)).amount_fen for more in (days, days + 1)]

    assert 0 <= fees[0] <= fees[1] <= principal
    assert abs(fees[0] - min(principal * Decimal("0.0005") * days, principal)) <= Decimal("0.5")


def test_the_day_of_payment_counts_and_the_due_day_does_not() -> None:
    assert days_late(due_on=DUE, paid_on=date(2025, 3, 26)) == 1


MARCH = Debt(key="ZD3", period_starts_on=date(2025, 3, 1), principal_fen=1_000, late_fee_fen=50)
APRIL = Debt(key="ZD4", period_starts_on=date(2025, 4, 1), principal_fen=1_000, late_fee_fen=20)


@pytest.mark.parametrize(
    ("paid", "portions", "rest"),
    [
        (0, [], 0),
        (600, [("ZD3", 600, 0)], 0),
        (1_000, [("ZD3", 1_000, 0)], 0),
        (1_030, [("ZD3", 1_000, 30)], 0),
        (1_050, [("ZD3", 1_000, 50)], 0),
        (1_500, [("ZD3", 1_000, 50), ("ZD4", 450, 0)], 0),
        (2_070, [("ZD3", 1_000, 50), ("ZD4", 1_000, 20)], 0),
        (3_000, [("ZD3", 1_000, 50), ("ZD4", 1_000, 20)], 930),
    ],
)
def test_a_part_payment_settles_the_oldest_first(paid: int, portions: list[tuple[str, int, int]], rest: int) -> None:
    found = allocate(paid, debts=[APRIL, MARCH])

    assert [(one.key, one.principal_fen, one.late_fee_fen) for one in found.portions] == portions
    assert found.rest_fen == rest


@given(
    paid=money,
    debts=st.lists(
        st.builds(
            Debt,
            key=st.text(min_size=1, max_size=4),
            period_starts_on=st.dates(),
            principal_fen=money,
            late_fee_fen=money,
        ),
        max_size=8,
    ),
)
def test_no_fen_is_lost_or_made(paid: int, debts: list[Debt]) -> None:
    found = allocate(paid, debts=debts)

    assert sum(one.total_fen for one in found.portions) + found.rest_fen == paid
    assert found.rest_fen == max(paid - sum(one.principal_fen + one.late_fee_fen for one in debts), 0)
