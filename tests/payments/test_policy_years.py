"""连续和累计缴费年限: a table of lives, and what holds for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Length, Month
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


MONTHS = st.integers(min_value=0, max_value=400).map(lambda number: Month(2000, 1) + number)


@given(st.lists(st.tuples(MONTHS, st.integers(min_value=0, max_value=14)), max_size=30))
def test_the_run_is_never_longer_than_the_sum_and_counts_every_month_once(drawn: list[tuple[Month, int]]) -> None:
    spans = [PaidSpan(first=month, last=month + more, received_fen=1) for month, more in drawn]

    found = paid_years(spans, through=NOW)

    assert Length(0).months <= found.continuous.months <= found.total.months
    assert paid_years([*spans, *spans], through=NOW) == found
    assert found.total.months + found.ahead == len({month + n for month, more in drawn for n in range(more + 1)})
