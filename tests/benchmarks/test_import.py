"""The register of a real hall's first day: persons, enrollments and payments of 100,000 people from files."""

import resource
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from insured.models import CoveragePeriod, Enrollment, ImportRun, InsuredPerson, PoolingArea
from payments.models import ContributionRecord
from tests.insured.test_import_register import ENROLLMENT, PAYMENT, persons, table
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
LIMIT_SECONDS = 300
"""Promised for 100,000 persons."""


@pytest.fixture(scope="module")
def import_report(request: pytest.FixtureRequest) -> Iterator[Report]:
    found = Report("register_import", "Import of a register")
    yield found
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        found.finish()


def loaded(kind: str, path: Path) -> tuple[float, float]:
    """Seconds on the wall and on the processor that the command takes, with its report of every row."""
    wall, cpu = time.perf_counter(), time.process_time()
    call_command("import_register", kind, str(path), stdout=StringIO())
    return time.perf_counter() - wall, time.process_time() - cpu


def test_the_first_day_of_a_town(import_report: Report, area: PoolingArea, tmp_path: Path) -> None:
    people = persons(size(plain=2_000, full=100_000))
    files = {
        "persons": table(tmp_path / "persons.csv", people),
        "enrollments": table(tmp_path / "e.csv", (ENROLLMENT | {"人员编号": row["人员编号"]} for row in people)),
        "contributions": table(tmp_path / "c.csv", (PAYMENT | {"人员编号": row["人员编号"]} for row in people)),
    }
    rows = import_report.table(
        f"{len(people):,} people, chunks of 500 rows, each with its report",
        *("file", "rows", "MB", "seconds", "CPU seconds", "rows a second", "peak memory MB", "promised seconds"),
    )

    for kind, path in files.items():
        seconds, cpu = loaded(kind, path)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        promised = LIMIT_SECONDS * len(people) // 100_000 if kind == "persons" else "–"
        rows.add(kind, len(people), path.stat().st_size / 10**6, seconds, cpu, len(people) / seconds, memory, promised)

    assert list(ImportRun.objects.order_by("pk").values_list("taken", "refused")) == [(len(people), 0)] * 3
    for model in (InsuredPerson, Enrollment, CoveragePeriod, ContributionRecord):
        assert model.objects.count() == len(people)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        import_report.note(f"The database is {cursor.fetchone()[0] / 10**6:.0f} MB afterwards.")
