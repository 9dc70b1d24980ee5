"""A bill run is killed again and again, with two at work: each bill is opened once, and the run completes."""

import random
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from insured.models import PoolingArea
from payments.models import AssessmentRun, Bill, BillLine
from payments.services.standards import Standard, set_standard
from portal import clock
from tests.faults.processes import wait_until
from tests.faults.test_reminders import CHUNK, people, workers
from tests.faults.world import read_lines
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]


def test_a_killed_run_goes_on_and_opens_each_bill_once(
    report: Report, tmp_path: Path, seed: int, area: PoolingArea
) -> None:
    count, kills, chance = size(plain=300, full=5_000), size(plain=3, full=20), random.Random(seed)
    year = clock.today().year + 1
    set_standard(Standard(area.pk, "390", year, 40_000, 70_000, source="演示"))
    everybody = people(area, count=count)
    run = AssessmentRun.objects.create(
        number="HD-fault",
        kind="resident",
        area=area,
        period_starts_on=date(year, 1, 1),
        total=count,
        started_at=clock.now(),
    )

    killed = 0
    started = time.monotonic()
    while AssessmentRun.objects.unfinished().exists():
        begun = sum(line["op"] == "ready" for line in read_lines(tmp_path / "a.jsonl"))
        pair = workers(tmp_path, names=("a", "b"), mode="assess")
        wait_until(
            lambda begun=begun: sum(line["op"] == "ready" for line in read_lines(tmp_path / "a.jsonl")) > begun,
            what="a worker is ready",
            seconds=120,
        )
        if killed < kills:
            time.sleep(chance.uniform(0.02, 0.3))
            killed += sum(one.poll() is None for one in pair)
            for one in pair:
                one.kill()
        for one in pair:
            one.wait(300)

    run.refresh_from_db()
    opened = Counter(Bill.objects.values_list("person_id", flat=True))
    report.note(
        f"Assessment (seed {seed}): {count} residents in chunks of {CHUNK}, two workers, {killed} killed with SIGKILL; "
        f"{sum(opened.values())} bills, {time.monotonic() - started:.0f} s."
    )
    assert opened == dict.fromkeys(everybody, 1)
    assert (run.done, run.opened, run.payable_fen) == (count, count, count * 40_000)
    assert BillLine.objects.count() == 2 * count
