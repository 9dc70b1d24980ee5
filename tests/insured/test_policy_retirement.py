"""The age and the years that are needed for benefits after retirement: tables, and what holds for everybody."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.retirement import RetirementFacts, retirement, retirement_day
from insured.policy.rules import AreaRules

HOME = AreaRules()
LOCAL, PAID_ONLY = AreaRules(retirement_transferred_is_local=True), AreaRules(retirement_counts_deemed=False)
TODAY = date(2026, 11, 23)
BASE_FEN = 443_300
YAN = RetirementFacts(born_on=date(1965, 12, 20), sex="男", paid_months=22 * 12 + 4, base_fen=BASE_FEN)


@pytest.mark.parametrize(
    ("sex", "born_on", "expected"),
    [
        ("男", date(1964, 12, 31), date(2024, 12, 31)),
        ("男", date(1965, 1, 1), date(2025, 2, 1)),
        ("男", date(1965, 4, 30), date(2025, 5, 30)),
        ("男", date(1965, 5, 1), date(2025, 7, 1)),
        ("男", date(1965, 12, 20), date(2026, 3, 20)),
        ("男", date(1976, 9, 1), date(2039, 9, 1)),
        ("男", date(1990, 1, 31), date(2053, 1, 31)),
        ("女", date(1969, 12, 31), date(2024, 12, 31)),
        ("女", date(1970, 1, 1), date(2025, 2, 1)),
        ("女", date(1981, 9, 1), date(2039, 9, 1)),
    ],
)
def test_the_age_moves_by_a_month_every_four_months(sex: str, born_on: date, expected: date) -> None:
    assert retirement_day(born_on, sex=sex, rules=HOME) == expected


def test_an_area_without_the_delay_and_another_age() -> None:
    plain = AreaRules(retirement_delay_from_year=0)
    fifty = AreaRules(retirement_delay_from_year=0, retirement_age_female_months=600)

    assert retirement_day(date(1965, 12, 20), sex="男", rules=plain) == date(2025, 12, 20)
    assert retirement_day(date(1976, 2, 29), sex="女", rules=fifty) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("rules", "facts", "missing", "lump_fen", "code"),
    [
        (HOME, YAN, 32, 992_992, "retirement.missing"),
        (HOME, replace(YAN, paid_months=300), 0, None, "retirement.enough"),
        (HOME, replace(YAN, paid_months=299), 1, 31_031, "retirement.missing"),
        (HOME, replace(YAN, paid_months=100, deemed_months=200), 20, 620_620, "retirement.missing"),
        (HOME, replace(YAN, paid_months=120, deemed_months=180), 0, None, "retirement.enough"),
        # transferred: 累计 only, or local, too
        (HOME, replace(YAN, transferred_months=32), 0, None, "retirement.transferred-only-total"),
        (HOME, replace(YAN, paid_months=100, transferred_months=250), 20, 620_620, "retirement.transferred-only-total"),
        (LOCAL, replace(YAN, paid_months=100, transferred_months=250), 0, None, "retirement.transferred-is-local"),
        # deemed: counted or left out by the area
        (HOME, replace(YAN, deemed_months=32), 0, None, "retirement.deemed-counts"),
        (PAID_ONLY, replace(YAN, deemed_months=32), 32, 992_992, "retirement.deemed-left-out"),
        # paid elsewhere and not transferred: told, not counted
        (HOME, replace(YAN, elsewhere_months=32), 32, 992_992, "retirement.elsewhere"),
        (HOME, replace(YAN, base_fen=None), 32, None, "retirement.missing"),
        (AreaRules(retirement_lump_per_mille=0), YAN, 32, None, "retirement.missing"),
        (AreaRules(retirement_years_male=30), YAN, 92, 2_854_852, "retirement.missing"),
        (HOME, replace(YAN, sex="女"), 0, None, "retirement.enough"),
        (HOME, replace(YAN, born_on=date(1980, 6, 1)), 32, 992_992, "retirement.in-time"),
        (HOME, replace(YAN, born_on=date(1967, 6, 1)), 32, 992_992, "retirement.short"),
        (HOME, replace(YAN, born_on=date(1980, 6, 1), paid_months=300), 0, None, "retirement.enough-early"),
    ],
)
def test_what_is_missing_and_what_it_would_cost(
    rules: AreaRules, facts: RetirementFacts, missing: int, lump_fen: int | None, code: str
) -> None:
    found = retirement(facts, today=TODAY, rules=rules)

    assert (found.missing_months, found.lump_fen) == (missing, lump_fen)
    assert code in [reason.code for reason in found.reasons]
    assert all(reason.source for reason in found.reasons)


def test_each_kind_of_months_is_told_by_itself() -> None:
    facts = replace(YAN, paid_months=120, transferred_months=30, deemed_months=50)

    found = retirement(facts, today=TODAY, rules=HOME)

    counted = next(reason for reason in found.reasons if reason.code == "retirement.counted")
    assert {name: str(value) for name, value in counted.params.items()} == {
        "total": "16年8个月",
        "paid": "10年",
        "transferred": "2年6个月",
        "deemed": "4年2个月",
    }
    assert (found.total_months, found.local_months) == (200, 120)


@given(paid=st.integers(0, 400), transferred=st.integers(0, 400), deemed=st.integers(0, 400), is_local=st.booleans())
def test_more_months_of_any_kind_never_leave_more_missing(
    paid: int, transferred: int, deemed: int, is_local: bool
) -> None:
    rules = replace(HOME, retirement_transferred_is_local=is_local)
    facts = replace(YAN, paid_months=paid)

    without = retirement(facts, today=TODAY, rules=rules).missing_months
    with_them = replace(facts, transferred_months=transferred, deemed_months=deemed)

    assert retirement(with_them, today=TODAY, rules=rules).missing_months <= without
    assert retirement(replace(facts, elsewhere_months=transferred), today=TODAY, rules=rules).missing_months == without


@given(paid=st.integers(0, 600), more=st.integers(0, 60), deemed=st.integers(0, 300), sex=st.sampled_from("男女"))
def test_paying_more_never_leaves_more_missing(paid: int, more: int, deemed: int, sex: str) -> None:
    facts = replace(YAN, born_on=date(1970, 5, 5), sex=sex, paid_months=paid, deemed_months=deemed)

    now = retirement(facts, today=TODAY, rules=HOME)
    later = retirement(replace(facts, paid_months=paid + more), today=TODAY, rules=HOME)

    assert 0 <= later.missing_months <= now.missing_months
    assert (later.lump_fen or 0) <= (now.lump_fen or 0)
    assert retirement(replace(facts, paid_months=paid + now.missing_months), today=TODAY, rules=HOME).is_enough
