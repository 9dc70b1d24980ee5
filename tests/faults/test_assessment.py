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
from tests.faults.crews import CHUNK, killed_until, people, workers
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

    started = time.monotonic()
    killed = killed_until(
        lambda: AssessmentRun.objects.exists() and not AssessmentRun.objects.unfinished().exists(),
        crew=lambda: (
            workers(tmp_path, names=("a", "b"), mode="assess")
            | workers(tmp_path, names=("desk",), mode="start-bills", **form)
        ),
        book=tmp_path / "a.jsonl",
        kills=kills,
        chance=chance,
        pause=(0.02, 0.3),
    )

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
