"""The campaign's table, and a database that can show a race."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection

from tests.results import Report


@pytest.fixture(autouse=True)
def only_on_postgresql() -> None:
    """SQLite lets one writer in at a time: there a race proves nothing."""
    assert connection.vendor == "postgresql", "races need DATABASE_URL to name a PostgreSQL"


@pytest.fixture(autouse=True)
def march_10() -> Iterator[None]:
    """The clock goes on from 2026-03-10, ten in the morning in Shanghai."""
    with time_machine.travel("2026-03-10T02:00:00Z", tick=True):
        yield


@pytest.fixture(scope="package")
def report(request: pytest.FixtureRequest) -> Iterator[Report]:
    """Rows of every race of this run."""
    found = Report("races", "Races: many at one door")
    yield found
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        found.finish()
