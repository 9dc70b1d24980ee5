"""What a case costs, against as many bare statements and against the house's budgets."""

import secrets
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from insured.models import PoolingArea
from portal.accounts.models import User
from portal.notifications import services as notifications
from portal.notifications.models import Delivery
from suspension.policy.transitions import Action
from suspension.services import desk, stop
from tests.benchmarks.bench import Prepared, bare_sql, interleaved, statements
from tests.factories import account_of
from tests.faults.driver import resident
from tests.faults.world import World
from tests.results import Report, size
from tests.suspension.cases import filed, stop_request, taken

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
BUDGETS = {"submit": 16, "take": 8, "approve with effect": 20}
CASE_STATEMENTS, CASE_CPU_MS = 42, 15


def submitting(area: PoolingArea) -> Prepared:
    person = resident(area)
    enrollment = person.enrollments.get()
    draft = stop.save_draft(stop_request(), enrollment_id=enrollment.pk, by=account_of(person))
    return partial(
        stop.submit,
        enrollment_id=enrollment.pk,
        revision=draft.revision,
        token=secrets.token_urlsafe(24),
        by=account_of(person),
    )


def taking(area: PoolingArea, *, by: User) -> Prepared:
    return partial(taken, filed(resident(area)), by=by)


def approving(area: PoolingArea, *, by: User) -> Prepared:
    case = taken(filed(resident(area)), by=by)
    return partial(
        desk.decide,
        desk.Decision(action=Action.APPROVE),
        number=case.number or "",
        version=case.version,
        token=secrets.token_urlsafe(24),
        by=by,
    )


def test_services_against_bare_sql(report: Report, area: PoolingArea, caseworker: User, scratch: None) -> None:
    works: dict[str, Callable[[], Prepared]] = {
        "submit": partial(submitting, area),
        "take": partial(taking, area, by=caseworker),
        "approve with effect": partial(approving, area, by=caseworker),
    }
    counts = {name: statements(prepare()) for name, prepare in works.items()}
    yardsticks = {f"{name} (bare)": partial(bare_sql, count) for name, count in counts.items()}

    times = interleaved(
        {
            key: work
            for name in works
            for key, work in ((name, works[name]), (f"{name} (bare)", yardsticks[f"{name} (bare)"]))
        },
        rounds=size(plain=5, full=100),
    )

    table = report.table(
        "Services against as many bare statements",
        *("service", "statements", "budget", "median ms", "CPU ms", "bare ms", "bare CPU ms", "ratio"),
    )
    for name, count in counts.items():
        ours, bare = times[name], times[f"{name} (bare)"]
        table.add(
            name,
            count,
            BUDGETS[name],
            ours.wall_ms,
            ours.cpu_ms,
            bare.wall_ms,
            bare.cpu_ms,
            ours.wall_ms / bare.wall_ms,
        )
    assert {name: count for name, count in counts.items() if count > BUDGETS[name]} == {}


def test_a_case_from_submission_to_the_last_message(
    report: Report, tmp_path: Path, settings: Settings, area: PoolingArea, caseworker: User
) -> None:
    """Submit, take, approve and send all four messages; the SMS platform is a process of its own."""
    world, count = World(tmp_path), size(plain=5, full=50)
    world.start(with_workers=False)
    settings.SMS_URL = world.env["SMS_URL"]
    spent = 0.0
    try:
        for number in range(count + 1):
            submit = submitting(area)
            started = time.process_time()
            case = submit()
            desk.decide(
                desk.Decision(action=Action.APPROVE),
                number=case.number,
                version=taken(case, by=caseworker).version,
                token=secrets.token_urlsafe(24),
                by=caseworker,
            )
            spent += (time.process_time() - started) * bool(number)
        telling = 0.0
        while Delivery.objects.unsent().exists():
            started = time.process_time()
            sends = sum(notifications.drain(channel) for channel in ("sms", "email"))
            telling += time.process_time() - started
            assert sends
        told = counted_sends(area)
    finally:
        world.close()

    steps = statements(submitting(area)) + statements(taking(area, by=caseworker))
    steps += statements(approving(area, by=caseworker))
    cpu = (spent / count + telling / (count + 1)) * 1000
    report.table(
        "One case from submission to the last message",
        *("measure", "services", "four messages sent", "together", "house budget"),
    ).add("statements", steps, f"{told:.1f}", f"{steps + told:.1f}", CASE_STATEMENTS)
    report.tables[-1].add(
        "CPU ms", spent / count * 1000, f"{telling / (count + 1) * 1000:.1f}", f"{cpu:.1f}", CASE_CPU_MS
    )


def counted_sends(area: PoolingArea) -> float:
    """Statements per case for sending its four messages, when ten cases are sent in one go."""
    for _ in range(20):
        filed(resident(area))
    total = sum(statements(partial(notifications.drain, channel)) for channel in ("sms", "email"))
    return total / 10
