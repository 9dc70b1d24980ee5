"""The list of guards that are taken away one at a time is up to date; taking them away is `python tests/guards.py`."""

import pytest

from tests import guards


def test_every_guard_stands_where_the_list_says_and_has_its_test() -> None:
    assert guards.misplaced() == []


def test_a_guard_that_moved_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    one = guards.GUARDS[0]
    planted = guards.Guard(one.name, one.file, "text that stands nowhere", "", one.test)
    monkeypatch.setattr(guards, "GUARDS", (planted,))

    assert guards.misplaced() == [f"{one.name}: stands 0 times in {one.file}"]


def test_there_are_at_least_ten() -> None:
    assert len({guard.old for guard in guards.GUARDS}) >= 10
