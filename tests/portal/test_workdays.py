from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.workdays import add_workdays, is_workday, subtract_workdays, workdays_between

DAYS = st.dates(min_value=date(2005, 1, 1), max_value=date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 10, 1), False),
        (date(2025, 9, 28), True),  # a Sunday that makes up for the National Day holiday
        (date(2025, 10, 11), True),  # a Saturday that does
        (date(2025, 10, 12), False),
        (date(2025, 1, 28), False),
        (date(2025, 3, 10), True),
        (date(2060, 10, 1), True),  # a Friday without data: weekdays only
        (date(2060, 10, 2), False),
        (date(1990, 1, 1), True),
    ],
)
def test_follows_the_calendar_and_counts_weekdays_where_it_ends(day: date, works: bool) -> None:
    assert is_workday(day, overrides={}) is works


@pytest.mark.parametrize("works", [True, False])
def test_lets_an_override_decide(works: bool) -> None:
    day = date(2025, 10, 1)

    assert is_workday(day, overrides={day: works}) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2025, 3, 10), 0, date(2025, 3, 10)),
        (date(2025, 3, 10), 3, date(2025, 3, 13)),
        (date(2025, 3, 14), 1, date(2025, 3, 17)),
        (date(2025, 3, 15), 1, date(2025, 3, 17)),
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
        (date(2025, 9, 26), 2, date(2025, 9, 29)),
    ],
)
def test_does_not_count_the_first_day_of_a_term(start: date, days: int, end: date) -> None:
    assert add_workdays(start, days=days, overrides={}) == end


def test_skips_an_extra_holiday() -> None:
    assert add_workdays(date(2025, 3, 10), days=1, overrides={date(2025, 3, 11): False}) == date(2025, 3, 12)


def test_refuses_a_negative_term() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_workdays(date(2025, 3, 10), days=-1, overrides={})


@given(DAYS, st.integers(min_value=0, max_value=40), st.dictionaries(DAYS, st.booleans(), max_size=20))
def test_counts_back_what_it_added(start: date, days: int, overrides: dict[date, bool]) -> None:
    end = add_workdays(start, days=days, overrides=overrides)

    assert workdays_between(start, end, overrides=overrides) == days


def test_finds_nothing_between_a_day_and_an_earlier_one() -> None:
    assert workdays_between(date(2025, 3, 12), date(2025, 3, 10), overrides={}) == 0


@given(DAYS, st.integers(min_value=0, max_value=40))
def test_goes_back_to_the_latest_day_that_has_waited_so_long(end: date, days: int) -> None:
    start = subtract_workdays(end, days=days, overrides={})

    assert workdays_between(start, end, overrides={}) == days
    assert workdays_between(start + timedelta(days=1), end, overrides={}) < max(days, 1)


def test_goes_back_over_an_extra_holiday() -> None:
    monday, tuesday = date(2026, 3, 9), date(2026, 3, 10)

    assert subtract_workdays(tuesday, days=1, overrides={}) == monday
    assert subtract_workdays(tuesday, days=1, overrides={tuesday: False}) == date(2026, 3, 8)
