"""A hint carries nothing; the sweep finds what hints have lost and says that it was there."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from portal.audit.models import JobRun
from portal.celery import app
from portal.notifications import channels, services, tasks
from portal.notifications.models import Delivery, DeliveryState
from tests.notifications import Counted
from tests.notifications.provider import Provider

pytestmark = pytest.mark.django_db


def due(count: int, *, channel: str = "sms", **more: object) -> None:
    values = {"next_at": Now() - timedelta(seconds=1), "deadline_at": Now() + timedelta(hours=72)} | more
    for number in range(count):
        Delivery.objects.create(
            dedupe_key=f"{channel}:{number}",
            channel=channel,
            address="13800138000" if channel == "sms" else "su@example.com",
            template="stop_withdrawn",
            params={"number": "TJ1"},
            **values,
        )


@pytest.mark.parametrize("queue", ["sms", "email"])
def test_every_hint_names_a_task_that_exists(queue: str) -> None:
    app.loader.import_default_modules()

    assert settings.HINTS[queue] in app.tasks
    assert settings.CELERY_BEAT_SCHEDULE["sweep"]["task"] in app.tasks


@pytest.mark.parametrize(("task", "channel"), [(tasks.drain_sms, "sms"), (tasks.drain_email, "email")])
def test_a_hint_drains_its_channel_and_no_other(monkeypatch: pytest.MonkeyPatch, task: object, channel: str) -> None:
    due(2, channel="sms")
    due(2, channel="email")
    for name in ("sms", "email"):
        monkeypatch.setitem(channels.OPENERS, name, Provider().opened)

    for _ in range(5):
        task()

    states = set(Delivery.objects.values_list("channel", "state"))
    other = {"sms": "email", "email": "sms"}[channel]
    assert states == {(channel, DeliveryState.ACCEPTED), (other, DeliveryState.QUEUED)}


@pytest.mark.parametrize(("count", "expected"), [(0, []), (1, ["sms"]), (40, ["sms", "sms"])])
def test_the_sweep_hints_at_most_twice_at_a_channel(sent_hints: list[str], count: int, expected: list[str]) -> None:
    due(count)

    tasks.sweep()

    assert sent_hints == expected


def test_the_sweep_finds_rows_left_by_a_dead_worker_and_passes_over_what_waits(sent_hints: list[str]) -> None:
    due(1, channel="email", state=DeliveryState.SENDING, lease_until=Now() - timedelta(seconds=1))
    due(1, channel="sms", next_at=Now() + timedelta(minutes=1))

    tasks.sweep()

    assert sent_hints == ["email"]


def test_the_sweep_says_when_it_was_there_in_one_row(assert_statements: Counted) -> None:
    tasks.sweep()
    JobRun.objects.update(finished_at=Now() - timedelta(minutes=5))

    with assert_statements(4):
        tasks.sweep()

    assert JobRun.objects.filter(job="sweep").count() == 1
    last = services.health().last_sweep_at
    assert last is not None
    assert timezone.now() - last < timedelta(seconds=5)
