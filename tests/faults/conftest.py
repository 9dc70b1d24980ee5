"""The campaign's tables, and a world to break."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.world import World
from tests.results import Report


@pytest.fixture
def seed() -> int:
    """HALL_SEED repeats a run."""
    return int(os.environ.get("HALL_SEED") or secrets.randbelow(10**6))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Nothing runs yet; at the end nothing runs any more."""
    found = World(tmp_path)
    yield found
    found.close()


@pytest.fixture(scope="package")
def report(request: pytest.FixtureRequest) -> Iterator[Report]:
    """Rows of every fault of this run."""
    found = Report("faults", "Faults: what is killed, wiped, frozen and restarted")
    yield found
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        found.finish()
