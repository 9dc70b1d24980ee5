"""When a stop takes effect, and the hole before the next cover."""

from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month
from insured.policy.effective import (
    Hole,
    Scheme,
    StopEffect,
    check_stop_month,
    first_employee_cover,
    hole_before,
    stop_effect,
    stop_month_bounds,
    unit_filing_month,
)
from insured.policy.rules import AreaRules

RULES = AreaRules()
NEXT_DAY = AreaRules(resident_stop_effect="next_day")
NEXT_MONTH = AreaRules(resident_stop_effect="next_month")
FIFTEENTH = AreaRules(employee_stop_effect="fifteenth")
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
SCHEMES: st.SearchStrategy[Scheme] = st.sampled_from(("310", "390"))
RULE_SETS = st.sampled_from([RULES, NEXT_DAY, NEXT_MONTH, FIFTEENTH])
SHIFTS = st.one_of(st.none(), st.integers(-6, 12))


def codes(result: StopEffect | Hole) -> list[str]:
    return [reason.code for reason in result.reasons]


@pytest.mark.parametrize(
    ("rules", "approved_on", "stop_month", "effective_on", "code"),
    [
        (RULES, date(2026, 3, 11), None, date(2026, 3, 11), "stop.on-approval"),
        (RULES, date(2026, 3, 11), "2026-02", date(2026, 3, 11), "stop.on-approval"),
        (RULES, date(2026, 3, 11), "2026-03", date(2026, 4, 1), "stop.later-month"),
        (RULES, date(2026, 3, 11), "2026-05", date(2026, 6, 1), "stop.later-month"),
        (RULES, date(2026, 3, 11), "2026-12", date(2027, 1, 1), "stop.later-month"),
        (RULES, date(2026, 12, 31), None, date(2026, 12, 31), "stop.on-approval"),
        (NEXT_DAY, date(2026, 3, 11), None, date(2026, 3, 12), "stop.next-day"),
        (NEXT_DAY, date(2026, 3, 31), "2026-03", date(2026, 4, 1), "stop.next-day"),
        (NEXT_DAY, date(2028, 2, 28), None, date(2028, 2, 29), "stop.next-day"),
        (NEXT_MONTH, date(2026, 3, 11), None, date(2026, 4, 1), "stop.next-month"),
        (NEXT_MONTH, date(2026, 3, 11), "2026-04", date(2026, 5, 1), "stop.later-month"),
    ],
)
def test_a_resident_stop_takes_effect_as_the_area_says(
    rules: AreaRules, approved_on: date, stop_month: str | None, effective_on: date, code: str
) -> None:
    month = Month.parse(stop_month) if stop_month else None

    result = stop_effect("390", rules=rules, approved_on=approved_on, stop_month=month)

    assert result.effective_on == effective_on
    assert result.last_covered_on == effective_on - timedelta(days=1)
    assert result.reasons[0].code == code
    assert not result.is_empty_period


@pytest.mark.parametrize(
    ("rules", "approved_on", "stop_month", "effective_on", "last_covered_on"),
    [
        (RULES, date(2025, 4, 21), "2025-04", date(2025, 5, 1), date(2025, 4, 30)),
        (RULES, date(2025, 4, 21), None, date(2025, 5, 1), date(2025, 4, 30)),
        (RULES, date(2025, 4, 21), "2025-06", date(2025, 7, 1), date(2025, 6, 30)),
        (RULES, date(2025, 4, 21), "2025-03", date(2025, 4, 21), date(2025, 3, 31)),
        (RULES, date(2025, 12, 31), "2025-12", date(2026, 1, 1), date(2025, 12, 31)),
        (FIFTEENTH, date(2025, 4, 21), "2025-04", date(2025, 5, 15), date(2025, 5, 14)),
    ],
)
def test_an_employee_stop_lets_cover_end_with_the_paid_months(
    rules: AreaRules, approved_on: date, stop_month: str | None, effective_on: date, last_covered_on: date
) -> None:
    month = Month.parse(stop_month) if stop_month else None

    result = stop_effect("310", rules=rules, approved_on=approved_on, stop_month=month)

    assert (result.effective_on, result.last_covered_on) == (effective_on, last_covered_on)
    assert ("stop.cover-already-ended" in codes(result)) is (last_covered_on < effective_on - timedelta(days=1))


