"""The waiting period of the resident scheme and the arithmetic it shows."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.rules import AreaRules
from insured.policy.waiting import Waiting, WaitingFacts, gap_years, waiting_on_return, waiting_period

B = AreaRules()
A = AreaRules(gap_count="A")
NEXT_DAY = AreaRules(extension_start="next_day")
LENIENT = AreaRules(useless_payment_is_refused=False)
IN_WINDOW = date(2026, 11, 5)
BORN = date(2026, 3, 1)


def codes(result: Waiting) -> list[str]:
    return [reason.code for reason in result.reasons]


@pytest.mark.parametrize(
    ("covered", "coverage_year", "expected"),
    [
        ({2022, 2023, 2024, 2025}, 2026, 0),
        ({2024}, 2027, 2),
        ({2022}, 2027, 2),
        ({2022}, 2025, 0),
        (set(), 2027, 2),
        ({2025}, 2029, 3),
        ({2024, 2026, 2030}, 2028, 1),
    ],
)
def test_gap_years_count_from_2025_back_to_the_last_covered_year(
    covered: set[int], coverage_year: int, expected: int
) -> None:
    assert gap_years(covered, coverage_year=coverage_year, rules=B) == expected


@pytest.mark.parametrize(
    ("rules", "paid_on", "months", "benefit_start"),
    [
        (B, date(2025, 9, 1), 0, date(2026, 1, 1)),
        (B, date(2025, 12, 31), 0, date(2026, 1, 1)),
        (B, date(2026, 1, 1), 0, date(2026, 1, 1)),
        (B, date(2026, 2, 20), 0, date(2026, 2, 20)),
        (NEXT_DAY, date(2026, 2, 20), 0, date(2026, 2, 21)),
        (B, date(2026, 2, 28), 0, date(2026, 2, 28)),
        (B, date(2026, 3, 1), 3, date(2026, 6, 1)),
        (B, date(2026, 3, 10), 3, date(2026, 6, 10)),
        (NEXT_DAY, date(2026, 3, 10), 3, date(2026, 6, 10)),
        (B, date(2026, 8, 31), 3, date(2026, 11, 30)),
        (B, date(2026, 9, 30), 3, date(2026, 12, 30)),
    ],
)
def test_a_continuous_member_waits_only_when_late(
    rules: AreaRules, paid_on: date, months: int, benefit_start: date
) -> None:
    """T3 and its edges: 罗景行, covered 2022 to 2025, pays for 2026."""
    result = waiting_period(WaitingFacts(coverage_year=2026, paid_on=paid_on), rules=rules)

    assert (result.months, result.variable_months, result.benefit_start) == (months, 0, benefit_start)
    assert not result.is_refused
    assert codes(result)[-1] == "waiting.until"


@pytest.mark.parametrize(
    ("rules", "repaired", "months", "benefit_start", "times"),
    [
        (B, 0, 4, date(2027, 5, 1), 1),
        (B, 1, 3, date(2027, 4, 1), 2),
        (B, 2, 3, date(2027, 4, 1), 2),
        (A, 0, 5, date(2027, 6, 1), 1),
        (A, 1, 4, date(2027, 5, 1), 2),
        (A, 2, 3, date(2027, 4, 1), 3),
    ],
)
def test_a_gap_of_two_years_can_be_repaired(
    rules: AreaRules, repaired: int, months: int, benefit_start: date, times: int
) -> None:
    """T4: 季念慈, not covered in 2025 and 2026, pays in the window for 2027."""
    gap = gap_years({2023, 2024}, coverage_year=2027, rules=rules)

    result = waiting_period(
        WaitingFacts(coverage_year=2027, paid_on=IN_WINDOW, gap_years=gap, repaired_years=repaired), rules=rules
    )

    assert (gap, result.months, result.benefit_start, result.years_to_pay) == (2, months, benefit_start, times)


@pytest.mark.parametrize(
    ("rules", "gap", "repaired", "months", "times"),
    [
        (B, 1, 0, 3, 1),
        (A, 1, 0, 4, 1),
        (B, 3, 2, 3, 3),
        (B, 4, 0, 6, 1),
        (B, 4, 3, 6, 1),
        (B, 6, 0, 8, 1),
        (B, 6, 5, 6, 3),
        (A, 4, 0, 7, 1),
        (A, 4, 4, 6, 2),
        (AreaRules(fixed_waiting_months=1), 4, 0, 6, 1),
    ],
)
def test_after_four_years_the_waiting_has_a_floor(
    rules: AreaRules, gap: int, repaired: int, months: int, times: int
) -> None:
    result = waiting_period(
        WaitingFacts(coverage_year=2031, paid_on=date(2030, 11, 5), gap_years=gap, repaired_years=repaired),
        rules=rules,
    )

    assert (result.months, result.years_to_pay) == (months, times)


def test_the_arithmetic_is_told_step_by_step() -> None:
    facts = WaitingFacts(coverage_year=2027, paid_on=IN_WINDOW, gap_years=2, repaired_years=1)

    result = waiting_period(facts, rules=B)

    assert codes(result) == [
        "waiting.in-window",
        "waiting.fixed-gap",
        "waiting.variable-b",
        "waiting.repaired",
        "waiting.total",
        "waiting.until",
    ]
    assert result.reasons[4].params == {
        "months": 3,
        "start": date(2027, 1, 1),
        "last": date(2027, 3, 31),
        "begins": date(2027, 4, 1),
    }


@pytest.mark.parametrize(
    ("rules", "coverage_year", "months", "benefit_start"),
    [
        (B, 2027, 0, date(2027, 1, 1)),
        (B, 2028, 3, date(2028, 4, 1)),
        (B, 2029, 4, date(2029, 5, 1)),
        (A, 2028, 4, date(2028, 5, 1)),
        (B, 2031, 6, date(2031, 7, 1)),
    ],
)
def test_somebody_who_stops_in_2026_is_told_what_a_return_costs(
    rules: AreaRules, coverage_year: int, months: int, benefit_start: date
) -> None:
    result = waiting_on_return({2025, 2026}, coverage_year=coverage_year, rules=rules)

    assert (result.months, result.benefit_start) == (months, benefit_start)


@pytest.mark.parametrize(
    ("paid_on", "months", "benefit_start"),
    [
        (date(2026, 11, 5), 0, date(2027, 1, 1)),
        (date(2027, 2, 10), 0, date(2027, 2, 10)),
        (date(2027, 3, 10), 3, date(2027, 6, 10)),
    ],
)
def test_a_first_time_enrolee_waits_only_when_late(paid_on: date, months: int, benefit_start: date) -> None:
    facts = WaitingFacts(coverage_year=2027, paid_on=paid_on, gap_years=2, is_first_time=True)

    result = waiting_period(facts, rules=B)

    assert (result.months, result.benefit_start) == (months, benefit_start)


def test_a_gap_is_waited_for_in_the_extension_too() -> None:
    result = waiting_period(WaitingFacts(coverage_year=2027, paid_on=date(2027, 1, 31), gap_years=1), rules=B)

    assert (result.start_on, result.benefit_start) == (date(2027, 1, 31), date(2027, 4, 30))


@pytest.mark.parametrize("paid_on", [date(2026, 10, 1), date(2026, 12, 31)])
def test_money_that_brings_no_benefit_this_year_is_refused(paid_on: date) -> None:
    facts = WaitingFacts(coverage_year=2026, paid_on=paid_on)

    refused = waiting_period(facts, rules=B)
    warned = waiting_period(facts, rules=LENIENT)

    assert (refused.benefit_start, refused.is_refused, codes(refused)[-1]) == (None, True, "waiting.refused")
    assert (warned.benefit_start, warned.is_refused, codes(warned)[-1]) == (None, False, "waiting.useless")


@pytest.mark.parametrize(
    ("paid_on", "code"), [(date(2026, 8, 31), "waiting.not-open"), (date(2028, 1, 1), "waiting.year-over")]
)
def test_a_year_is_not_collected_before_or_after_its_time(paid_on: date, code: str) -> None:
    result = waiting_period(WaitingFacts(coverage_year=2027, paid_on=paid_on), rules=LENIENT)

    assert (result.is_refused, result.benefit_start, codes(result)) == (True, None, [code])


def test_years_before_the_mechanism_have_no_waiting() -> None:
    result = waiting_period(WaitingFacts(coverage_year=2024, paid_on=date(2024, 6, 1)), rules=B)

    assert (result.months, result.benefit_start) == (0, date(2024, 6, 1))


@pytest.mark.parametrize(
    ("born", "year", "paid_on", "benefit_start", "code"),
    [
        (BORN, 2026, date(2026, 3, 1), BORN, "waiting.newborn-from-birth"),
        (BORN, 2026, date(2026, 5, 30), BORN, "waiting.newborn-from-birth"),
        (BORN, 2026, date(2026, 5, 31), date(2026, 6, 1), "waiting.newborn-next-day"),
        (date(2025, 12, 20), 2026, date(2026, 1, 15), date(2026, 1, 1), "waiting.newborn-from-birth"),
        (BORN, 2027, date(2027, 3, 1), date(2027, 3, 2), "waiting.newborn-next-day"),
        (BORN, 2027, date(2027, 3, 2), date(2027, 6, 2), "waiting.fixed-late"),
        (date(2028, 2, 29), 2029, date(2029, 2, 28), date(2029, 2, 28), "waiting.none"),
    ],
)
def test_a_newborn_is_covered_from_birth_or_the_next_day(
    born: date, year: int, paid_on: date, benefit_start: date, code: str
) -> None:
    facts = WaitingFacts(coverage_year=year, paid_on=paid_on, birth_on=born, is_first_time=True)

    result = waiting_period(facts, rules=B)

    assert result.benefit_start == benefit_start
    assert code in codes(result)


@pytest.mark.parametrize(
    ("rules", "group", "since", "paid_on", "benefit_start"),
    [
        (B, "aided", date(2026, 4, 8), date(2026, 4, 15), date(2026, 4, 16)),
        (B, "aided", date(2026, 4, 8), date(2026, 7, 7), date(2026, 7, 8)),
        (B, "aided", date(2026, 4, 8), date(2026, 7, 8), date(2026, 10, 8)),
        (B, "aided", date(2026, 4, 8), date(2026, 4, 7), date(2026, 7, 7)),
        (B, "aided", None, date(2026, 4, 15), date(2026, 4, 16)),
        (B, "graduate", date(2026, 4, 8), date(2026, 4, 15), date(2026, 7, 15)),
        (B, "", None, date(2026, 4, 15), date(2026, 7, 15)),
        (AreaRules(exempt_groups="aided, graduate"), "graduate", None, date(2026, 4, 15), date(2026, 4, 16)),
        (AreaRules(exempt_groups=""), "aided", None, date(2026, 4, 15), date(2026, 7, 15)),
        (B, "newborn", None, date(2026, 4, 15), date(2026, 7, 15)),
        (B, "aided", None, date(2026, 2, 10), date(2026, 2, 10)),
        (B, "aided", None, date(2025, 11, 10), date(2026, 1, 1)),
    ],
)
def test_an_exempt_group_is_covered_from_the_day_after_payment(
    rules: AreaRules, group: str, since: date | None, paid_on: date, benefit_start: date
) -> None:
    """T13: 白清和, recognised on 2026-04-08, pays on 2026-04-15."""
    facts = WaitingFacts(coverage_year=2026, paid_on=paid_on, exempt_group=group, group_since=since)

    assert waiting_period(facts, rules=rules).benefit_start == benefit_start


RULE_SETS = st.sampled_from([A, B, NEXT_DAY, LENIENT, AreaRules(fixed_waiting_months=6), AreaRules(newborn_days=0)])
FACTS = st.builds(
    WaitingFacts,
    coverage_year=st.integers(2024, 2032),
    paid_on=st.dates(min_value=date(2023, 6, 1), max_value=date(2033, 6, 1)),
    gap_years=st.integers(0, 8),
    repaired_years=st.integers(0, 8),
    is_first_time=st.booleans(),
    birth_on=st.one_of(st.none(), st.dates(min_value=date(2022, 1, 1), max_value=date(2033, 1, 1))),
    exempt_group=st.sampled_from(["", "aided", "graduate"]),
)


def benefit_day(facts: WaitingFacts, rules: AreaRules) -> date:
    return waiting_period(facts, rules=rules).benefit_start or date.max


@given(FACTS, RULE_SETS)
def test_waiting_is_never_negative_and_its_sum_is_right(facts: WaitingFacts, rules: AreaRules) -> None:
    result = waiting_period(facts, rules=rules)

    assert min(result.fixed_months, result.variable_months, result.repaired_months, result.floor_months) >= 0
    parts = result.fixed_months + result.variable_months - result.repaired_months + result.floor_months
    assert result.months == parts >= 0
    assert result.years_to_pay == 1 + result.repaired_months
    assert result.reasons


@given(FACTS, RULE_SETS)
def test_waiting_never_shortens_when_the_gap_grows(facts: WaitingFacts, rules: AreaRules) -> None:
    longer = replace(facts, gap_years=facts.gap_years + 1)

    assert benefit_day(longer, rules) >= benefit_day(facts, rules)


@given(FACTS, RULE_SETS)
def test_a_repair_never_lengthens_waiting_and_never_costs_for_nothing(facts: WaitingFacts, rules: AreaRules) -> None:
    bare = waiting_period(replace(facts, repaired_years=0), rules=rules)
    repaired = waiting_period(facts, rules=rules)

    assert benefit_day(facts, rules) <= benefit_day(replace(facts, repaired_years=0), rules)
    assert repaired.years_to_pay == 1 or repaired.months < bare.months


@given(FACTS, RULE_SETS)
def test_benefits_begin_within_the_coverage_year_or_not_at_all(facts: WaitingFacts, rules: AreaRules) -> None:
    begins = waiting_period(facts, rules=rules).benefit_start

    assert begins is None or begins.year == facts.coverage_year


@given(FACTS, RULE_SETS)
def test_belonging_to_an_exempt_group_never_delays_benefits(facts: WaitingFacts, rules: AreaRules) -> None:
    assert benefit_day(facts, rules) <= benefit_day(replace(facts, exempt_group="", birth_on=None), rules)
