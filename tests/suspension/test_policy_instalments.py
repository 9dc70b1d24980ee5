"""分期缴费: who may, in how many parts, and that the parts are exactly what is owed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from suspension.policy.instalments import (
    InstalmentFacts,
    OwedMonth,
    check_instalments,
    possible_counts,
    split,
)

OPEN = AreaRules(instalments_are_open=True)
DAY = date(2026, 4, 12)
MONTH_FEN = 44_330


def owed(count: int, *, fen: int = MONTH_FEN) -> tuple[OwedMonth, ...]:
    return tuple(OwedMonth(bill=f"ZD{no}", month=Month(2026, 1) + no, amount_fen=fen) for no in range(count))


def facts(**changes: object) -> InstalmentFacts:
    plain = InstalmentFacts(
        today=DAY, area_name="邻州市", rules=OPEN, scheme="310", status="1", owed=owed(3), interrupted_months=2
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"rules": AreaRules()}, ["instalments.closed"]),
        ({"rules": AreaRules(), "scheme": "390", "owed": ()}, ["instalments.closed"]),
        ({"rules": replace(OPEN, instalments_first_month=5)}, ["instalments.not-now"]),
        ({"rules": replace(OPEN, instalments_last_month=3)}, ["instalments.not-now"]),
        ({"is_through_unit": True, "unit_name": "青禾"}, ["instalments.through-unit"]),
        ({"scheme": "390", "owed": ()}, ["instalments.residents", "instalments.too-few"]),
        ({"status": "2"}, ["instalments.not-active"]),
        ({"is_deceased": True}, ["instalments.deceased"]),
        ({"running": "YB1"}, ["instalments.running"]),
        ({"planned": "YB1"}, ["instalments.planned"]),
        ({"owed": owed(1)}, ["instalments.too-few"]),
        ({"interrupted_months": 3}, []),
        ({"interrupted_months": 4}, ["instalments.too-late"]),
        ({"rules": replace(OPEN, instalment_min_fen=100_000)}, ["instalments.too-small"]),
        ({"count": 2}, []),
        ({"count": 4}, ["instalments.bad-count"]),
        ({"count": 1}, ["instalments.bad-count"]),
    ],
)
def test_the_conditions_of_the_area_decide(changes: dict[str, object], codes: list[str]) -> None:
    count = changes.pop("count", None)

    found = check_instalments(facts(**changes), count=count)  # type: ignore[arg-type]

    assert [reason.code for reason in found] == codes


@pytest.mark.parametrize(
    ("months", "most", "least", "counts"),
    [
        (2, 3, 20_000, (2,)),
        (3, 3, 20_000, (2, 3)),
        (4, 3, 20_000, (2, 3)),
        (4, 12, 20_000, (2, 3, 4)),
        (4, 3, 60_000, (2,)),
        (3, 3, 60_000, ()),
        (1, 3, 0, ()),
    ],
)
def test_the_possible_plans(months: int, most: int, least: int, counts: tuple[int, ...]) -> None:
    rules = replace(OPEN, instalments_max=most, instalment_min_fen=least)

    assert possible_counts(facts(rules=rules, owed=owed(months))) == counts


def test_the_oldest_months_come_first_and_are_due_at_the_ends_of_months() -> None:
    parts = split(owed(4), 3, on=DAY)

    assert [part.text for part in parts] == ["2026年1月、2026年2月", "2026年3月", "2026年4月"]
    assert [part.due_on for part in parts] == [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]


@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=2, max_size=12),
    count=st.integers(2, 12),
    on=st.dates(date(2025, 1, 1), date(2035, 12, 31)),
)
def test_the_parts_are_what_is_owed_and_nothing_else(amounts: list[int], count: int, on: date) -> None:
    months = tuple(OwedMonth(bill=str(no), month=Month(2026, 1) + no, amount_fen=fen) for no, fen in enumerate(amounts))
    count = min(count, len(months))

    parts = split(months, count, on=on)

    assert len(parts) == count
    assert tuple(one for part in parts for one in part.months) == months
    assert sum(part.amount_fen for part in parts) == sum(amounts)
    assert all(part.months for part in parts)
    assert [part.due_on for part in parts] == sorted({part.due_on for part in parts})
    assert parts[0].due_on >= on
