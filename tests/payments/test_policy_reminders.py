"""What is to be reminded of on a day: a table, and that nothing is told of that is far away."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.rules import AreaRules
from payments.policy.reminders import Occasion, occasions_on

DEFAULT = AreaRules()
NEIGHBOUR = AreaRules(window_start_month=10, window_start_day=15)


def shown(found: tuple[Occasion, ...]) -> list[str]:
    return [f"{one.kind} {one.window}" for one in found]


@pytest.mark.parametrize(
    ("rules", "today", "expected"),
    [
        (DEFAULT, date(2026, 8, 31), []),
        (DEFAULT, date(2026, 9, 1), ["opening 2027"]),
        (NEIGHBOUR, date(2026, 9, 1), []),
        (NEIGHBOUR, date(2026, 10, 14), []),
        (NEIGHBOUR, date(2026, 10, 15), ["opening 2027"]),
        (DEFAULT, date(2026, 12, 15), ["opening 2027"]),
        (DEFAULT, date(2026, 12, 16), ["closing 2027"]),
        (DEFAULT, date(2026, 12, 31), ["closing 2027"]),
        (DEFAULT, date(2027, 1, 1), []),
        (DEFAULT, date(2027, 2, 12), []),
        (DEFAULT, date(2027, 2, 13), ["extension 2027"]),
        (DEFAULT, date(2027, 2, 28), ["extension 2027"]),
        (DEFAULT, date(2027, 3, 1), []),
        (AreaRules(extension_ends_month=0), date(2027, 2, 28), []),
        (AreaRules(window_reminder_days=0), date(2026, 12, 31), ["opening 2027"]),
        (AreaRules(window_reminder_days=0), date(2027, 2, 28), []),
        (AreaRules(window_reminder_days=30), date(2026, 12, 1), ["closing 2027"]),
    ],
)
def test_the_window_decides_what_is_told(rules: AreaRules, today: date, expected: list[str]) -> None:
    assert shown(occasions_on(today, rules=rules, due_days=())) == expected


@pytest.mark.parametrize(
    ("rules", "due", "expected"),
    [
        (DEFAULT, date(2026, 4, 16), []),
        (DEFAULT, date(2026, 4, 15), ["due 2026-04-15"]),
        (DEFAULT, date(2026, 4, 10), ["due 2026-04-10"]),
        (DEFAULT, date(2026, 4, 9), ["overdue 2026-04-09"]),
        (DEFAULT, date(2026, 3, 27), ["overdue 2026-03-27"]),
        (DEFAULT, date(2026, 3, 26), []),
        (AreaRules(due_reminder_days=0), date(2026, 4, 10), []),
        (AreaRules(due_reminder_days=0), date(2026, 4, 9), ["overdue 2026-04-09"]),
    ],
)
def test_bills_are_told_of_before_and_after_their_day(rules: AreaRules, due: date, expected: list[str]) -> None:
    assert shown(occasions_on(date(2026, 4, 10), rules=rules, due_days={due})) == expected


@given(today=st.dates(date(2025, 1, 1), date(2035, 12, 31)), days=st.sets(st.integers(-60, 60), max_size=8))
def test_nothing_is_told_of_twice_or_far_from_its_day(today: date, days: set[int]) -> None:
    found = occasions_on(today, rules=DEFAULT, due_days={today + timedelta(days=day) for day in days})

    assert len(set(found)) == len(found)
    assert all(abs((one.day - today).days) <= 14 for one in found if one.kind in ("due", "overdue"))
    assert all(one.year in (today.year, today.year + 1) for one in found if one.kind not in ("due", "overdue"))
