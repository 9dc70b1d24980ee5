"""Every kind of reminder run is killed with SIGKILL at its seams and resumed: one message per person and occasion."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from insured.models import Enrollment, PoolingArea
from insured.policy.dates import Month
from payments.models import Bill, Reminder, ReminderRun
from payments.services.bills import NewBill, open_bill
from payments.services.instalments import NewPart, open_plan
from payments.services.standards import Standard, set_standard
from portal import clock
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.faults.processes import ROOT, python
from tests.faults.world import driver_environment
from tests.payments import owed

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, CHUNK = 24, 5
SEAMS = (
    ('INSERT INTO "payments_reminder"', 1, "after"),
    ('INSERT INTO "notifications_message"', 1, "before"),
    ('INSERT INTO "notifications_message"', 1, "after"),
    ('INSERT INTO "notifications_delivery"', 2, "after"),
    ('UPDATE "payments_reminderrun"', 2, "after"),
    # Two chunks are committed; the next begins with the look at the run.
    ('FROM "payments_reminderrun"', 5, "after"),
)
"""Where a worker dies: a part of a statement, which time it comes, and on which side of it."""


def resident(area: PoolingArea, *, no: int) -> Enrollment:
    """Every third has an account, every fifth has stopped."""
    person = factories.person(area=area, user=factories.user() if no % 3 == 0 else None)
    more: dict[str, Any] = {"status": "2", "paused_on": date(2026, 1, 1)} if no % 5 == 0 else {}
    return factories.enrollment(of=person, **more)


def flexible(area: PoolingArea, *, no: int, due_on: date) -> list[Bill]:
    """Somebody who pays by the month; every fourth owes two, which fall due together."""
    person = factories.person(area=area, user=factories.user() if no % 3 == 0 else None)
    row = factories.enrollment(of=person, scheme="310")
    lines = owed.resident_year(row).lines
    months = [Month.of(due_on) + back for back in ((-1, 0) if no % 4 == 0 else (0,))]
    return [
        open_bill(
            NewBill(
                person_id=row.person_id,
                enrollment_id=row.pk,
                employer_id=row.employer_id,
                area_id=area.pk,
                scheme="310",
                period_starts_on=month.first_day,
                period_ends_on=month.first_day,
                due_on=due_on,
                lines=lines,
            )
        )
        for month in months
    ]


def of_window(area: PoolingArea) -> str:
    """The coming year has a price, and nobody has paid it."""
    year = clock.today().year + 1
    set_standard(Standard(area.pk, "390", year, 40_000, 70_000, source="演示"))
    for no in range(PEOPLE):
        resident(area, no=no)
    return str(year)


def of_bills(area: PoolingArea, *, days: int) -> str:
    """All fall due on one day."""
    due_on = clock.today() + timedelta(days=days)
    for no in range(PEOPLE):
        flexible(area, no=no, due_on=due_on)
    return due_on.isoformat()


def of_missed_parts(area: PoolingArea) -> str:
    """Bills that a plan of instalments has put off to a day that is over as well."""
    due_on = clock.today() - timedelta(days=2)
    for no in range(PEOPLE):
        bills = flexible(area, no=no, due_on=due_on - timedelta(days=31))
        part = NewPart(no=1, due_on=due_on, bills=tuple(bill.number for bill in bills))
        open_plan([part], basis=f"FQ-{no}")
    return due_on.isoformat()


class Deaths:
    """A program whose forks do the work and die; it is started once, for it takes longer to start than to work."""

    def __init__(self, folder: Path) -> None:
        plan = folder / "remind.plan"
        plan.write_text(json.dumps({"chunk": CHUNK, "seams": SEAMS}), encoding="utf-8")
        self._program = subprocess.Popen(
            python("tests.faults", "remind-and-die", str(plan), str(folder / "remind.jsonl")),
            cwd=ROOT,
            env=driver_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def at_every_seam(self, *, is_doubled: bool = False) -> list[str]:
        """A worker after the other dies at its seam; the last goes to the end. Where they died."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps({"is_doubled": is_doubled}) + "\n")
        self._program.stdin.flush()
        found: list[str] = json.loads(self._program.stdout.readline())
        return found

    def close(self) -> None:
        self._program.communicate()


@pytest.fixture(scope="module")
def deaths(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deaths]:
    found = Deaths(tmp_path_factory.mktemp("deaths"))
    yield found
    found.close()


KINDS: dict[str, tuple[str, Callable[[PoolingArea], str]]] = {
    "续保通知": ("opening", of_window),
    "the window closes": ("closing", of_window),
    "the extension closes": ("extension", of_window),
    "a deadline comes": ("due", lambda area: of_bills(area, days=3)),
    "a deadline is over": ("overdue", lambda area: of_bills(area, days=-2)),
    "a missed instalment": ("overdue", of_missed_parts),
}


def begun(area: PoolingArea, *, kind: str) -> ReminderRun:
    code, arrange = KINDS[kind]
    return ReminderRun.objects.create(
        number="TX-killed", kind=code, window=arrange(area), area=area, started_at=clock.now()
    )


def everybody_was_told_once(run: ReminderRun) -> None:
    run.refresh_from_db()
    everybody = set(Enrollment.objects.values_list("person_id", flat=True))
    told = Counter(Reminder.objects.values_list("person_id", flat=True))
    sms = Counter(Delivery.objects.filter(channel="sms").values_list("dedupe_key", flat=True))
    assert run.finished_at is not None
    assert told == dict.fromkeys(everybody, 1)
    assert len(sms) == sum(sms.values()) == PEOPLE
    assert Message.objects.count() == len(range(0, PEOPLE, 3))
    assert (run.told, run.by_sms, run.in_hall) == (PEOPLE, PEOPLE, Message.objects.count())


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_is_killed_anywhere_tells_each_person_once(area: PoolingArea, deaths: Deaths, kind: str) -> None:
    run = begun(area, kind=kind)

    died = deaths.at_every_seam()

    assert died == [seam[0] for seam in SEAMS]
    everybody_was_told_once(run)


@pytest.mark.parametrize("kind", ["the window closes", "a missed instalment"])
def test_a_worker_that_dies_beside_another_and_a_second_look_tell_nobody_twice(
    area: PoolingArea, deaths: Deaths, kind: str
) -> None:
    run = begun(area, kind=kind)

    deaths.at_every_seam(is_doubled=True)
    ReminderRun.objects.update(finished_at=None, cursor=0)
    deaths.at_every_seam(is_doubled=True)

    everybody_was_told_once(run)
