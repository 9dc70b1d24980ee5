"""The same person, the same day, two areas: what differs is one column of their rules, and with it the answer."""

from collections.abc import Callable
from datetime import date

import pytest

from insured.models import AreaPolicy, PoolingArea
from insured.policy.comeback import History, employee_return, resident_return, useful_repairs
from insured.policy.dates import Month
from insured.policy.effective import first_employee_cover, stop_effect, stop_month_bounds, unit_filing_month
from insured.policy.eligibility import PersonFacts, check_age
from insured.policy.interruption import payment_effect
from insured.policy.rules import AreaRules
from insured.policy.waiting import WaitingFacts, waiting_period
from insured.policy.window import CollectionWindow, collection_window, next_filing_day
from suspension.policy.planner import Prices, Wish, option, pay_by
from tests import factories

pytestmark = pytest.mark.django_db
Ask = Callable[[AreaRules], object]
PAID_LATE, IN_WINDOW = date(2027, 3, 10), date(2026, 11, 5)
APRIL_12 = date(2025, 4, 12)
TWO_YEARS = History(covered_years=frozenset({2023, 2024}), last_scheme="390", covered_until=date(2024, 12, 31))
FOUR_YEARS = History(covered_years=frozenset({2024}), last_scheme="390", covered_until=date(2024, 12, 31))


def resident(paid_on: date, *, year: int = 2027, **facts: object) -> Ask:
    """The first day of benefits of a resident year that is paid on that day, or None."""
    given = WaitingFacts(coverage_year=year, paid_on=paid_on, **facts)  # type: ignore[arg-type]
    return lambda rules: waiting_period(given, rules=rules).benefit_start


def after_a_gap(paid_on: date, last_paid: str, *paid: str) -> Ask:
    """The first day of benefits after an interruption of the employee scheme."""
    months, last = [Month.parse(one) for one in paid], Month.parse(last_paid)
    return lambda rules: (
        payment_effect(
            rules=rules, last_paid=last, paid_on=paid_on, months_paid=months or [Month.of(paid_on)]
        ).benefit_start
    )


def retroactive(rules: AreaRules) -> object:
    months = [Month(2025, number) for number in (2, 3, 4)]
    return payment_effect(rules=rules, last_paid=Month(2025, 1), paid_on=APRIL_12, months_paid=months).retroactive_from


def stop_of(scheme: str) -> Ask:
    month = Month(2026, 3) if scheme == "310" else None
    return lambda rules: (
        stop_effect(
            scheme,  # type: ignore[arg-type]
            rules=rules,
            approved_on=date(2026, 3, 11),
            stop_month=month,
            covered_until=date(2026, 12, 31) if scheme == "390" else None,
        ).effective_on
    )


def switched(rules: AreaRules) -> object:
    history = History(
        covered_years=frozenset({2024, 2025}),
        last_scheme="310",
        covered_until=date(2026, 4, 30),
        covered_months=20,
        last_paid=Month(2026, 4),
    )
    return resident_return(history, coverage_year=2026, paid_on=date(2026, 6, 10), rules=rules).begins_on


def bill_is_due(rules: AreaRules) -> object:
    wish = Wish(scheme="390", paid_on=PAID_LATE, coverage_year=2027)
    return pay_by(option(wish, history=TWO_YEARS, prices=Prices(), rules=rules), today=PAID_LATE, rules=rules)


def minor(rules: AreaRules) -> object:
    return bool(check_age(PersonFacts(born_on=date(2009, 1, 1)), scheme="310", today=date(2026, 3, 10), rules=rules))


