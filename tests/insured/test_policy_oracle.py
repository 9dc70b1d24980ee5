"""The wait reckoned a second time, straight from the formulas of the domain reference, and compared everywhere."""

import calendar
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from insured.policy.comeback import History, employee_return, resident_return
from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from insured.policy.waiting import WaitingFacts, waiting_period

HOME = AreaRules()
NEIGHBOUR = AreaRules(
    window_start_month=10,
    window_start_day=15,
    extension_start="next_day",
    gap_count="A",
    employee_start_effect="after_30_days",
    flexible_first_waiting_months=3,
    interruption_start="next_day",
    interruption_is_retroactive=False,
    interruption_waiting_months=3,
)
AREAS = st.sampled_from([HOME, NEIGHBOUR])
DAYS = st.dates(date(2024, 6, 1), date(2032, 12, 31))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def resident_start(year: int, *, paid_on: date, gap: int, repaired: int, rules: AreaRules) -> date | None:
    """Rule 2.8 as the pseudo code has it; None where the money is not to be taken."""
    is_home = rules is HOME
    opens = date(year - 1, 9, 1) if is_home else date(year - 1, 10, 15)
    extension_ends = date(year, 3, 1) - timedelta(days=1)
    if not opens <= paid_on <= date(year, 12, 31):
        return None
    is_late = paid_on > extension_ends
    start = max(paid_on, date(year, 1, 1))
    if date(year, 1, 1) <= paid_on <= extension_ends and not is_home:
        start = paid_on + timedelta(days=1)
    if year < 2025:
        return start
    fixed = 3 if is_late or gap else 0
    variable = gap if not is_home else max(gap - 1, 0)
    months = fixed + max(variable - repaired, 0)
    if gap >= 4:
        months = max(months, 6)
    begins = months_later(start, months)
    return begins if begins <= date(year, 12, 31) else None


@given(AREAS, st.integers(2024, 2031), DAYS, st.integers(0, 7), st.integers(0, 8))
@example(HOME, 2027, date(2026, 11, 5), 2, 0)
@example(NEIGHBOUR, 2027, date(2026, 11, 5), 2, 2)
@example(HOME, 2027, date(2026, 8, 31), 0, 0)
@example(HOME, 2027, date(2026, 9, 1), 0, 0)
@example(HOME, 2027, date(2026, 12, 31), 4, 3)
@example(HOME, 2028, date(2028, 2, 29), 0, 0)
@example(NEIGHBOUR, 2028, date(2028, 2, 29), 0, 0)
@example(HOME, 2028, date(2028, 2, 29), 1, 0)
@example(HOME, 2027, date(2027, 3, 1), 0, 0)
@example(HOME, 2027, date(2027, 8, 31), 0, 0)
@example(HOME, 2027, date(2027, 9, 30), 0, 0)
@example(HOME, 2027, date(2027, 10, 1), 0, 0)
@example(HOME, 2031, date(2031, 6, 30), 6, 5)
def test_a_resident_waits_as_the_formula_says(
    rules: AreaRules, year: int, paid_on: date, gap: int, repaired: int
) -> None:
    gap = min(gap, max(year - 2025, 0))
    facts = WaitingFacts(coverage_year=year, paid_on=paid_on, gap_years=gap, repaired_years=repaired)

    found = waiting_period(facts, rules=rules)

    expected = resident_start(year, paid_on=paid_on, gap=gap, repaired=repaired, rules=rules)
    assert (found.benefit_start, found.is_refused) == (expected, expected is None)


