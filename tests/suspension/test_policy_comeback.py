"""What a later return means: cases of domain 2.5 and 2.8, and the two demo areas side by side."""

from datetime import date

import pytest

from insured.policy.comeback import PaidYear
from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from portal.labels import say
from suspension.policy.comeback import (
    Comeback,
    back_payment_outlook,
    employee_comebacks,
    promise,
    renewal_outlook,
    resident_comebacks,
)

TODAY = date(2026, 3, 10)
HOME = AreaRules()
NEIGHBOUR = AreaRules(
    window_start_month=10,
    window_start_day=15,
    extension_start="next_day",
    gap_count="A",
    interruption_start="next_day",
    interruption_is_retroactive=False,
    interruption_waiting_months=3,
)
Row = tuple[str, int, date | None]


def short(ways: tuple[Comeback, ...]) -> list[Row]:
    return [(way.code, way.waiting_months, way.begins_on) for way in ways]


@pytest.mark.parametrize(
    ("rules", "month", "rows"),
    [
        (HOME, Month(2027, 1), [("window", 0, date(2027, 1, 1)), ("month", 0, date(2027, 1, 1))]),
        (HOME, Month(2028, 1), [("window", 3, date(2028, 4, 1)), ("month", 3, date(2028, 4, 1))]),
        (HOME, Month(2029, 6), [("window", 4, date(2029, 5, 1)), ("month", 4, date(2029, 10, 1))]),
        (NEIGHBOUR, Month(2029, 6), [("window", 5, date(2029, 6, 1)), ("month", 5, date(2029, 11, 1))]),
        (HOME, Month(2026, 9), [("month", 3, date(2026, 12, 1))]),
        (HOME, Month(2026, 11), [("month", 3, None)]),
        (HOME, Month(2031, 1), [("window", 6, date(2031, 7, 1)), ("month", 6, date(2031, 7, 1))]),
    ],
)
def test_a_resident_waits_as_long_as_the_gap_says(rules: AreaRules, month: Month, rows: list[Row]) -> None:
    ways = resident_comebacks(month, covered_years={2024, 2025, 2026}, today=TODAY, rules=rules)

    assert short(ways) == rows


def test_a_year_that_is_paid_has_one_way_and_costs_nothing() -> None:
    paid = {2026: PaidYear(paid_on=date(2025, 10, 20), begins_on=date(2026, 1, 1))}

    for month, begins in ((Month(2026, 3), TODAY), (Month(2026, 9), date(2026, 9, 1))):
        ways = resident_comebacks(month, covered_years={2026}, today=TODAY, rules=HOME, paid_years=paid)

        assert short(ways) == [("paid-ahead", 0, begins)]
        assert ways[0].is_paid_already


def test_years_without_cover_before_the_stop_count_too() -> None:
    covered = resident_comebacks(Month(2027, 1), covered_years={2026}, today=TODAY, rules=HOME)
    before = resident_comebacks(Month(2027, 1), covered_years={2024}, today=TODAY, rules=HOME)
    never = resident_comebacks(Month(2027, 1), covered_years=(), today=TODAY, rules=HOME)

    assert [found[0].waiting_months for found in (covered, before, never)] == [0, 4, 0]


@pytest.mark.parametrize(
    ("rules", "month", "rows"),
    [
        (HOME, Month(2026, 4), [("continued", 0, date(2026, 4, 1))]),
        (HOME, Month(2026, 6), [("paid-up", 0, date(2026, 6, 1)), ("unpaid", 0, date(2026, 7, 1))]),
        (NEIGHBOUR, Month(2026, 6), [("paid-up", 0, date(2026, 6, 2)), ("unpaid", 0, date(2026, 7, 1))]),
        (HOME, Month(2026, 7), [("paid-up", 0, date(2026, 7, 1)), ("unpaid", 0, date(2026, 8, 1))]),
        (HOME, Month(2026, 8), [("too-long", 6, date(2027, 2, 1))]),
        (NEIGHBOUR, Month(2026, 8), [("too-long", 3, date(2026, 11, 1))]),
    ],
)
def test_an_employee_pays_up_or_waits(rules: AreaRules, month: Month, rows: list[Row]) -> None:
    assert short(employee_comebacks(month, last_paid=Month(2026, 3), rules=rules)) == rows


def test_counts_the_months_that_must_be_paid() -> None:
    paid_up, unpaid = employee_comebacks(Month(2026, 6), last_paid=Month(2026, 3), rules=HOME)

    assert paid_up.months_due == (Month(2026, 4), Month(2026, 5), Month(2026, 6))
    assert unpaid.months_due == (Month(2026, 6),)


def test_every_answer_has_words_and_a_source() -> None:
    reasons = [
        renewal_outlook("390", rules=HOME),
        renewal_outlook("310", rules=HOME),
        back_payment_outlook("390"),
        back_payment_outlook("310"),
        promise(5, on=TODAY),
    ]

    assert all(say(reason).endswith("。") and reason.source for reason in reasons)
    assert say(renewal_outlook("390", rules=NEIGHBOUR)) != say(reasons[0])
