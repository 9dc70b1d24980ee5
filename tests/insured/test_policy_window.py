"""The days on which the resident scheme collects for a coverage year."""

from datetime import date

import pytest

from insured.policy.rules import AreaRules
from insured.policy.window import Phase, collection_window, next_filing_day

DEFAULT = AreaRules()


@pytest.mark.parametrize(
    ("on", "phase"),
    [
        (date(2026, 8, 31), "not_open"),
        (date(2026, 9, 1), "window"),
        (date(2026, 12, 31), "window"),
        (date(2027, 1, 1), "extension"),
        (date(2027, 2, 28), "extension"),
        (date(2027, 3, 1), "late"),
        (date(2027, 12, 31), "late"),
        (date(2028, 1, 1), "over"),
    ],
)
def test_every_day_lies_in_one_phase_of_the_collection(on: date, phase: Phase) -> None:
    assert collection_window(2027, rules=DEFAULT).phase(on) == phase


@pytest.mark.parametrize(
    ("rules", "year", "on", "phase"),
    [
        (DEFAULT, 2028, date(2028, 2, 29), "extension"),
        (DEFAULT, 2028, date(2028, 3, 1), "late"),
        (AreaRules(extension_ends_month=0), 2027, date(2027, 1, 1), "late"),
        (AreaRules(window_start_month=10, window_start_day=15), 2027, date(2026, 10, 14), "not_open"),
        (AreaRules(window_start_month=10, window_start_day=15), 2027, date(2026, 10, 15), "window"),
        (AreaRules(window_end_month=12, window_end_day=20), 2027, date(2026, 12, 21), "extension"),
    ],
)
def test_areas_collect_on_their_own_days(rules: AreaRules, year: int, on: date, phase: Phase) -> None:
    assert collection_window(year, rules=rules).phase(on) == phase


@pytest.mark.parametrize(
    ("first", "last", "on", "opens"),
    [
        (1, 31, date(2026, 2, 28), None),
        (1, 31, date(2026, 3, 1), None),
        (1, 25, date(2026, 3, 25), None),
        (1, 25, date(2026, 3, 26), date(2026, 4, 1)),
        (1, 25, date(2026, 12, 31), date(2027, 1, 1)),
        (5, 20, date(2026, 3, 4), date(2026, 3, 5)),
        (5, 20, date(2026, 3, 5), None),
        (5, 20, date(2026, 1, 31), date(2026, 2, 5)),
        (30, 31, date(2026, 2, 27), date(2026, 2, 28)),
        (30, 31, date(2026, 2, 28), None),
    ],
)
def test_stops_are_taken_on_the_areas_days_of_the_month(first: int, last: int, on: date, opens: date | None) -> None:
    rules = AreaRules(stop_filing_day_from=first, stop_filing_day_to=last)

    assert next_filing_day(on, rules=rules) == opens
