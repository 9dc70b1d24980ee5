"""What a period costs: T10 and the amounts of T4, T6, T8 and T13 of the rules, and what holds for any number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month
from payments.policy.amounts import (
    ExtraLine,
    clamped_base,
    employee_lines,
    flexible_lines,
    percent,
    resident_lines,
    total,
)

APRIL = Month(2025, 4)
FLOOR, CAP = 443_300, 2_216_500
UNIT, PERSONAL = Decimal("0.075"), Decimal("0.02")
money = st.integers(min_value=0, max_value=10_000_000_000)
rates = st.decimals(min_value=0, max_value=1, places=6)


@pytest.mark.parametrize(
    ("wage", "base", "unit", "personal", "code"),
    [
        (300_000, 443_300, 33_248, 8_866, "bill.share-of-floor"),
        (920_000, 920_000, 69_000, 18_400, "bill.share-of-wage"),
        (3_000_000, 2_216_500, 166_238, 44_330, "bill.share-of-cap"),
        (680_000, 680_000, 51_000, 13_600, "bill.share-of-wage"),
        (443_300, 443_300, 33_248, 8_866, "bill.share-of-wage"),
        (2_216_500, 2_216_500, 166_238, 44_330, "bill.share-of-wage"),
    ],
)
def test_clamps_the_base_of_an_employee(wage: int, base: int, unit: int, personal: int, code: str) -> None:
    lines = employee_lines(
        month=APRIL, wage_fen=wage, floor_fen=FLOOR, cap_fen=CAP, unit_rate=UNIT, personal_rate=PERSONAL
    )

    assert [(line.part, line.base_fen, line.amount_fen) for line in lines] == [
        ("unit", base, unit),
        ("personal", base, personal),
    ]
    assert {line.reason.code for line in lines} == {code}
    assert total(lines) == unit + personal


def test_adds_fixed_lines_of_other_schemes() -> None:
    extra = ExtraLine(name="大额医疗费用补助", part="personal", amount_fen=700)
    lines = employee_lines(
        month=APRIL,
        wage_fen=920_000,
        floor_fen=FLOOR,
        cap_fen=CAP,
        unit_rate=UNIT,
        personal_rate=PERSONAL,
        extra=[extra],
    )

    assert total(lines, "personal") == 18_400 + 700
    assert lines[-1].reason.params["name"] == "大额医疗费用补助"


def test_flexible_months_are_rounded_one_by_one() -> None:
    months = [Month(2025, 4), Month(2025, 2), Month(2025, 3)]
    lines = flexible_lines(months=months, base_fen=FLOOR, rate=Decimal("0.1"))

    assert [line.reason.params["month"] for line in lines] == sorted(months)
    assert total(lines) == 3 * 44_330 == 132_990


@pytest.mark.parametrize(
    ("aid", "repair", "personal", "aided"),
    [
        (0, 0, 40_000, 0),
        (34_500, 0, 5_500, 34_500),
        (20_000, 0, 20_000, 20_000),
        (40_000, 0, 0, 40_000),
        (99_999, 0, 0, 40_000),
        (-1, 0, 40_000, 0),
        (0, 1, 80_000, 0),
        (0, 2, 120_000, 0),
        (34_500, 1, 45_500, 34_500),
    ],
)
def test_a_resident_pays_the_standard_less_the_aid(aid: int, repair: int, personal: int, aided: int) -> None:
    lines = resident_lines(year=2026, personal_fen=40_000, fiscal_fen=70_000, aid_fen=aid, repair_years=repair)

    assert (total(lines, "personal"), total(lines, "aid"), total(lines, "fiscal")) == (personal, aided, 70_000)
    assert total(lines) == personal


@pytest.mark.parametrize(
    ("rate", "text"), [("0.075", "7.5%"), ("0.02", "2%"), ("0.100000", "10%"), ("1", "100%"), ("0.0005", "0.05%")]
)
def test_a_rate_reads_as_percent(rate: str, text: str) -> None:
    assert percent(Decimal(rate)) == text


@given(standard=money, fiscal=money, aid=st.integers(-10_000_000, 10_000_000_000), repair=st.integers(0, 10))
def test_nothing_is_lost_or_negative(standard: int, fiscal: int, aid: int, repair: int) -> None:
    lines = resident_lines(year=2026, personal_fen=standard, fiscal_fen=fiscal, aid_fen=aid, repair_years=repair)

    assert all(line.amount_fen >= 0 for line in lines)
    assert total(lines, "personal", "aid") == standard * (1 + repair)


@given(wage=money, floor=money, width=money, rate=rates)
def test_a_share_is_within_half_a_fen_of_the_clamped_base(wage: int, floor: int, width: int, rate: Decimal) -> None:
    base = clamped_base(wage, floor_fen=floor, cap_fen=floor + width)
    lines = employee_lines(
        month=APRIL, wage_fen=wage, floor_fen=floor, cap_fen=floor + width, unit_rate=rate, personal_rate=rate
    )

    assert floor <= base <= floor + width
    assert all(abs(line.amount_fen - base * rate) <= Decimal("0.5") for line in lines)
