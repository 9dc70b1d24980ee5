"""Months and steps between dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month, MonthSpan, add_months, day_in, first_of_next_month, months_between

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31))
MONTHS = st.builds(Month, st.integers(1950, 2150), st.integers(1, 12))
STEPS = st.integers(-600, 600)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 10), 0, date(2026, 3, 10)),
    ],
)
def test_adding_months_clamps_to_the_last_day_of_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
    ],
)
def test_the_first_of_next_month_follows_every_day(day: date, expected: date) -> None:
    assert first_of_next_month(day) == expected


@pytest.mark.parametrize(
    "text", ["", "2026-3", "2026-13", "2026-00", "26-03", "2026/03", "2026-03-01", "２０２６-03", "2026-03\n"]
)
def test_a_month_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


def test_a_month_knows_its_days_and_its_names() -> None:
    month = Month.parse("2028-02")

    assert (month.first_day, month.last_day) == (date(2028, 2, 1), date(2028, 2, 29))
    assert (month.iso(), str(month)) == ("2028-02", "2028年2月")


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [(2027, 2, 29, date(2027, 2, 28)), (2028, 2, 29, date(2028, 2, 29)), (2026, 9, 1, date(2026, 9, 1))],
)
def test_a_day_the_month_lacks_becomes_its_last(year: int, month: int, day: int, expected: date) -> None:
    assert day_in(year, month, day) == expected


def test_months_between_includes_both_ends() -> None:
    assert months_between(Month(2025, 11), Month(2026, 1)) == (Month(2025, 11), Month(2025, 12), Month(2026, 1))
    assert months_between(Month(2026, 2), Month(2026, 1)) == ()


@given(MONTHS, STEPS)
def test_month_arithmetic_can_be_undone(month: Month, step: int) -> None:
    assert (month + step).months_after(month) == step
    assert month + step + -step == month


@given(MONTHS)
def test_a_written_month_reads_back(month: Month) -> None:
    assert Month.parse(month.iso()) == month


@given(DAYS, STEPS)
def test_adding_months_lands_in_that_month_and_never_on_a_later_day(day: date, step: int) -> None:
    there = add_months(day, step)

    assert Month.of(there) == Month.of(day) + step
    assert there.day <= day.day


@given(DAYS, DAYS, STEPS)
def test_adding_months_keeps_the_order_of_days(one: date, other: date, step: int) -> None:
    first, last = sorted((one, other))

    assert add_months(first, step) <= add_months(last, step)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (Month(2026, 11), Month(2026, 11), "2026年11月"),
        (Month(2026, 1), Month(2026, 3), "2026年1月至3月"),
        (Month(2025, 11), Month(2026, 2), "2025年11月至2026年2月"),
    ],
)
def test_a_span_says_nothing_twice(first: Month, last: Month, words: str) -> None:
    assert str(MonthSpan(first, last)) == words
