"""Which approvals one person may not give alone (domain 3.6: refund, back-dating, death)."""

from datetime import date
from typing import Any

import pytest

from suspension.policy.desk import SecondReviewFacts, needs_second_review

PLAIN: dict[str, Any] = {
    "approved_on": date(2026, 4, 8),
    "effective_on": date(2026, 5, 1),
    "change_code": "6301",
    "is_refund": False,
    "last_covered_on": date(2026, 4, 30),
}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"effective_on": date(2026, 4, 8), "last_covered_on": date(2026, 4, 7)}, []),
        ({"effective_on": date(2026, 4, 8), "last_covered_on": None}, []),
        ({"effective_on": date(2026, 4, 7), "last_covered_on": date(2026, 4, 6)}, ["second.back-dated"]),
        ({"effective_on": date(2026, 4, 8), "last_covered_on": date(2026, 3, 31)}, ["second.back-dated"]),
        (
            {
                "effective_on": date(2026, 4, 8),
                "last_covered_on": date(2026, 3, 31),
                "covered_until": date(2026, 3, 31),
            },
            [],
        ),
        (
            {
                "effective_on": date(2026, 4, 8),
                "last_covered_on": date(2026, 3, 31),
                "covered_until": date(2026, 4, 1),
            },
            ["second.back-dated"],
        ),
        ({"change_code": "6401"}, ["second.death"]),
        ({"is_refund": True}, ["second.refund"]),
        ({"change_code": "6401", "is_refund": True}, ["second.death", "second.refund"]),
    ],
)
def test_names_every_reason_for_a_second_person(changes: dict[str, Any], codes: list[str]) -> None:
    reasons = needs_second_review(SecondReviewFacts(**PLAIN | changes))

    assert [reason.code for reason in reasons] == codes
    assert all(reason.source for reason in reasons)
