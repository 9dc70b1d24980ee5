"""补缴断保年度: what each number of years brings, and which are money for nothing."""

from dataclasses import replace
from datetime import date

import pytest

from insured.policy.rules import AreaRules
from payments.policy.amounts import resident_lines
from payments.policy.effects import AIDED, Payer, resident_effect
from payments.policy.repairs import RepairWay, check_repair, repairable_years

RULES = AreaRules()
IN_WINDOW, SUMMER, AUTUMN = date(2027, 11, 5), date(2028, 6, 1), date(2028, 9, 1)


def payer(*years: int, recognised_on: date | None = None) -> Payer:
    return Payer(born_on=date(1986, 4, 12), covered_years=frozenset(years), recognised_on=recognised_on)


def way(years: int, *, on: date = IN_WINDOW, of: Payer | None = None, rules: AreaRules = RULES) -> RepairWay:
    return RepairWay(
        years=years,
        lines=resident_lines(year=2028, personal_fen=40_000, fiscal_fen=70_000, repair_years=years),
        effect=resident_effect(2028, paid_on=on, payer=of or payer(2024), rules=rules, repaired_years=years),
    )


@pytest.mark.parametrize(
    ("years", "amount_fen", "begins", "refused"),
    [
        (0, 40_000, date(2028, 6, 1), []),
        (1, 80_000, date(2028, 5, 1), []),
        (2, 120_000, date(2028, 4, 1), []),
        (3, 160_000, date(2028, 4, 1), ["repair.useless"]),
    ],
)
def test_each_year_costs_a_standard_and_saves_a_month(
    years: int, amount_fen: int, begins: date, refused: list[str]
) -> None:
    found = way(years)

    assert (found.amount_fen, found.effect.benefit_starts_on) == (amount_fen, begins)
    assert [reason.code for reason in check_repair(found)] == refused
    assert found.is_useful is found.is_offered is not bool(refused)


def test_an_area_that_counts_the_first_year_too_has_one_more_that_is_useful() -> None:
    assert way(3, rules=replace(RULES, gap_count="A")).is_useful


@pytest.mark.parametrize(("floor_gap", "useful"), [(3, [0]), (4, [0, 1, 2])])
def test_a_year_that_the_floor_takes_away_is_useless(floor_gap: int, useful: list[int]) -> None:
    rules = replace(RULES, waiting_floor_gap_years=floor_gap)

    assert [years for years in range(4) if way(years, rules=rules).is_useful] == useful


def test_somebody_who_need_not_wait_repairs_nothing() -> None:
    aided = payer(2024, recognised_on=IN_WINDOW)

    found = way(1, of=aided, rules=RULES)

    assert AIDED in RULES.exempt_group_codes
    assert [reason.code for reason in check_repair(found)] == ["repair.useless"]


def test_a_repair_that_comes_too_late_for_the_year_is_refused_with_its_reason() -> None:
    assert [reason.code for reason in check_repair(way(1, on=AUTUMN))] == ["waiting.refused"]
    assert way(0, on=AUTUMN).effect.is_refused
    assert check_repair(way(0, on=AUTUMN)) == ()


@pytest.mark.parametrize(("covered", "most"), [((2024,), 3), ((2027,), 0), ((), 0), ((2026, 2028), 1), ((1999,), 3)])
def test_counts_the_missed_years_before(covered: tuple[int, ...], most: int) -> None:
    assert repairable_years(2028, payer=payer(*covered), rules=RULES) == most
