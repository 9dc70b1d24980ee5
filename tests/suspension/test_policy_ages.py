"""Classes of age, means and shares: tables of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suspension.policy.ages import AGES, age_of, percent, tenths


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "0至1个工作日"),
        (1, "0至1个工作日"),
        (2, "2至3个工作日"),
        (5, "4至5个工作日"),
        (6, "6至10个工作日"),
        (10, "6至10个工作日"),
        (11, "11个工作日以上"),
        (400, "11个工作日以上"),
    ],
)
def test_an_age_has_one_class(days: int, name: str) -> None:
    assert str(age_of(days)) == name


@given(st.integers(min_value=0, max_value=10_000))
def test_no_age_falls_between_two_classes(days: int) -> None:
    assert sum(age.holds(days) for age in AGES) == 1


@pytest.mark.parametrize(
    ("total", "of", "text"), [(10, 3, "3.3"), (5, 3, "1.7"), (1, 20, "0.1"), (1, 21, "0.0"), (0, 4, "0.0"), (0, 0, "—")]
)
def test_a_mean_is_rounded_half_up(total: int, of: int, text: str) -> None:
    assert tenths(total, of=of) == text


@pytest.mark.parametrize(("part", "of", "text"), [(3, 3, "100%"), (999, 1000, "99%"), (0, 5, "0%"), (0, 0, "—")])
def test_a_share_is_whole_only_when_all_are_in_it(part: int, of: int, text: str) -> None:
    assert percent(part, of=of) == text