def test_a_member_who_leaves_in_the_first_month_has_an_empty_period() -> None:
    result = stop_effect(
        "310",
        rules=RULES,
        approved_on=date(2026, 4, 20),
        stop_month=Month(2026, 4),
        covered_from=date(2026, 5, 1),
    )

    assert result.is_empty_period
    assert [r.params["months"] for r in result.reasons if r.code == "stop.empty-period"] == [1]


def test_a_prepaid_year_that_has_not_begun_ends_without_a_covered_day() -> None:
    result = stop_effect(
        "390",
        rules=RULES,
        approved_on=date(2025, 12, 15),
        covered_from=date(2026, 1, 1),
        covered_until=date(2026, 12, 31),
    )

    assert result.is_empty_period
    assert result.effective_on == date(2025, 12, 15)
    assert codes(result) == ["stop.on-approval", "stop.not-begun"]


def test_cover_that_ended_earlier_is_not_made_longer() -> None:
    result = stop_effect("390", rules=RULES, approved_on=date(2026, 2, 10), covered_until=date(2025, 12, 31))

    assert (result.effective_on, result.last_covered_on) == (date(2026, 2, 10), date(2025, 12, 31))
    assert "stop.cover-already-ended" in codes(result)


def test_a_late_approval_says_that_the_asked_month_is_past() -> None:
    result = stop_effect("390", rules=RULES, approved_on=date(2026, 4, 2), stop_month=Month(2026, 3))

    assert result.effective_on == date(2026, 4, 2)
    assert codes(result) == ["stop.on-approval", "stop.not-before-approval"]


@pytest.mark.parametrize(("is_usable", "expected"), [(True, True), (False, False)])
def test_the_personal_account_is_mentioned_where_it_stays_usable(is_usable: bool, expected: bool) -> None:
    rules = AreaRules(personal_account_usable_after_stop=is_usable)

    result = stop_effect("310", rules=rules, approved_on=date(2026, 3, 11))

    assert ("stop.account-usable" in codes(result)) is expected


def test_su_wenlan_is_warned_of_21_days_and_offered_a_later_month() -> None:
    """T1: approved on 2026-03-11, the first employee cover begins on 2026-04-01."""
    effect = stop_effect("390", rules=RULES, approved_on=date(2026, 3, 11), covered_until=date(2026, 12, 31))
    cover = first_employee_cover(date(2026, 3, 11), rules=RULES)

    hole = hole_before(cover.begins_on, last_covered_on=effect.last_covered_on)
    later = stop_effect("390", rules=RULES, approved_on=date(2026, 3, 11), stop_month=hole.better_stop_month)

    assert (effect.effective_on, cover.begins_on, hole.days) == (date(2026, 3, 11), date(2026, 4, 1), 21)
    assert hole.better_stop_month == Month(2026, 3)
    assert codes(hole) == ["hole.days", "hole.later-month"]
    assert later.effective_on == date(2026, 4, 1)
    assert hole_before(cover.begins_on, last_covered_on=later.last_covered_on).days == 0


@pytest.mark.parametrize(
    ("last_covered_on", "next_cover_on", "days", "better"),
    [
        (date(2026, 3, 31), date(2026, 4, 1), 0, None),
        (date(2026, 4, 30), date(2026, 4, 1), 0, None),
        (date(2026, 3, 30), date(2026, 4, 1), 1, "2026-03"),
        (date(2026, 3, 10), date(2026, 4, 10), 30, "2026-03"),
        (date(2026, 3, 31), date(2026, 4, 10), 9, None),
        (date(2026, 12, 10), date(2027, 1, 1), 21, "2026-12"),
    ],
)
def test_a_hole_is_counted_in_whole_days(
    last_covered_on: date, next_cover_on: date, days: int, better: str | None
) -> None:
    hole = hole_before(next_cover_on, last_covered_on=last_covered_on)

    assert hole.days == days
    assert hole.better_stop_month == (Month.parse(better) if better else None)


@pytest.mark.parametrize(
    ("rules", "is_flexible", "paid_on", "begins_on"),
    [
        (RULES, False, date(2026, 3, 1), date(2026, 4, 1)),
        (RULES, True, date(2026, 3, 31), date(2026, 4, 1)),
        (AreaRules(flexible_first_waiting_months=3), True, date(2026, 3, 11), date(2026, 7, 1)),
        (AreaRules(flexible_first_waiting_months=3), False, date(2026, 3, 11), date(2026, 4, 1)),
        (AreaRules(employee_start_effect="after_30_days"), False, date(2026, 3, 11), date(2026, 4, 10)),
    ],
)
def test_first_employee_cover_begins_after_the_first_payment(
    rules: AreaRules, is_flexible: bool, paid_on: date, begins_on: date
) -> None:
    assert first_employee_cover(paid_on, rules=rules, is_flexible=is_flexible).begins_on == begins_on


