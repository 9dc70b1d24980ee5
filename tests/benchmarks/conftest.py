"""The tables of the benchmarks, and a scratch table for the yardstick."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.results import Report


@pytest.fixture(scope="package")
def report(request: pytest.FixtureRequest) -> Iterator[Report]:
    """Rows of every benchmark of this run."""
    found = Report("benchmarks", "Benchmarks: against yardsticks of the same minute")
    yield found
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        found.finish()


@pytest.fixture(autouse=True)
def only_services_write() -> None:
    """Nobody watches the statements here: watching costs time of its own."""


@pytest.fixture
def scratch() -> Iterator[None]:
    """Two thousand rows that mean nothing."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch_row (id serial PRIMARY KEY, words text NOT NULL)")
        cursor.execute("INSERT INTO scratch_row (words) SELECT repeat('x', 80) FROM generate_series(1, 2000)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE scratch_row")
