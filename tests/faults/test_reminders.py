"""Reminder runs are killed again and again, with two at work: each person has one message per occasion."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from insured.models import Enrollment, PoolingArea
from payments.models import Reminder, ReminderRun
from payments.services.standards import Standard, set_standard
from portal import clock
from portal.notifications.models import Delivery, Message
from tests.faults.crews import CHUNK, killed_until, people, workers
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]


def test_a_killed_run_goes_on_and_tells_each_person_once(
    report: Report, tmp_path: Path, seed: int, area: PoolingArea
) -> None:
    count, kills, chance = size(plain=300, full=5_000), size(plain=4, full=20), random.Random(seed)
    year = clock.today().year + 1
    set_standard(Standard(area.pk, "390", year, 40_000, 70_000, source="演示"))
    everybody = people(area, count=count)
    assert Enrollment.objects.filter(area=area).count() == count
    run = ReminderRun.objects.create(
        number="TX-fault", kind="opening", window=str(year), area=area, started_at=clock.now()
    )

    started = time.monotonic()
    killed = killed_until(
        lambda: not ReminderRun.objects.unfinished().exists(),
        crew=lambda: workers(tmp_path, names=("a", "b"), mode="remind"),
        book=tmp_path / "a.jsonl",
        kills=kills,
        chance=chance,
        pause=(0.05, 0.4),
    )

    run.refresh_from_db()
    reminded = Counter(Reminder.objects.values_list("person_id", flat=True))
    sms = Counter(Delivery.objects.filter(channel="sms").values_list("dedupe_key", flat=True))
    report.note(
        f"Reminders (seed {seed}): {count} people in chunks of {CHUNK}, two workers, "
        f"{killed.total()} killed with SIGKILL; {sum(reminded.values())} reminders, "
        f"{sum(sms.values())} SMS, {time.monotonic() - started:.0f} s."
    )
    assert killed.total() > 0
    assert reminded == dict.fromkeys(everybody, 1)
    assert (run.told, run.by_sms, run.in_hall) == (count, count, Message.objects.count())
    assert len(sms) == sum(sms.values()) == count
