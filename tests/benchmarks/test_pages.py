"""Pages against a view that does nothing, and the desk's list among a thousand and among a hundred thousand cases."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import PoolingArea
from portal.accounts.models import User
from suspension.models import Application
from tests import factories
from tests.benchmarks.bench import Prepared, Times, interleaved, statements
from tests.benchmarks.crowds import WAITING, grow_to, let_wait
from tests.faults.driver import resident
from tests.results import Report, size
from tests.suspension.cases import filed

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
FLAT = 1.3
TABLE = Application._meta.db_table
NOBODY, SOMEBODY = "nothing, for anybody", "nothing, behind the door"


@pytest.fixture(autouse=True)
def with_yardsticks(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.benchmarks.urls"


def getting(client: Client, address: str) -> Prepared:
    def work() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    return work


def ready(pages: Mapping[str, tuple[Client, str]]) -> dict[str, Callable[[], Prepared]]:
    return {name: partial(getting, client, address) for name, (client, address) in pages.items()}


def test_pages_against_a_bare_view(
    report: Report, area: PoolingArea, caseworker: User, client_of: Callable[[User], Client]
) -> None:
    person = resident(area)
    case = filed(person)
    for _ in range(100):
        filed(resident(area))
    me, desk, nobody = client_of(factories.account_of(person)), client_of(caseworker), Client()
    pages = {
        NOBODY: (nobody, "/nothing/"),
        "home page": (nobody, reverse("home")),
        SOMEBODY: (me, "/nothing/for-me/"),
        "个人中心": (me, reverse("me")),
        "my applications": (me, reverse("my_applications")),
        "one application": (me, reverse("application", args=[case.number])),
        "desk, queue of 100": (desk, reverse("admin:suspension_application_changelist")),
        "desk, review page": (desk, reverse("admin:suspension_application_review", args=[case.number])),
    }

    times = interleaved(ready(pages), rounds=size(plain=5, full=60))

    table = report.table("Pages against a bare view", "page", "statements", "kB", "median ms", "CPU ms", "× bare view")
    for name, (client, address) in pages.items():
        bare = times[NOBODY if client is nobody else SOMEBODY]
        weight = len(client.get(address).content) / 1000
        count = statements(partial(client.get, address))
        table.add(name, count, weight, times[name].wall_ms, times[name].cpu_ms, times[name].wall_ms / bare.wall_ms)


def test_the_desk_stays_flat(
    report: Report, area: PoolingArea, caseworker: User, client_of: Callable[[User], Client]
) -> None:
    like = filed(resident(area))
    desk, me = client_of(caseworker), client_of(factories.account_of(like.person))
    sizes = (1000, size(plain=10_000, full=100_000))
    listed = reverse("admin:suspension_application_changelist")
    pages = {
        SOMEBODY: (me, "/nothing/for-me/"),
        "desk, usual queue": (desk, listed),
        "desk, first page with counts": (desk, reverse("admin:index")),
        "desk, mine": (desk, f"{listed}?queue=mine"),
        "desk, for a reviewer": (desk, f"{listed}?queue=second"),
        "desk, overdue": (desk, f"{listed}?queue=overdue"),
        "desk, returned": (desk, f"{listed}?queue=returned"),
        "desk, done": (desk, f"{listed}?queue=done"),
        "desk, all cases": (desk, f"{listed}?queue=all"),
        "desk, review page": (desk, reverse("admin:suspension_application_review", args=[like.number])),
        "desk, search by number": (desk, f"{listed}?q={like.number}"),
        "desk, search by name": (desk, f"{listed}?q={like.person.name}"),
        "my applications": (me, reverse("my_applications")),
    }
    found: list[dict[str, Times]] = []

    for total in sizes:
        grow_to(total, like=like)
        assert Application.objects.count() == total
        found.append(interleaved(ready(pages), rounds=size(plain=5, full=40)))
    assert {name: plan for name in pages if (plan := scanning(pages[name]))} == {}
    let_wait(5)
    found.append(interleaved(ready(pages), rounds=size(plain=5, full=40)))

    few, many, waiting = found
    bare = many[SOMEBODY].wall_ms / few[SOMEBODY].wall_ms
    table = report.table(
        f"Flat or not: {WAITING} cases wait, the history grows; then every fifth waits",
        *("page", *(f"ms at {total:,}" for total in sizes), "growth", "growth against the bare view", "flat (≤ 1.3 ×)"),
        "ms when every fifth waits",
    )
    for name in pages:
        growth = many[name].wall_ms / few[name].wall_ms
        table.add(
            *(name, few[name].wall_ms, many[name].wall_ms, f"{growth:.2f}", f"{growth / bare:.2f}"),
            *("yes" if growth / bare <= FLAT else "NO", waiting[name].wall_ms),
        )


def thrown_away(page: tuple[Client, str]) -> int:
    """The most rows that one of the page's statements about cases reads and does not use."""
    client, address = page
    with CaptureQueriesContext(connection) as context:
        client.get(address)
    asked = [one["sql"] for one in context.captured_queries if one["sql"].startswith("SELECT") and TABLE in one["sql"]]
    found = 0
    with connection.cursor() as cursor:
        for statement in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            (((plan,),),) = cursor.fetchall()
            found = max(found, _removed(plan["Plan"]))
    return found


def _removed(node: dict[str, Any]) -> int:
    own = node.get("Rows Removed by Filter", 0) * node.get("Actual Loops", 1)
    return int(own) + sum(_removed(child) for child in node.get("Plans", ()))


def scanning(page: tuple[Client, str]) -> str:
    """The plan of a page's list when the database reads the whole table of cases for it; empty when it does not."""
    client, address = page
    with CaptureQueriesContext(connection) as context:
        client.get(address)
    lists = [
        query["sql"]
        for query in context.captured_queries
        if "ORDER BY" in query["sql"] and "COUNT(" not in query["sql"] and TABLE in query["sql"]
    ]
    with connection.cursor() as cursor:
        for statement in lists:
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            if f"Seq Scan on {TABLE} " in plan:
                return plan
    return ""
