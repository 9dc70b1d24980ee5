"""The desk of a town with 1,000 cases and with 100,000 open and 1,000,000 done: lists, searches, figures, decisions."""

import secrets
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import PoolingArea
from portal.accounts.models import User
from portal.paging import COUNTED_ROWS
from suspension.models import Application
from suspension.policy.transitions import OPEN_STATES, Action
from suspension.services import desk
from tests import factories
from tests.benchmarks.bench import Prepared, Times, interleaved, statements
from tests.benchmarks.test_pages import FLAT, SOMEBODY, ready, scanning, thrown_away
from tests.benchmarks.town import grow_to
from tests.faults.driver import resident
from tests.results import Report, size
from tests.suspension.cases import filed, taken

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
LISTED = reverse("admin:suspension_application_changelist")
SEARCH = reverse("admin:suspension_application_search")
COLLEAGUES, LIST_BUDGET = 49, 10
QUEUES = {
    "usual queue": "unassigned",
    "mine": "mine",
    "for a reviewer": "second",
    "overdue": "overdue",
    "returned": "returned",
    "done": "done",
    "all cases": "all",
}
READ_IN_VAIN = 2 * COUNTED_ROWS
"""Rows that a statement of a list may read and leave; a count that goes the wrong way reads all that was ever done."""
GROWING = {"figures of supervision"}
"""They count every open case: what they cost is shown, but it grows with the work that lies there."""


@pytest.fixture(autouse=True)
def with_yardsticks(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.benchmarks.urls"


@pytest.fixture(scope="module")
def desk_report(request: pytest.FixtureRequest) -> Iterator[Report]:
    found = Report("desk_at_scale", "The desk at scale")
    yield found
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        found.finish()


def searching(client: Client, typed: str) -> Prepared:
    def work() -> None:
        answer = client.post(SEARCH, {"q": typed})
        assert answer.status_code == 200
        assert answer.context["rows"]

    return work


def deciding(area: PoolingArea, *, action: Action, by: User) -> Prepared:
    case = taken(filed(resident(area)), by=by)
    more = {"fields": ("contact_phone",), "text": "请核对联系电话。"} if action is Action.RETURN else {}
    return partial(
        desk.decide,
        desk.Decision(action=action, **more),
        number=case.number or "",
        version=case.version,
        token=secrets.token_urlsafe(24),
        by=by,
    )


def test_the_desk_of_a_town_stays_flat(
    desk_report: Report, area: PoolingArea, caseworker: User, client_of: Callable[[User], Client]
) -> None:
    like = filed(resident(area))
    person, colleagues = like.person, [factories.staff(area=area, role="caseworker") for _ in range(COLLEAGUES)]
    worker, me = client_of(caseworker), client_of(factories.account_of(person))
    chief = client_of(factories.staff(area=area, role="supervisor"))
    pages = {
        SOMEBODY: (me, "/nothing/for-me/"),
        "desk, first page with counts": (worker, reverse("admin:index")),
        **{name: (worker, f"{LISTED}?queue={queue}") for name, queue in QUEUES.items()},
        "review page": (worker, reverse("admin:suspension_application_review", args=[like.number])),
        "duplicates": (worker, reverse("admin:suspension_application_duplicates")),
        "figures of supervision": (chief, reverse("admin:suspension_application_supervision")),
        "my applications": (me, reverse("my_applications")),
    }
    typed = {
        "受理编号": like.number or "",
        "whole ID": person.id_number,
        "name and last four": f"{person.name} {person.id_number[-4:]}",
        "whole name": person.name,
        "one surname": "王",
    }
    works: dict[str, Callable[[], Prepared]] = {
        **ready(pages),
        **{f"search by {name}": partial(searching, worker, text) for name, text in typed.items()},
        "decision: return": partial(deciding, area, action=Action.RETURN, by=caseworker),
        "decision: approve": partial(deciding, area, action=Action.APPROVE, by=caseworker),
    }
    sizes = (1_000, size(plain=10_000, full=1_100_000))
    found: list[dict[str, Times]] = []

    for total in sizes:
        grow_to(total, like=like, colleagues=[caseworker, *colleagues])
        found.append(interleaved(works, rounds=size(plain=3, full=15)))
    counts = {name: statements(prepare()) for name, prepare in works.items()}
    waiting = Application.objects.filter(state__in=OPEN_STATES).count()
    plans = {name: plan for name in pages if name not in GROWING and (plan := scanning(pages[name]))}

    wasted = {name: rows for name in QUEUES if (rows := thrown_away(pages[name])) > READ_IN_VAIN}

    few, many = found
    bare = many[SOMEBODY].best_ms / few[SOMEBODY].best_ms
    table = desk_report.table(
        f"1,000 cases; then {Application.objects.count():,}, of which {waiting:,} are open",
        *(
            "work",
            "statements",
            *(f"best ms at {total:,}" for total in sizes),
            "CPU ms",
            "growth against the bare view",
        ),
        f"flat (≤ {FLAT} ×)",
    )
    for name in works:
        growth = many[name].best_ms / few[name].best_ms / bare
        is_flat = "grows with the open cases" if name in GROWING else "yes" if growth <= FLAT else "NO"
        row = (few[name].best_ms, many[name].best_ms, many[name].cpu_ms, f"{growth:.2f}", is_flat)
        table.add(name, counts[name], *row)
    assert plans == {}
    assert wasted == {}
    lists = [*QUEUES, *(name for name in works if name.startswith("search"))]
    assert {name: counts[name] for name in lists if counts[name] > LIST_BUDGET} == {}
