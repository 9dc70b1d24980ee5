"""连续和累计缴费年限: a table of lives, and what holds for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Length, Month
from insured.policy.years import Credit
from payments.policy.years import PaidSpan, paid_years

NOW = Month(2026, 3)


def span(first: str, last: str = "", fen: int = 40_000) -> PaidSpan:
    return PaidSpan(first=Month.parse(first), last=Month.parse(last or first), received_fen=fen)


@pytest.mark.parametrize(
    ("spans", "total", "continuous", "since", "until", "ahead"),
    [
        ([], "0个月", "0个月", None, None, 0),
        ([span("2026-03")], "1个月", "1个月", "2026-03", "2026-03", 0),
        ([span("2026-01"), span("2026-02"), span("2026-03")], "3个月", "3个月", "2026-01", "2026-03", 0),
        # a month is missing: what lies before counts in the sum only
        ([span("2025-11"), span("2026-01"), span("2026-02")], "3个月", "2个月", "2026-01", "2026-02", 0),
        # caught up later: the record is for the missing months, whenever it was paid
        ([span("2025-11"), span("2026-01"), span("2025-12")], "3个月", "3个月", "2025-11", "2026-01", 0),
        # a whole coverage year, of which this year has run for three months
        ([span("2026-01", "2026-12")], "3个月", "3个月", "2026-01", "2026-03", 9),
        ([span("2024-01", "2024-12"), span("2025-01", "2025-12")], "2年", "2年", "2024-01", "2025-12", 0),
        ([span("2023-01", "2023-12"), span("2025-01", "2025-12")], "2年", "1年", "2025-01", "2025-12", 0),
        # two schemes at once count once
        ([span("2025-01", "2025-12"), span("2025-11"), span("2025-12")], "1年", "1年", "2025-01", "2025-12", 0),
        # from one scheme straight into the other
        (
            [span("2025-01", "2025-12"), span("2026-01"), span("2026-02")],
            "1年2个月",
            "1年2个月",
            "2025-01",
            "2026-02",
            0,
        ),
        # given back, or not received: nothing was paid for
        ([span("2025-01", "2025-12", 0), span("2026-01")], "1个月", "1个月", "2026-01", "2026-01", 0),
        ([span("2025-01", "2025-12", -40_000)], "0个月", "0个月", None, None, 0),
        # only what is to come
        ([span("2026-04", "2026-06")], "0个月", "0个月", None, None, 3),
    ],
)
def test_counts_the_months(
    spans: list[PaidSpan], total: str, continuous: str, since: str | None, until: str | None, ahead: int
) -> None:
    found = paid_years(spans, through=NOW)

    assert (str(found.total), str(found.continuous), found.ahead) == (total, continuous, ahead)
    assert (found.since and found.since.iso(), found.until and found.until.iso()) == (since, until)


@pytest.mark.parametrize(
    ("credited", "parts", "continuous", "bridged"),
    [
        ([], (3, 0, 0), "3个月", 0),
        # straight before one's own months
        ([("transfer", "2024-01", "2025-12")], (3, 24, 0), "2年3个月", 0),
        # three months of gap are no break, four are
        ([("transfer", "2024-01", "2025-09")], (3, 21, 0), "2年", 3),
        ([("transfer", "2024-01", "2025-08")], (3, 20, 0), "3个月", 0),
        # months that were paid here, too
        ([("transfer", "2025-12", "2026-02")], (3, 1, 0), "4个月", 0),
        # deemed months are 累计 and never 连续
        ([("deemed", "2024-01", "2025-12")], (3, 0, 24), "3个月", 0),
    ],
)
def test_says_where_the_months_come_from(
    credited: list[tuple[str, str, str]], parts: tuple[int, int, int], continuous: str, bridged: int
) -> None:
    rows = [
        Credit(source=source, scheme="310", first=Month.parse(first), last=Month.parse(last))
        for source, first, last in credited
    ]

    found = paid_years([span("2026-01", "2026-03")], through=NOW, credited=rows, grace=3)

    assert (found.own.months, found.transferred.months, found.deemed.months) == parts
    assert found.total.months == sum(parts)
    assert (str(found.continuous), found.bridged, found.has_credits) == (continuous, bridged, sum(parts) > 3)


MONTHS = st.integers(min_value=0, max_value=400).map(lambda number: Month(2000, 1) + number)


@given(st.lists(st.tuples(MONTHS, st.integers(min_value=0, max_value=14)), max_size=30))
def test_the_run_is_never_longer_than_the_sum_and_counts_every_month_once(drawn: list[tuple[Month, int]]) -> None:
    spans = [PaidSpan(first=month, last=month + more, received_fen=1) for month, more in drawn]

    found = paid_years(spans, through=NOW)

    assert Length(0).months <= found.continuous.months <= found.total.months
    assert paid_years([*spans, *spans], through=NOW) == found
    assert found.total.months + found.ahead == len({month + n for month, more in drawn for n in range(more + 1)})
