"""Looking up a history among a thousand records and among very many: person, unit, search by each kind of number."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import InsuredPerson, PoolingArea
from payments.models import ContributionRecord
from payments.services import look_up
from portal.accounts.models import User
from tests import factories
from tests.benchmarks.bench import Times, interleaved, statements
from tests.benchmarks.crowds import NEW_PERSONS, NOT_YET_ENROLLED, analyze, copied
from tests.benchmarks.test_pages import FLAT, SOMEBODY, ready
from tests.payments.records import contribution
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
TABLE = ContributionRecord._meta.db_table
MONTHS, AT_ONCE, COLLEAGUES = 60, 1_200_000, 10
"""Months of each person; records copied by one statement; how many people the unit that is looked at has, however large
the town."""
SEARCH = reverse("admin:payments_contributionrecord_search")


@pytest.fixture(autouse=True)
def with_yardsticks(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.benchmarks.urls"


def grow_to(total: int, *, like: ContributionRecord) -> None:
    """So many records: every other person of the town has as many months as the one who is looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    while (left := total - ContributionRecord.objects.count()) >= MONTHS:
        _add(min(left, AT_ONCE) // MONTHS, like=like)
    analyze()
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def _add(people: int, *, like: ContributionRecord) -> None:
    first, colleagues = InsuredPerson.objects.count(), like.enrollment_id + COLLEAGUES
    copied(
        "insured_insuredperson",
        like=like.person_id,
        changes=NEW_PERSONS,
        source=f"generate_series({first}, {first + people - 1}) g",
    )
    copied("insured_enrollment", like=like.enrollment_id, changes={"person_id": "p.id"}, source=NOT_YET_ENROLLED)
    copied(
        TABLE,
        like=like.pk,
        changes={
            "number": "'B' || p.id || '-' || m",
            "person_id": "p.person_id",
            "enrollment_id": "p.id",
            "employer_id": f"CASE WHEN p.id < {colleagues} THEN t.employer_id ELSE {_virtual(like)} END",
            "period_starts_on": "(date '2026-03-01' - (m || ' months')::interval)::date",
            "period_ends_on": "(date '2026-03-01' - (m || ' months')::interval)::date",
        },
        source=f"""(SELECT e.id, e.person_id FROM insured_enrollment e WHERE NOT EXISTS
            (SELECT 1 FROM {TABLE} x WHERE x.enrollment_id = e.id)) p, generate_series(0, {MONTHS - 1}) m""",
    )


def _virtual(like: ContributionRecord) -> int:
    return like.area.employer_set.values_list("pk", flat=True).get(kind="02")


def searching(client: Client, typed: str) -> Callable[[], object]:
    def work() -> None:
        assert client.post(SEARCH, {"typed": typed}).status_code == 303

    return work


def test_a_history_is_found_and_read_as_fast_among_very_many(
    report: Report, area: PoolingArea, caseworker: User, client_of: Callable[[User], Client]
) -> None:
    person = factories.employee(of=factories.employer(area=area))
    months = [date(2026, 3, 1), *(date(2025 - n // 12, 12 - n % 12, 1) for n in range(MONTHS - 1))]
    with transaction.atomic():
        records = [contribution(of=person, first=month) for month in months]
    unit, desk, me = records[0].employer, client_of(caseworker), client_of(factories.account_of(person))
    for owner in (person, unit):
        look_up.open_history(owner, purpose="data-check", reason="基准测试", by=caseworker)
    of_person = reverse("admin:payments_contributionrecord_person", args=[person.number])
    pages = {
        SOMEBODY: (me, "/nothing/for-me/"),
        "own 缴费记录": (me, reverse("contributions")),
        "own records by the API": (me, reverse("api_contributions")),
        "desk, a person's history": (desk, of_person),
        "desk, its last page": (desk, f"{of_person}?after={records[MONTHS // 2].number}"),
        "desk, a unit's month": (
            desk,
            f"{reverse('admin:payments_contributionrecord_unit', args=[unit.number])}?year=2026&month=3",
        ),
    }
    works = ready(pages) | {
        f"desk, search by {name}": lambda typed=typed: searching(desk, typed)
        for name, typed in {
            "人员编号": person.number,
            "凭证号": records[7].number,
            "whole ID": person.id_number,
            "name and last four": f"{person.name} {person.id_number[-4:]}",
        }.items()
    }
    sizes = (size(plain=1_000, full=10_000), size(plain=10_000, full=10_000_000))
    found: list[dict[str, Times]] = []

    for total in sizes:
        grow_to(total, like=records[0])
        found.append(interleaved(works, rounds=size(plain=5, full=20)))
    counts = {name: statements(prepare()) for name, prepare in works.items()}
    plans = {name: plan for name, (client, address) in pages.items() if (plan := scanning(client, address))}

    few, many = found
    bare = many[SOMEBODY].best_ms / few[SOMEBODY].best_ms
    table = report.table(
        "Histories, flat or not",
        *(
            "page",
            "statements",
            *(f"best ms at {total:,} records" for total in sizes),
            "CPU ms",
            "growth against the bare view",
        ),
        f"flat (≤ {FLAT} ×)",
    )
    for name in works:
        growth = many[name].best_ms / few[name].best_ms / bare
        is_flat = "yes" if growth <= FLAT else "NO"
        row = (few[name].best_ms, many[name].best_ms, many[name].cpu_ms, f"{growth:.2f}", is_flat)
        table.add(name, counts[name], *row)
    assert plans == {}


def scanning(client: Client, address: str) -> str:
    """The plan of a statement of the page that reads the whole table of records; empty when there is none."""
    with CaptureQueriesContext(connection) as context:
        client.get(address)
    with connection.cursor() as cursor:
        for statement in (query["sql"] for query in context.captured_queries if TABLE in query["sql"]):
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            if f"Seq Scan on {TABLE}" in plan:
                return plan
    return ""
