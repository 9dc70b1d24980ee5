"""The higher aid counts, and never two together."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.policy.funding import Funding, best_funding

DAY = date(2026, 4, 8)
FULL = Funding(category="特困人员", recognised_on=DAY, is_full=True)
LOW = Funding(category="低保对象", recognised_on=DAY, aid_fen=34_500)
WATCHED = Funding(category="防返贫监测对象", recognised_on=DAY, aid_fen=20_000)


@pytest.mark.parametrize(
    ("options", "best", "left"),
    [
        ([], None, 40_000),
        ([WATCHED], WATCHED, 20_000),
        ([WATCHED, LOW], LOW, 5_500),
        ([LOW, WATCHED], LOW, 5_500),
        ([LOW, FULL, WATCHED], FULL, 0),
    ],
)
def test_of_several_categories_the_higher_aid_counts(options: list[Funding], best: Funding | None, left: int) -> None:
    found = best_funding(options, personal_fen=40_000)

    assert found == best
    assert 40_000 - (found.aid_of(40_000) if found else 0) == left


def test_of_equal_aids_the_newer_recognition_counts() -> None:
    older = Funding(category="孤儿", recognised_on=date(2020, 1, 1), is_full=True)

    assert best_funding([older, FULL], personal_fen=40_000) == FULL


@given(standard=st.integers(0, 10_000_000), aids=st.lists(st.integers(1, 10_000_000), min_size=1, max_size=5))
def test_aid_never_exceeds_the_standard(standard: int, aids: list[int]) -> None:
    found = best_funding(
        [Funding(category="定额", recognised_on=DAY, aid_fen=aid) for aid in aids], personal_fen=standard
    )

    assert found is not None
    assert found.aid_of(standard) == min(max(aids), standard)
