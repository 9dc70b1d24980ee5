"""Reminder runs are killed again and again, with two at work: each person has one message per occasion."""

import json
import random
import subprocess
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments.models import Reminder, ReminderRun
from payments.services.standards import Standard, set_standard
from portal import clock
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.faults.processes import ROOT, python, wait_until
from tests.faults.world import driver_environment, read_lines
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
CHUNK = 20


def people(area: PoolingArea, *, count: int) -> set[int]:
    """Residents with a phone, every fourth with an account."""
    found = set()
    for no in range(count):
        born_on = date.fromordinal(date(1950, 1, 1).toordinal() + no // 500)
        user = factories.user() if no % 4 == 0 else None
        found.add(factories.person(area=area, user=user, born_on=born_on).pk)
    for person in InsuredPerson.objects.filter(pk__in=found):
        factories.enrollment(of=person)
    return found


def workers(
    folder: Path, *, names: tuple[str, ...], mode: str = "remind", **more: object
) -> list[subprocess.Popen[bytes]]:
    """A process of that mode for each name; `more` stands in its plan."""
    plan = folder / f"{mode}.plan"
    plan.write_text(json.dumps({"chunk": CHUNK} | more), encoding="utf-8")
    started = []
    for name in names:
        with (folder / f"{name}.log").open("ab") as words:
            command = python("tests.faults", mode, str(plan), str(folder / f"{name}.jsonl"))
            started.append(subprocess.Popen(command, cwd=ROOT, env=driver_environment(), stderr=words))
    return started


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

    killed = 0
    started = time.monotonic()
    while ReminderRun.objects.unfinished().exists():
        begun = sum(line["op"] == "ready" for line in read_lines(tmp_path / "a.jsonl"))
        pair = workers(tmp_path, names=("a", "b"))
        wait_until(
            lambda begun=begun: sum(line["op"] == "ready" for line in read_lines(tmp_path / "a.jsonl")) > begun,
            what="a worker is ready",
            seconds=120,
        )
        if killed < kills:
            time.sleep(chance.uniform(0.05, 0.4))
            killed += sum(one.poll() is None for one in pair)
            for one in pair:
                one.kill()
        for one in pair:
            one.wait(300)

    run.refresh_from_db()
    reminded = Counter(Reminder.objects.values_list("person_id", flat=True))
    sms = Counter(Delivery.objects.filter(channel="sms").values_list("dedupe_key", flat=True))
    report.note(
        f"Reminders (seed {seed}): {count} people in chunks of {CHUNK}, two workers, {killed} killed with SIGKILL; "
        f"{sum(reminded.values())} reminders, {sum(sms.values())} SMS, {time.monotonic() - started:.0f} s."
    )
    assert killed > 0
    assert reminded == dict.fromkeys(everybody, 1)
    assert (run.told, run.by_sms, run.in_hall) == (count, count, Message.objects.count())
    assert len(sms) == sum(sms.values()) == count