@given(AREAS, st.integers(2025, 2031), DAYS, st.integers(2020, 2030), st.integers(0, 4))
def test_a_return_counts_the_gap_and_charges_only_what_helps(
    rules: AreaRules, year: int, paid_on: date, last: int, repaired: int
) -> None:
    last = min(last, year - 1)
    gap = year - max(2025, last + 1)
    history = History(covered_years=range(2019, last + 1), last_scheme="390", covered_until=date(last, 12, 31))

    found = resident_return(history, coverage_year=year, paid_on=paid_on, rules=rules, repaired_years=repaired)

    def start(count: int) -> date | None:
        return resident_start(year, paid_on=paid_on, gap=gap, repaired=count, rules=rules)

    assert found.begins_on == start(repaired)
    if found.begins_on and found.repaired_years:
        fewer = start(found.repaired_years - 1)
        assert found.years_to_pay == found.repaired_years + 1
        assert fewer is None or fewer > found.begins_on or fewer.day != found.begins_on.day


def born_start(born: date, *, year: int, paid_on: date, rules: AreaRules) -> date | None:
    """Newborns: within 90 days from birth, then to the first birthday the day after, and never later than anybody."""
    others = resident_start(year, paid_on=paid_on, gap=0, repaired=0, rules=rules)
    opens = date(year - 1, 9, 1) if rules is HOME else date(year - 1, 10, 15)
    if not opens <= paid_on <= date(year, 12, 31) or paid_on < born:
        return others
    if (paid_on - born).days <= 90:
        own = max(born, date(year, 1, 1))
    elif paid_on <= months_later(born, 12):
        own = max(paid_on + timedelta(days=1), date(year, 1, 1))
    else:
        return others
    own_start = own if own <= date(year, 12, 31) else None
    return min((one for one in (own_start, others) if one), default=None)


@given(AREAS, st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(0, 800))
@example(HOME, date(2026, 3, 1), 90)
@example(HOME, date(2026, 3, 1), 91)
@example(HOME, date(2028, 2, 29), 90)
@example(HOME, date(2028, 2, 29), 91)
@example(HOME, date(2028, 2, 29), 365)
@example(HOME, date(2028, 2, 29), 366)
@example(HOME, date(2026, 12, 31), 0)
@example(HOME, date(2026, 10, 2), 90)
@example(NEIGHBOUR, date(2026, 10, 2), 90)
@example(NEIGHBOUR, date(2026, 10, 2), 365)
def test_a_newborn_is_covered_by_the_day_of_its_payment(rules: AreaRules, born: date, age: int) -> None:
    paid_on = born + timedelta(days=age)
    for year in (paid_on.year, paid_on.year + 1):
        facts = WaitingFacts(coverage_year=year, paid_on=paid_on, birth_on=born, is_first_time=True)

        expected = born_start(born, year=year, paid_on=paid_on, rules=rules)
        assert waiting_period(facts, rules=rules).benefit_start == expected


@given(AREAS, DAYS, st.integers(0, 12), st.booleans())
@example(HOME, date(2025, 4, 12), 2, True)
@example(NEIGHBOUR, date(2025, 4, 30), 2, True)
@example(HOME, date(2028, 2, 29), 3, True)
@example(HOME, date(2028, 2, 29), 4, True)
@example(NEIGHBOUR, date(2027, 12, 31), 3, False)
def test_a_flexible_worker_comes_back_as_rule_2_5_says(
    rules: AreaRules, paid_on: date, missing: int, pays_gap: bool
) -> None:
    this = paid_on.replace(day=1)
    last_paid = months_later(this, -(missing + 1))
    until = months_later(last_paid, 1) - timedelta(days=1)
    history = History(covered_years={until.year}, last_scheme="310", covered_until=until, last_paid=Month.of(last_paid))

    found = employee_return(history, paid_on=paid_on, rules=rules, pays_gap=pays_gap)

    if missing == 0:
        expected = (this, this, 1)
    elif missing > 3:
        start = months_later(this, 6 if rules is HOME else 3)
        expected = (start, start, 1)
    elif not pays_gap:
        expected = (months_later(this, 1), months_later(this, 1), 1)
    elif rules is HOME:
        expected = (this, months_later(last_paid, 1), missing + 1)
    else:
        expected = (paid_on + timedelta(days=1), paid_on + timedelta(days=1), missing + 1)
    assert (found.begins_on, found.covered_from, len(found.months_due)) == expected
    assert found.interrupted_months == missing
