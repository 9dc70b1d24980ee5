"""What opening the bills of a town costs, against a bare INSERT … SELECT … ON CONFLICT of the same rows."""

import os
import resource
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from insured.models import PoolingArea
from payments.models import AssessmentRun, Bill, BillLine
from payments.services import assessment
from payments.services.standards import Standard, set_standard
from portal import clock
from tests import factories
from tests.benchmarks.bench import statements
from tests.benchmarks.crowds import analyze, columns, copied
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
YEAR = date(2027, 1, 1)
PERSON = {
    "number": "'A' || lpad(g::text, 14, '0')",
    "name": "'王' || g",
    "id_index": "'a$' || g",
    "id_last4_index": "'a$' || g %% 10000",
    "user_id": "NULL",
}
RESIDENTS = "HALL_RESIDENTS"
"""Another size of the town, on demand."""
STATEMENTS_A_CHUNK = 10
MEMORY_KIB = 40 * 1024


def town(area: PoolingArea, *, count: int) -> None:
    """So many residents, copied inside the database."""
    first = factories.enrollment(of=factories.person(area=area))
    copied("insured_insuredperson", like=first.person_id, changes=PERSON, source=f"generate_series(2, {count}) g")
    people = "(SELECT id FROM insured_insuredperson WHERE number LIKE 'A%%') p"
    copied("insured_enrollment", like=first.pk, changes={"person_id": "p.id"}, source=people)
    analyze()


def run_of(area: PoolingArea, *, count: int) -> AssessmentRun:
    return AssessmentRun.objects.create(
        number=f"HD{time.monotonic_ns()}",
        kind="resident",
        area=area,
        period_starts_on=YEAR,
        total=count,
        started_at=clock.now(),
    )


def bare() -> None:
    """The same bills and lines as they stand in the tables, copied by the database alone."""
    for table, changes, where in (
        (
            "payments_bill",
            {"number": "'B' || t.id", "period_starts_on": "DATE '2028-01-01'", "period_ends_on": "DATE '2028-12-01'"},
            "t.period_starts_on = DATE '2027-01-01'",
        ),
        ("payments_billline", {"bill_id": "copy.id"}, "copy.number = 'B' || t.bill_id"),
    ):
        names = columns(table)
        chosen = ", ".join(changes.get(name, f"t.{name}") for name in names)
        source = f"{table} t" + (", payments_bill copy" if table == "payments_billline" else "")
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM {source} WHERE {where} "
                "ON CONFLICT DO NOTHING"
            )


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def test_a_town_is_assessed_in_flat_memory_and_few_statements(report: Report, area: PoolingArea) -> None:
    count = int(os.environ.get(RESIDENTS) or size(plain=1_000, full=100_000))
    set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))
    town(area, count=count)
    run = run_of(area, count=count)

    first = statements(lambda: assessment.advance(run.pk))
    peaks: list[int] = []

    def chunks() -> None:
        while assessment.advance(run.pk):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    seconds = timed(chunks)
    bare_seconds = timed(bare)

    run.refresh_from_db()
    table = report.table(
        "Assessment of a year against a bare INSERT … SELECT … ON CONFLICT of the same rows",
        *(
            "residents",
            "statements a chunk",
            "more memory than after ten chunks (MB)",
            "seconds",
            "bare seconds",
            "ratio",
        ),
    )
    table.add(
        count,
        first,
        (peaks[-1] - peaks[:10][-1]) / 1024,
        seconds,
        bare_seconds,
        seconds / bare_seconds if bare_seconds else 0.0,
    )
    assert first <= STATEMENTS_A_CHUNK
    assert (run.opened, run.payable_fen) == (count, count * 40_000)
    assert Bill.objects.filter(period_starts_on=YEAR).count() == count
    assert BillLine.objects.filter(bill__period_starts_on=date(2028, 1, 1)).count() == 2 * count
    assert peaks[-1] - peaks[:10][-1] <= MEMORY_KIB
