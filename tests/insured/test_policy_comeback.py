"""Coming back: the worked examples of the domain reference, and what must hold for every history."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.comeback import History, PaidYear, Return, employee_return, resident_return, useful_repairs
from insured.policy.dates import Month
from insured.policy.rules import AreaRules

HOME = AreaRules()
NEIGHBOUR = AreaRules(
    window_start_month=10,
    window_start_day=15,
    extension_start="next_day",
    gap_count="A",
    employee_start_effect="after_30_days",
    interruption_start="next_day",
    interruption_is_retroactive=False,
    interruption_waiting_months=3,
)
NIANCI = History(
    covered_years={2021, 2022, 2023, 2024},
    last_scheme="390",
    covered_until=date(2024, 12, 31),
    covered_months=48,
)
JINGXING = History(
    covered_years={2022, 2023, 2024, 2025}, last_scheme="390", covered_until=date(2025, 12, 31), covered_months=48
)
ZHIYAO = History(
    covered_years={2024, 2025},
    last_scheme="310",
    covered_until=date(2025, 1, 31),
    covered_months=13,
    last_paid=Month(2025, 1),
)


def codes(found: Return) -> set[str]:
    return {reason.code for reason in found.reasons}


@pytest.mark.parametrize(
    ("rules", "repaired", "begins", "times"),
    [
        (HOME, 0, date(2027, 5, 1), 1),
        (HOME, 1, date(2027, 4, 1), 2),
        (HOME, 2, date(2027, 4, 1), 2),
        (NEIGHBOUR, 0, date(2027, 6, 1), 1),
        (NEIGHBOUR, 1, date(2027, 5, 1), 2),
        (NEIGHBOUR, 2, date(2027, 4, 1), 3),
    ],
)
def test_two_years_of_gap_paid_in_the_window_follow_the_published_example(
    rules: AreaRules, repaired: int, begins: date, times: int
) -> None:
    found = resident_return(NIANCI, coverage_year=2027, paid_on=date(2026, 11, 5), rules=rules, repaired_years=repaired)

    assert (found.begins_on, found.years_to_pay, found.covered_until) == (begins, times, date(2027, 12, 31))


@pytest.mark.parametrize(("rules", "most"), [(HOME, 1), (NEIGHBOUR, 2)])
def test_only_repairs_that_shorten_the_wait_are_offered(rules: AreaRules, most: int) -> None:
    assert useful_repairs(NIANCI, coverage_year=2027, paid_on=date(2026, 11, 5), rules=rules) == most


@pytest.mark.parametrize(
    ("rules", "paid_on", "begins"),
    [
        (HOME, date(2026, 3, 10), date(2026, 6, 10)),
        (HOME, date(2026, 2, 20), date(2026, 2, 20)),
        (NEIGHBOUR, date(2026, 2, 20), date(2026, 2, 21)),
        (HOME, date(2025, 12, 31), date(2026, 1, 1)),
        (HOME, date(2026, 9, 30), date(2026, 12, 30)),
        (HOME, date(2026, 10, 1), None),
    ],
)
def test_a_continuous_member_who_pays_late_waits_three_months(
    rules: AreaRules, paid_on: date, begins: date | None
) -> None:
    found = resident_return(JINGXING, coverage_year=2026, paid_on=paid_on, rules=rules)

    assert found.begins_on == begins
    assert found.is_refused == (begins is None)


def test_somebody_new_does_not_wait_inside_the_window() -> None:
    found = resident_return(History(), coverage_year=2027, paid_on=date(2026, 11, 5), rules=HOME)

    assert (found.begins_on, found.waiting_months) == (date(2027, 1, 1), 0)


def test_a_month_of_flexible_work_that_gave_no_cover_is_no_gap() -> None:
    """2.3: whoever left in the first month has an empty period; a year later that is no 断保 of two years."""
    tried = History(last_paid=Month(2026, 10))

    found = resident_return(tried, coverage_year=2027, paid_on=date(2026, 11, 5), rules=HOME)

    assert (found.begins_on, found.waiting_months) == (date(2027, 1, 1), 0)


def test_three_months_of_gap_that_are_paid_up_are_reimbursed() -> None:
    found = employee_return(ZHIYAO, paid_on=date(2025, 4, 12), rules=HOME)

    assert found.interrupted_months == 2
    assert found.months_due == (Month(2025, 2), Month(2025, 3), Month(2025, 4))
    assert (found.begins_on, found.covered_from, found.covered_until) == (date(2025, 4, 1), date(2025, 2, 1), None)


def test_the_same_gap_gives_another_answer_in_the_other_area() -> None:
    found = employee_return(ZHIYAO, paid_on=date(2025, 4, 12), rules=NEIGHBOUR)

    assert (found.begins_on, found.covered_from) == (date(2025, 4, 13), date(2025, 4, 13))


def test_without_the_missing_months_cover_begins_next_month_and_nothing_is_reimbursed() -> None:
    found = employee_return(ZHIYAO, paid_on=date(2025, 4, 12), rules=HOME, pays_gap=False)

    assert (found.months_due, found.begins_on, found.covered_from) == (
        (Month(2025, 4),),
        date(2025, 5, 1),
        date(2025, 5, 1),
    )


@pytest.mark.parametrize(("rules", "begins"), [(HOME, date(2025, 12, 1)), (NEIGHBOUR, date(2025, 9, 1))])
def test_a_longer_gap_waits_and_leaves_the_account_usable(rules: AreaRules, begins: date) -> None:
    found = employee_return(ZHIYAO, paid_on=date(2025, 6, 2), rules=rules)

    assert (found.begins_on, found.months_due) == (begins, (Month(2025, 6),))
    assert "comeback.account-usable" in codes(found)


@pytest.mark.parametrize(("rules", "begins"), [(HOME, date(2026, 4, 1)), (NEIGHBOUR, date(2026, 4, 9))])
def test_a_first_payment_begins_by_the_rule_of_the_area(rules: AreaRules, begins: date) -> None:
    assert employee_return(History(), paid_on=date(2026, 3, 10), rules=rules).begins_on == begins


def test_months_that_are_paid_ahead_are_not_paid_again() -> None:
    history = History(last_scheme="310", covered_until=date(2026, 1, 31), last_paid=Month(2026, 3))

    found = employee_return(history, paid_on=date(2026, 1, 20), rules=HOME)

    assert (found.months_due, found.covered_from) == ((), date(2026, 2, 1))


def test_changing_over_from_the_employee_scheme_with_hardly_a_gap_is_no_gap() -> None:
    worked = History(
        covered_years={2023, 2024, 2025, 2026},
        last_scheme="310",
        covered_until=date(2026, 4, 30),
        covered_months=40,
        last_paid=Month(2026, 4),
    )

    found = resident_return(worked, coverage_year=2026, paid_on=date(2026, 6, 15), rules=HOME)

    assert (found.begins_on, found.waiting_months) == (date(2026, 6, 15), 0)
    assert "switch.continuous" in codes(found)


def test_changing_over_after_a_short_membership_waits_like_everybody() -> None:
    worked = History(covered_years={2026}, last_scheme="310", covered_until=date(2026, 4, 30), covered_months=4)

    found = resident_return(worked, coverage_year=2026, paid_on=date(2026, 6, 15), rules=HOME)

    assert found.begins_on == date(2026, 9, 15)


def test_changing_over_to_the_employee_scheme_owes_only_the_months_without_any_cover() -> None:
    resident = History(
        covered_years={2023, 2024, 2025, 2026},
        last_scheme="390",
        covered_until=date(2026, 3, 9),
        covered_months=39,
        last_paid=Month(2022, 5),
    )

    found = employee_return(resident, paid_on=date(2026, 5, 4), rules=HOME)

    assert found.months_due == (Month(2026, 4), Month(2026, 5))
    assert found.covered_from == date(2026, 4, 1)


def test_cover_never_begins_on_a_day_that_is_covered() -> None:
    found = resident_return(
        History(covered_years={2026}, last_scheme="390", covered_until=date(2026, 12, 31), covered_months=12),
        coverage_year=2026,
        paid_on=date(2026, 3, 1),
        rules=HOME,
    )

    assert found.begins_on is None
    assert found.is_refused


IN_TIME = PaidYear(paid_on=date(2025, 10, 20), begins_on=date(2026, 1, 1))
LATE = PaidYear(paid_on=date(2026, 3, 10), begins_on=date(2026, 6, 10))
WHILE_PAUSED = PaidYear(paid_on=date(2026, 3, 10))
YEAR_PAID, YEAR_WAITS = "comeback.year-paid", "comeback.year-paid-waits"


@pytest.mark.parametrize("rules", [HOME, NEIGHBOUR])
@pytest.mark.parametrize(
    ("paid", "on", "begins", "until", "code"),
    [
        ({2026: IN_TIME}, date(2026, 4, 1), date(2026, 4, 1), date(2026, 12, 31), YEAR_PAID),
        ({2026: IN_TIME}, date(2026, 11, 24), date(2026, 11, 24), date(2026, 12, 31), YEAR_PAID),
        ({2026: IN_TIME}, date(2026, 12, 31), date(2026, 12, 31), date(2026, 12, 31), YEAR_PAID),
        ({2026: IN_TIME}, date(2026, 3, 11), date(2026, 3, 11), date(2026, 12, 31), YEAR_PAID),
        ({2026: IN_TIME, 2027: IN_TIME}, date(2026, 12, 1), date(2026, 12, 1), date(2027, 12, 31), YEAR_PAID),
        ({2026: IN_TIME, 2028: IN_TIME}, date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 31), YEAR_PAID),
        ({2026: LATE}, date(2026, 4, 15), date(2026, 6, 10), date(2026, 12, 31), YEAR_WAITS),
        ({2026: LATE}, date(2026, 6, 10), date(2026, 6, 10), date(2026, 12, 31), YEAR_PAID),
        ({2026: WHILE_PAUSED}, date(2026, 4, 15), date(2026, 6, 10), date(2026, 12, 31), YEAR_WAITS),
        ({2026: WHILE_PAUSED}, date(2026, 8, 1), date(2026, 8, 1), date(2026, 12, 31), YEAR_PAID),
    ],
)
def test_a_year_that_is_paid_is_not_paid_or_waited_for_again(
    rules: AreaRules, paid: dict[int, PaidYear], on: date, begins: date, until: date, code: str
) -> None:
    """取消暂停参保: whoever stopped on 11 March comes back in the year that was paid (domain rules 2.6, 2.7)."""
    history = History(
        covered_years={2024, 2025},
        last_scheme="390",
        covered_until=date(2026, 3, 10),
        covered_months=24,
        paid_years=paid,
    )

    found = resident_return(history, coverage_year=2026, paid_on=on, rules=rules, repaired_years=2)

    assert (found.begins_on, found.covered_from, found.covered_until) == (begins, begins, until)
    assert (found.years_to_pay, found.is_paid_already, found.is_refused) == (0, True, False)
    assert codes(found) == {code}
    assert bool(found.waiting_months) == (code == YEAR_WAITS)


def test_a_year_that_is_paid_ahead_begins_with_the_year() -> None:
    ahead = PaidYear(paid_on=date(2026, 10, 20), begins_on=date(2027, 1, 1))
    history = History(covered_until=date(2026, 11, 30), last_scheme="390", paid_years={2027: ahead})

    found = resident_return(history, coverage_year=2027, paid_on=date(2026, 12, 5), rules=HOME)

    assert (found.begins_on, found.waiting_months) == (date(2027, 1, 1), 0)
    assert codes(found) == {YEAR_PAID}


def test_a_paid_year_that_is_over_or_covered_to_its_end_brings_nothing() -> None:
    covered = History(covered_until=date(2026, 12, 31), last_scheme="310", paid_years={2026: IN_TIME})

    for history, on in ((covered, date(2026, 5, 1)), (replace(covered, covered_until=None), date(2027, 1, 1))):
        found = resident_return(history, coverage_year=2026, paid_on=on, rules=HOME)

        assert (found.begins_on, found.is_refused, codes(found)) == (None, True, {"comeback.year-gone"})


RULES = st.sampled_from([HOME, NEIGHBOUR])
PAID = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(rules=RULES, paid_on=PAID, last=st.integers(2024, 2027), fewer=st.integers(0, 4), repaired=st.integers(0, 5))
def test_the_wait_never_shortens_when_the_gap_grows(
    rules: AreaRules, paid_on: date, last: int, fewer: int, repaired: int
) -> None:
    def wait(until: int) -> int:
        history = History(covered_years=range(2020, until + 1), last_scheme="390", covered_until=date(until, 12, 31))
        year = paid_on.year + 1
        return resident_return(
            history, coverage_year=year, paid_on=paid_on, rules=rules, repaired_years=repaired
        ).waiting_months

    if fewer == 0 or repaired == 0:
        assert wait(last - fewer) >= wait(last)


@given(rules=RULES, paid_on=PAID, last=st.integers(2020, 2027), repaired=st.integers(0, 6))
def test_a_repair_never_lengthens_the_wait(rules: AreaRules, paid_on: date, last: int, repaired: int) -> None:
    history = History(covered_years=range(2019, last + 1), last_scheme="390", covered_until=date(last, 12, 31))

    def back(years: int) -> Return:
        return resident_return(
            history, coverage_year=paid_on.year + 1, paid_on=paid_on, rules=rules, repaired_years=years
        )

    assert back(repaired + 1).waiting_months <= back(repaired).waiting_months
    assert back(repaired).years_to_pay <= repaired + 1


@given(rules=RULES, paid_on=PAID, gap=st.integers(0, 30), more=st.integers(0, 30), pays_gap=st.booleans())
def test_the_wait_for_the_employee_scheme_never_shortens_when_the_gap_grows(
    rules: AreaRules, paid_on: date, gap: int, more: int, pays_gap: bool
) -> None:
    def begins(months: int) -> date | None:
        last = Month.of(paid_on) + -(months + 1)
        history = History(covered_years={last.year}, last_scheme="310", covered_until=last.last_day, last_paid=last)
        return employee_return(history, paid_on=paid_on, rules=rules, pays_gap=pays_gap).begins_on

    first, later = begins(gap), begins(gap + more)
    assert first is not None
    assert later is not None
    assert later >= first
