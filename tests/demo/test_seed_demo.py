"""The command that fills a demo hall: repeatable, and it wakes the worker."""

import stat
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.test import TestCase
from pytest_django.fixtures import Settings

from portal.demo.services.cast import PASSWORD
from suspension.models import Application, ApplicationEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def seed() -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("seed_demo", verbosity=0)


@time_machine.travel("2026-11-22 10:00:00+08:00", tick=False)
def test_cases_in_five_states_of_life_wait_for_the_visitor(sent_hints: list[str]) -> None:
    seed()

    states = Counter(Application.objects.values_list("area__code", "state"))
    assert states == {
        ("119901", "submitted"): 2,
        ("119901", "returned"): 1,
        ("119901", "approved"): 1,
        ("119901", "rejected"): 1,
        ("119902", "submitted"): 1,
    }
    assert sent_hints.count("demo") == 1


@time_machine.travel("2026-11-22 10:00:00+08:00", tick=False)
def test_a_second_run_adds_nothing() -> None:
    seed()
    before = ApplicationEvent.objects.count()

    seed()

    assert ApplicationEvent.objects.count() == before
    assert Application.objects.count() == 6


@time_machine.travel("2028-02-29 10:00:00+08:00", tick=False)
def test_a_story_that_the_day_does_not_allow_is_left_out() -> None:
    seed()

    assert Application.objects.count() <= 6


@time_machine.travel("2026-11-22 10:00:00+08:00", tick=False)
def test_the_list_for_the_terminal_is_its_owners_alone(own_var: Path) -> None:
    seed()

    listed = own_var / "demo-accounts.txt"
    text = listed.read_text(encoding="utf-8")
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600
    assert all(word in text for word in (PASSWORD, "苏文岚", "119901198604120026", "许知行", "demo31@example.com"))
    assert "温书意" not in text
