"""A bill run is killed again and again, two workers and the desk that begins it: each bill is opened once, and the run
completes.
"""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from insured.models import PoolingArea
from payments.models import AssessmentRun, Bill, BillLine
from payments.services.standards import Standard, set_standard
from portal import clock
from tests import factories
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
    finance = factories.staff(area=area, role="finance")
    form = {"area": area.pk, "period": f"{year}-01-01", "by": finance.pk, "token": "t" * 32}

    killed: Counter[str] = Counter()
    started = time.monotonic()
    while not AssessmentRun.objects.exists() or AssessmentRun.objects.unfinished().exists():
        begun = sum(line["op"] == "ready" for line in read_lines(tmp_path / "a.jsonl"))
        crew = workers(tmp_path, names=("a", "b"), mode="assess")
        crew += workers(tmp_path, names=("desk",), mode="start-bills", **form)
        wait_until(
            lambda begun=begun: sum(line["op"] == "ready" for line in read_lines(tmp_path / "a.jsonl")) > begun,
            what="a worker is ready",
            seconds=120,
        )
        if killed.total() < kills:
            time.sleep(chance.uniform(0.02, 0.3))
            killed += Counter(name for name, one in zip(("a", "b", "desk"), crew, strict=True) if one.poll() is None)
            for one in crew:
                one.kill()
        for one in crew:
            one.wait(300)

    run = AssessmentRun.objects.get()
    opened = Counter(Bill.objects.values_list("person_id", flat=True))
    report.note(
        f"Assessment (seed {seed}): {count} residents in chunks of {CHUNK}; two workers and the desk that begins it "
        f"killed with SIGKILL: {', '.join(f'{name} {times}' for name, times in sorted(killed.items()))}; "
        f"{sum(opened.values())} bills, {time.monotonic() - started:.0f} s."
    )
    assert killed.total() > 0
    assert opened == dict.fromkeys(everybody, 1)
    assert (run.done, run.opened, run.payable_fen) == (count, count, count * 40_000)
    assert BillLine.objects.count() == 2 * count
