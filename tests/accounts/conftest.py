"""The real-name check is the outside world: replaced at its gateway."""

import pytest
from pytest_django import Settings

from portal.accounts.gateways import identity
from portal.accounts.gateways.identity import Verdict


class Register:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.verdict = Verdict.MATCH
        self.asked: list[tuple[str, str]] = []

    def check(self, *, name: str, resident_id: str) -> Verdict:
        self.asked.append((name, resident_id))
        return self.verdict


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    found = Register()
    monkeypatch.setattr(identity, "check", found.check)
    return found


@pytest.fixture
def proofs_done(settings: Settings) -> None:
    """As if the browser did every proof of work it is asked for: what a test is about lies behind it."""
    settings.LOGIN_LIMITS = {"wrong_address": 1000, "wrong_hall": 1000}
    settings.UNPROVEN_CODE_LIMITS = {"address_hour": 1000, "hall_minute": 1000}
