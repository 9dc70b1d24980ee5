"""转移接续 as rules: who is accepted, and how the months of both records count together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from suspension.policy.transfer import Record, Side, TransferFacts, Way, check_transfer, combine

STOPPED, JOINED = Side(area="示例市", status="2"), Side(area="邻州市", status="1")
AWAY = Side(area="江苏省昆山市")


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (TransferFacts(way=Way.BETWEEN, source=STOPPED, target=JOINED), []),
        (TransferFacts(way=Way.OUT, source=STOPPED, target=AWAY), []),
        (TransferFacts(way=Way.IN, source=AWAY, target=JOINED), []),
        (TransferFacts(way=Way.OUT, source=Side(area="示例市", status="1"), target=AWAY), ["transfer.stop-first"]),
        (
            TransferFacts(way=Way.OUT, source=Side(area="示例市", status="2", is_stop_ahead=True), target=AWAY),
            ["transfer.stop-ahead"],
        ),
        (TransferFacts(way=Way.IN, source=AWAY, target=Side(area="示例市", status="2")), ["transfer.join-first"]),
        (TransferFacts(way=Way.OUT, source=STOPPED, target=Side(area="")), ["transfer.no-target"]),
        (TransferFacts(way=Way.IN, source=Side(area=""), target=JOINED), ["transfer.no-source"]),
        (TransferFacts(way=Way.OUT, source=STOPPED, target=Side(area="示例市")), ["transfer.same-area"]),
        (
            TransferFacts(way=Way.OUT, source=Side(area="示例市", status="2", is_retired=True), target=AWAY),
            ["transfer.retired"],
        ),
        (TransferFacts(way=Way.OUT, source=STOPPED, target=AWAY, is_deceased=True), ["transfer.deceased"]),
        (TransferFacts(way=Way.OUT, source=STOPPED, target=AWAY, running_number="YB1"), ["transfer.running"]),
    ],
)
def test_accepts_only_what_both_areas_can_do(facts: TransferFacts, codes: list[str]) -> None:
    assert [reason.code for reason in check_transfer(facts)] == codes


@pytest.mark.parametrize(
    ("first_joined", "gap", "is_continuous"),
    [(Month(2026, 1), 0, True), (Month(2026, 4), 3, True), (Month(2026, 5), 4, False), (Month(2025, 10), 0, True)],
)
def test_a_gap_within_the_grace_is_continuous(first_joined: Month, gap: int, is_continuous: bool) -> None:
    found = combine(
        Record(scheme="310", months=24, last=Month(2025, 12)),
        joined=Record(scheme="310", months=2, last=Month(2026, 6)),
        first_joined=first_joined,
        rules=AreaRules(),
    )

    assert (found.gap_months, found.is_continuous, found.total_months) == (gap, is_continuous, 26)


def test_only_months_of_the_employees_scheme_count_for_retirement() -> None:
    found = combine(
        Record(scheme="390", months=36, last=Month(2025, 12)),
        joined=Record(scheme="310", months=3, last=Month(2026, 3)),
        first_joined=Month(2026, 1),
        rules=AreaRules(),
    )

    assert (found.total_months, found.employee_months) == (39, 3)


@given(left=st.integers(0, 400), joined=st.integers(0, 400), data=st.data())
def test_months_are_never_counted_twice_and_never_lost(left: int, joined: int, data: st.DataObject) -> None:
    twice = data.draw(st.integers(0, min(left, joined)))
    both = [Month(2000, 1) + step for step in range(twice)]

    found = combine(
        Record(scheme="310", months=left, last=Month(2025, 12) if left else None),
        joined=Record(scheme="310", months=joined, last=Month(2026, 3) if joined else None),
        first_joined=Month(2026, 1) if joined else None,
        both=both,
        rules=AreaRules(),
    )

    assert max(left, joined) <= found.total_months == found.employee_months == left + joined - twice
