"""Every automatic check rests on something, green or red."""

from suspension import labels
from suspension.policy.grounds import GROUNDS


def test_every_check_names_what_it_rests_on() -> None:
    assert set(GROUNDS) == set(labels.CHECKS)
    assert all(GROUNDS.values())
