import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portal import identity, labels
from portal.errors import Reason


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("effective_on", date(2026, 3, 11), "2026年3月11日"),
        ("decided_at", datetime(2026, 3, 10, 16, 5, tzinfo=UTC), "2026年3月11日 00:05"),
        ("due_fen", 132990, "1,329.90元"),
        ("days", 21, "21"),
        ("name", "苏*岚", "苏*岚"),
    ],
)
def test_shows_parameters_as_they_are_read(name: str, value: object, text: str) -> None:
    assert labels.shown(name, value) == text


def test_says_a_reason_with_its_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        labels, "all_reasons", lambda: {"stop.gap": "自{starts_on}起有{days}天没有保障，应缴{due_fen}。"}
    )

    sentence = labels.say(Reason("stop.gap", {"starts_on": date(2026, 3, 11), "days": 21, "due_fen": 40000}))

    assert sentence == "自2026年3月11日起有21天没有保障，应缴400.00元。"


def test_refuses_a_code_without_wording() -> None:
    with pytest.raises(KeyError):
        labels.wording("nobody.wrote-this")


def test_refuses_a_code_with_two_wordings() -> None:
    with pytest.raises(ValueError, match=r"b\.REASONS defines again: x\.y"):
        labels.merge({"a": {"x.y": "甲"}, "b": {"x.y": "乙"}})


def test_words_every_reason_of_the_ground_floor() -> None:
    used = set(re.findall(r'_refuse\("([a-z.-]+)"', Path(identity.__file__).read_text(encoding="utf-8")))

    assert used == {code for code in labels.REASONS if code.startswith("identity.")}
    assert all(labels.wording(code) == text for code, text in labels.REASONS.items())
