"""认定缴费年限 as rules: each month once and under one source, gaps at a transfer, what cannot be deemed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month, months_between
from insured.policy.years import Credit, as_spans, check_deemed, months_of, run_until, sort_months

START = Month(2010, 1)
MONTHS = st.frozensets(st.integers(0, 120).map(lambda number: START + number), max_size=40)
BASIC = ("310", "390")


def credit(first: str, last: str, *, source: str = "transfer", scheme: str = "310") -> Credit:
    return Credit(source=source, scheme=scheme, first=Month.parse(first), last=Month.parse(last))


def span(first: str, last: str) -> frozenset[Month]:
    return frozenset(months_between(Month.parse(first), Month.parse(last)))


@pytest.mark.parametrize(
    ("own", "credited", "expected"),
    [
        (span("2024-01", "2024-12"), [], (12, 0, 0)),
        (span("2024-01", "2024-12"), [credit("2023-01", "2023-12")], (12, 12, 0)),
        # the same months stand in both records: they are one's own
        (span("2024-01", "2024-12"), [credit("2023-07", "2024-06")], (12, 6, 0)),
        # two transfers that name the same months
        (frozenset(), [credit("2023-01", "2023-12"), credit("2023-07", "2024-06")], (0, 18, 0)),
        # deemed months that were paid for are paid months
        (
            span("2024-01", "2024-12"),
            [credit("2023-01", "2023-12"), credit("2022-01", "2024-12", source="deemed")],
            (12, 12, 12),
        ),
        # of another scheme than is asked for
        (frozenset(), [credit("2023-01", "2023-12", scheme="390")], (0, 0, 0)),
    ],
)
def test_a_month_has_one_source(own: frozenset[Month], credited: list[Credit], expected: tuple[int, int, int]) -> None:
    found = sort_months(own, credited=credited, schemes=("310",))

    assert (len(found.own), len(found.transferred), len(found.deemed)) == expected
    assert len(found.total) == sum(expected)
    assert len(found.paid) == sum(expected[:2])


CREDITS = st.lists(
    st.builds(
        lambda source, scheme, first, length: Credit(
            source=source, scheme=scheme, first=START + first, last=START + first + length
        ),
        st.sampled_from(["transfer", "deemed"]),
        st.sampled_from(BASIC),
        st.integers(0, 120),
        st.integers(0, 40),
    ),
    max_size=6,
)


@given(own=MONTHS, credited=CREDITS)
def test_no_month_is_lost_or_counted_twice(own: frozenset[Month], credited: list[Credit]) -> None:
    found = sort_months(own, credited=credited, schemes=BASIC)

    everything = own.union(*(one.months for one in credited))
    assert found.total == everything
    assert len(found.own) + len(found.transferred) + len(found.deemed) == len(everything)
    assert sort_months(own, credited=[*credited, *credited], schemes=BASIC) == found


@pytest.mark.parametrize(
    ("months", "transferred", "expected"),
    [
        (span("2025-01", "2025-06"), frozenset(), (6, "2025-01", 0)),
        # straight from one area to the other
        (span("2024-01", "2025-06"), span("2024-01", "2024-12"), (18, "2024-01", 0)),
        # three months between: no break, and they are not counted
        (span("2024-01", "2024-12") | span("2025-04", "2025-06"), span("2024-01", "2024-12"), (15, "2024-01", 3)),
        # four months: a break
        (span("2024-01", "2024-12") | span("2025-05", "2025-06"), span("2024-01", "2024-12"), (2, "2025-05", 0)),
        # the same gap without a transfer is a break
        (span("2024-01", "2024-12") | span("2025-04", "2025-06"), frozenset(), (3, "2025-04", 0)),
        # a gap within what was transferred is a break
        (
            span("2023-01", "2023-06") | span("2023-09", "2025-02"),
            span("2023-01", "2023-06") | span("2023-09", "2024-12"),
            (18, "2023-09", 0),
        ),
        # one's own months lie behind the gap, the transfer only behind them
        (
            span("2024-01", "2024-06") | span("2024-08", "2024-08") | span("2024-10", "2024-12"),
            span("2024-01", "2024-06"),
            (3, "2024-10", 0),
        ),
    ],
)
def test_a_short_gap_behind_a_transfer_breaks_nothing(
    months: frozenset[Month], transferred: frozenset[Month], expected: tuple[int, str, int]
) -> None:
    found = run_until(max(months), months=months, transferred=transferred, grace=3)

    assert (found.months, found.since and found.since.iso(), found.bridged) == expected


def test_a_month_that_is_missing_has_no_run() -> None:
    assert run_until(Month(2025, 1), months=span("2024-01", "2024-12")).months == 0
    assert run_until(None, months=()).months == 0


@given(own=MONTHS, transferred=MONTHS, grace=st.integers(0, 5))
def test_a_run_counts_months_that_are_there_and_no_grace_shortens_it(
    own: frozenset[Month], transferred: frozenset[Month], grace: int
) -> None:
    months = own | transferred
    until = max(months, default=None)

    found = run_until(until, months=months, transferred=transferred, grace=grace)

    strict = run_until(until, months=months, transferred=transferred)
    assert strict.months <= found.months <= len(months)
    assert strict.bridged == 0
    if found.since and until:
        assert found.months + found.bridged == until.months_after(found.since) + 1


@given(MONTHS)
def test_spans_hold_the_same_months(months: frozenset[Month]) -> None:
    spans = as_spans(months)

    assert {month for first, last in spans for month in months_between(first, last)} == months
    assert all(later[0].months_after(earlier[1]) > 1 for earlier, later in pairwise(spans))


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        ("1988-01", "1992-12", []),
        ("1992-12", "1988-01", ["credit.backwards"]),
        ("2026-01", "2026-04", ["credit.ahead"]),
        ("1985-11", "1988-01", ["credit.too-young"]),
        ("1985-12", "1988-01", []),
        ("1995-06", "1996-12", ["credit.known"]),
    ],
)
def test_says_what_cannot_be_deemed(first: str, last: str, codes: list[str]) -> None:
    known = [credit("1996-01", "1997-12", source="deemed"), credit("1988-01", "1990-12")]

    found = check_deemed(
        first=Month.parse(first),
        last=Month.parse(last),
        born=Month(1969, 12),
        today=Month(2026, 3),
        known=known,
        scheme="310",
    )

    assert [reason.code for reason in found] == codes
    assert all(reason.source for reason in found)
    assert months_of(known, source="deemed", schemes=("390",)) == frozenset()
