"""Which months somebody who pays month by month owes."""

import pytest

from insured.policy.dates import Month
from payments.policy.owed import owed, unpaid_months

JUNE = Month(2026, 6)


@pytest.mark.parametrize(
    ("last_paid", "months"),
    [
        (None, 0),
        (Month(2026, 7), 0),
        (Month(2026, 6), 0),
        (Month(2026, 5), 0),
        (Month(2026, 4), 1),
        (Month(2026, 3), 2),
        (Month(2025, 6), 11),
    ],
)
def test_counts_the_months_that_are_over_and_unpaid(last_paid: Month | None, months: int) -> None:
    found = owed(last_paid=last_paid, this_month=JUNE, monthly_fen=44_330)

    assert len(found.months) == months
    assert found.total_fen == 44_330 * months


def test_names_the_oldest_month_first() -> None:
    assert owed(last_paid=Month(2025, 12), this_month=Month(2026, 3), monthly_fen=0).months == (
        Month(2026, 1),
        Month(2026, 2),
    )


def test_lists_the_months_nobody_paid() -> None:
    assert unpaid_months(Month(2026, 1), through=Month(2026, 3)) == (Month(2026, 2), Month(2026, 3))
    assert unpaid_months(Month(2026, 3), through=Month(2026, 3)) == ()
    assert unpaid_months(None, through=Month(2026, 3)) == ()
