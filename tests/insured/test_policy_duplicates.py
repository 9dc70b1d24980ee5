"""重复参保: which of two records stays."""

import pytest

from insured.policy.dates import Month
from insured.policy.duplicates import PaidRecord, find_duplicates
from portal.labels import say

THIS = Month(2026, 3)


def record(key: int, scheme: str, **more: object) -> PaidRecord:
    plain: dict[str, object] = {"name": scheme, "area_name": "示例市", "first": Month(2026, 1), "last": Month(2026, 12)}
    return PaidRecord(key=key, scheme=scheme, **plain | more)


@pytest.mark.parametrize(
    ("one", "other", "kept", "code"),
    [
        (record(1, "390"), record(2, "310", first=Month(2024, 1)), 2, "duplicate.employee-long"),
        (record(1, "390"), record(2, "310", first=Month(2025, 11)), 2, "duplicate.employee-short"),
        (record(1, "390"), record(2, "310", first=Month(2025, 11), is_active=False), 1, "duplicate.employee-over"),
        (record(1, "390"), record(2, "310", first=Month(2024, 1), is_active=False), 2, "duplicate.employee-long"),
        (record(1, "310", is_through_unit=True), record(2, "310"), 1, "duplicate.workplace"),
        (record(1, "390"), record(2, "390", is_home=True), 2, "duplicate.residence"),
        (record(1, "390", is_home=True), record(2, "390", category="1404"), 2, "duplicate.school"),
    ],
)
def test_which_record_stays_follows_the_decree(one: PaidRecord, other: PaidRecord, kept: int, code: str) -> None:
    for pair in ((one, other), (other, one)):
        (found,) = find_duplicates(pair, this=THIS)

        assert found.keep.key == kept
        assert [reason.code for reason in found.reasons] == ["duplicate.found", code, "duplicate.proposal"]


def test_a_single_month_is_named_once() -> None:
    (found,) = find_duplicates((record(1, "390", last=Month(2026, 3)), record(2, "310")), this=THIS)

    assert str(found.span) == "2026年3月"
    assert say(found.reasons[0]).startswith("您2026年3月重复参保：")


def test_records_that_follow_each_other_or_are_over_are_no_duplicates() -> None:
    before = record(1, "390", first=Month(2025, 1), last=Month(2025, 12))

    assert find_duplicates((before, record(2, "310")), this=THIS) == ()
    assert find_duplicates((before, record(2, "310", first=Month(2025, 6))), this=THIS) == ()