@pytest.mark.parametrize(
    ("scheme", "settled", "until", "earliest", "latest", "is_optional"),
    [
        ("390", None, date(2026, 12, 31), "2026-03", "2026-12", True),
        ("390", None, None, "2026-03", "2026-12", True),
        ("390", None, date(2025, 12, 31), "2026-03", "2026-03", True),
        ("310", "2026-02", None, "2026-02", "2026-06", False),
        ("310", None, None, "2026-03", "2026-06", False),
        ("310", "2026-12", None, "2026-03", "2026-06", False),
    ],
)
def test_a_form_offers_the_months_that_can_be_chosen(
    scheme: Literal["310", "390"],
    settled: str | None,
    until: date | None,
    earliest: str,
    latest: str,
    is_optional: bool,
) -> None:
    bounds = stop_month_bounds(
        scheme,
        rules=RULES,
        today=date(2026, 3, 11),
        settled_through=Month.parse(settled) if settled else None,
        covered_until=until,
    )

    assert (bounds.earliest.iso(), bounds.latest.iso(), bounds.is_optional) == (earliest, latest, is_optional)


@pytest.mark.parametrize(
    ("scheme", "month", "expected"),
    [
        ("390", None, []),
        ("310", None, ["stop-month.missing"]),
        ("310", "2026-01", ["stop-month.too-early"]),
        ("310", "2026-02", []),
        ("310", "2026-06", []),
        ("310", "2026-07", ["stop-month.too-late"]),
        ("390", "2026-02", ["stop-month.too-early"]),
    ],
)
def test_a_stop_month_outside_the_bounds_is_refused(
    scheme: Literal["310", "390"], month: str | None, expected: list[str]
) -> None:
    bounds = stop_month_bounds(scheme, rules=RULES, today=date(2026, 3, 11), settled_through=Month(2026, 2))

    reasons = check_stop_month(Month.parse(month) if month else None, bounds=bounds)

    assert [reason.code for reason in reasons] == expected


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        (date(2025, 4, 1), "2025-04"),
        (date(2025, 4, 25), "2025-04"),
        (date(2025, 4, 26), "2025-05"),
        (date(2025, 12, 31), "2026-01"),
    ],
)
def test_a_unit_that_files_after_the_closing_day_files_for_next_month(filed_on: date, expected: str) -> None:
    assert unit_filing_month(filed_on, rules=RULES).iso() == expected


@given(SCHEMES, RULE_SETS, DAYS, SHIFTS)
def test_a_stop_never_takes_effect_before_its_approval(
    scheme: Scheme, rules: AreaRules, approved_on: date, shift: int | None
) -> None:
    month = None if shift is None else Month.of(approved_on) + shift

    assert stop_effect(scheme, rules=rules, approved_on=approved_on, stop_month=month).effective_on >= approved_on


@given(SCHEMES, RULE_SETS, DAYS, st.one_of(st.none(), st.integers(0, 12)))
def test_the_last_covered_day_is_the_day_before_the_effect(
    scheme: Scheme, rules: AreaRules, approved_on: date, shift: int | None
) -> None:
    month = None if shift is None else Month.of(approved_on) + shift

    result = stop_effect(scheme, rules=rules, approved_on=approved_on, stop_month=month)

    assert result.last_covered_on == result.effective_on - timedelta(days=1)


@given(SCHEMES, RULE_SETS, DAYS, SHIFTS, DAYS)
def test_a_stop_never_lengthens_cover(
    scheme: Scheme, rules: AreaRules, approved_on: date, shift: int | None, covered_until: date
) -> None:
    month = None if shift is None else Month.of(approved_on) + shift

    result = stop_effect(scheme, rules=rules, approved_on=approved_on, stop_month=month, covered_until=covered_until)

    assert result.last_covered_on <= covered_until
    assert result.last_covered_on < result.effective_on


@given(DAYS, st.integers(0, 400))
def test_the_offered_month_never_overlaps_the_next_cover(last_covered_on: date, ahead: int) -> None:
    hole = hole_before(last_covered_on + timedelta(days=ahead), last_covered_on=last_covered_on)

    assert hole.days >= 0
    if hole.better_stop_month is not None:
        assert last_covered_on < hole.better_stop_month.last_day < hole.next_cover_on