CAUGHT_UP = after_a_gap(APRIL_12, "2025-01", "2025-02", "2025-03", "2025-04")
CASES: list[tuple[str, object, Ask, object, object]] = [
    # domain.md section 9, in its order, and what else an area may decide: column, other value, question, two answers
    ("gap_count", "A", lambda rules: useful(rules), 1, 2),
    ("gap_count", "A", resident(IN_WINDOW, gap_years=2), date(2027, 5, 1), date(2027, 6, 1)),
    ("fixed_waiting_months", 6, resident(PAID_LATE), date(2027, 6, 10), date(2027, 9, 10)),
    ("gap_counting_from_year", 2026, lambda rules: comes(TWO_YEARS, rules), date(2027, 5, 1), date(2027, 4, 1)),
    ("waiting_floor_gap_years", 6, lambda rules: repaired(rules), date(2029, 7, 1), date(2029, 4, 1)),
    ("waiting_floor_months", 8, lambda rules: comes(FOUR_YEARS, rules, year=2029), date(2029, 7, 1), date(2029, 9, 1)),
    ("extension_start", "next_day", resident(date(2027, 2, 20)), date(2027, 2, 20), date(2027, 2, 21)),
    ("extension_ends_month", 0, resident(date(2027, 2, 20)), date(2027, 2, 20), date(2027, 5, 20)),
    ("window_end_month", 10, lambda rules: window(rules).closes_on, date(2026, 12, 31), date(2026, 10, 31)),
    ("useless_payment_is_refused", False, lambda rules: refused(rules), True, False),
    ("newborn_days", 0, resident(date(2027, 5, 1), birth_on=date(2027, 3, 1)), date(2027, 3, 1), date(2027, 5, 2)),
    ("exempt_groups", "newborn", resident(PAID_LATE, exempt_group="aided"), date(2027, 3, 11), date(2027, 6, 10)),
    (
        "exempt_days",
        30,
        resident(PAID_LATE, exempt_group="aided", group_since=date(2027, 1, 10)),
        date(2027, 3, 11),
        date(2027, 6, 10),
    ),
    ("interruption_grace_months", 1, CAUGHT_UP, date(2025, 4, 1), date(2025, 10, 1)),
    ("interruption_start", "next_month", CAUGHT_UP, date(2025, 4, 1), date(2025, 5, 1)),
    ("interruption_start", "next_day", CAUGHT_UP, date(2025, 4, 1), date(2025, 4, 13)),
    ("interruption_is_retroactive", False, retroactive, Month(2025, 2), None),
    ("interruption_waiting_months", 3, after_a_gap(date(2025, 8, 12), "2025-01"), date(2026, 2, 1), date(2025, 11, 1)),
    ("switch_min_covered_months", 12, switched, date(2026, 9, 10), date(2026, 6, 10)),
    ("resident_stop_effect", "next_day", stop_of("390"), date(2026, 3, 11), date(2026, 3, 12)),
    ("resident_stop_effect", "next_month", stop_of("390"), date(2026, 3, 11), date(2026, 4, 1)),
    ("employee_stop_effect", "fifteenth", stop_of("310"), date(2026, 4, 1), date(2026, 4, 15)),
    ("employee_start_effect", "after_30_days", lambda rules: first(rules), date(2026, 4, 1), date(2026, 4, 9)),
    ("flexible_first_waiting_months", 3, lambda rules: first(rules), date(2026, 4, 1), date(2026, 7, 1)),
    ("unit_filing_day_to", 15, lambda rules: filed(rules), Month(2026, 3), Month(2026, 4)),
    ("stop_filing_day_to", 5, lambda rules: next_filing_day(date(2026, 3, 10), rules=rules), None, date(2026, 4, 1)),
    ("stop_months_ahead", 1, lambda rules: latest(rules), Month(2026, 6), Month(2026, 4)),
    ("flexible_min_age", 18, minor, False, True),
    ("comeback_payment_days", 5, bill_is_due, date(2027, 3, 25), date(2027, 3, 15)),
    ("window_start_month", 10, lambda rules: window(rules).opens_on, date(2026, 9, 1), date(2026, 10, 1)),
]


def useful(rules: AreaRules) -> int:
    return useful_repairs(TWO_YEARS, coverage_year=2027, paid_on=IN_WINDOW, rules=rules)


def comes(history: History, rules: AreaRules, *, year: int = 2027) -> object:
    paid_on = date(year - 1, 11, 5)
    return resident_return(history, coverage_year=year, paid_on=paid_on, rules=rules).begins_on


def repaired(rules: AreaRules) -> object:
    """Four years of gap with all three repairs: only the floor makes one wait longer than the fixed months."""
    paid_on = date(2028, 11, 5)
    return resident_return(FOUR_YEARS, coverage_year=2029, paid_on=paid_on, rules=rules, repaired_years=3).begins_on


def window(rules: AreaRules) -> CollectionWindow:
    return collection_window(2027, rules=rules)


def filed(rules: AreaRules) -> object:
    return unit_filing_month(date(2026, 3, 20), rules=rules)


def refused(rules: AreaRules) -> object:
    facts = WaitingFacts(coverage_year=2027, paid_on=date(2027, 11, 20), gap_years=2)
    return waiting_period(facts, rules=rules).is_refused


def first(rules: AreaRules) -> object:
    return first_employee_cover(date(2026, 3, 10), rules=rules, is_flexible=True).begins_on


def latest(rules: AreaRules) -> object:
    return stop_month_bounds("310", rules=rules, today=date(2026, 3, 10)).latest


@pytest.mark.parametrize(("column", "value", "ask", "here", "there"), CASES)
def test_one_column_changes_the_answer(column: str, value: object, ask: Ask, here: object, there: object) -> None:
    factories.area()
    factories.area(code="119902", name="邻州市", **{column: value})

    answers = [ask(rules_of(code)) for code in ("119901", "119902")]

    assert answers == [here, there]
    assert here != there


def rules_of(code: str) -> AreaRules:
    area = PoolingArea.objects.get(code=code)
    return AreaPolicy.objects.in_force(area_id=area.pk, on=date(2026, 3, 10)).as_rules()


def test_a_leap_day_is_a_day_like_any_other() -> None:
    rules = AreaRules()

    extension = waiting_period(WaitingFacts(coverage_year=2028, paid_on=date(2028, 2, 29)), rules=rules)
    too_late = waiting_period(WaitingFacts(coverage_year=2027, paid_on=date(2027, 3, 1)), rules=rules)
    clamped = waiting_period(WaitingFacts(coverage_year=2028, paid_on=date(2028, 3, 31)), rules=rules)

    assert extension.benefit_start == date(2028, 2, 29)
    assert too_late.benefit_start == date(2027, 6, 1)
    assert clamped.benefit_start == date(2028, 6, 30)


def test_a_payment_in_the_leap_month_catches_up_like_any_other() -> None:
    months = [Month(2028, 1), Month(2028, 2)]

    found = employee_return(
        History(last_scheme="310", last_paid=Month(2027, 12)), paid_on=date(2028, 2, 29), rules=AreaRules()
    )

    assert list(found.months_due) == months
    assert found.covered_from == date(2028, 1, 1)
