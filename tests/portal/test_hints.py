from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal import hints

real_publish = hints.publish


@pytest.fixture(autouse=True)
def rested_breaker() -> None:
    hints.breaker.reset()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queues: list[str] = []
    monkeypatch.setattr(hints, "publish", queues.append)
    return queues


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[tuple[str, dict[str, Any]]]:
    """Stands where the broker is, and keeps what was sent."""
    sent: list[tuple[str, dict[str, Any]]] = []
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(hints.app, "send_task", lambda name, **options: sent.append((name, options)))
    return sent


def fail_after_hint() -> None:
    with transaction.atomic():
        hints.hint("sms")
        raise ZeroDivisionError


@pytest.mark.django_db
def test_sends_once_for_each_queue_and_transaction(
    published: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for queue in ("sms", "email", "sms", "sms", "email"):
            hints.hint(queue)
        before = list(published)

    assert before == []
    assert published == ["sms", "email"]


@pytest.mark.django_db
def test_forgets_the_hint_of_a_block_that_rolled_back(
    published: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        fail_after_hint()

    assert published == []


@pytest.mark.django_db
def test_hints_again_after_an_inner_block_rolled_back(
    published: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            fail_after_hint()
        hints.hint("sms")

    assert published == ["sms"]


def test_refuses_a_queue_nobody_listens_to() -> None:
    with pytest.raises(KeyError):
        hints.hint("telex")


@pytest.mark.parametrize(
    ("queue", "task", "route"),
    [
        ("sms", "portal.notifications.tasks.drain_sms", "sms"),
        ("materials", "suspension.tasks.render_materials", "bulk"),
        ("effects", "suspension.tasks.apply_due", "default"),
    ],
)
def test_sends_an_empty_message_by_name(
    broker: list[tuple[str, dict[str, Any]]], queue: str, task: str, route: str
) -> None:
    real_publish(queue)

    assert broker == [(task, {"queue": route, "retry": False, "expires": 30, "ignore_result": True})]


def test_keeps_silent_for_a_while_after_a_failure(
    broker: list[tuple[str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    tries: list[str] = []

    def refuse(name: str, **_: Any) -> None:
        tries.append(name)
        raise ConnectionRefusedError

    monkeypatch.setattr(hints.time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(hints.app, "send_task", refuse)
    for moment in (1000.0, 1000.1, 1009.9, 1010.0):
        seconds[0] = moment
        real_publish("sms")

    assert len(tries) == 2


def test_does_nothing_without_a_broker(broker: list[tuple[str, dict[str, Any]]], settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "memory://"

    real_publish("sms")

    assert broker == []
