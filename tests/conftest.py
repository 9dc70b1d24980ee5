"""What every test may use: both databases alike, captured hints, five people, counted statements."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date

import hypothesis
import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from portal import hints, triggers
from portal.accounts.models import User
from tests import factories, writers

TODAY = date(2026, 3, 10)
hypothesis.settings.register_profile("hall", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("hall")
"""How long an example takes says how busy the machine is, and nothing about the hall."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """One database per worker: a file on SQLite, a name of its own on PostgreSQL."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    suffix = os.environ.get("TEST_DB_SUFFIX", "")
    settings_dict = connection.settings_dict
    if connection.vendor == "sqlite":
        settings_dict["TEST"]["NAME"] = f"{os.environ['VAR_DIR']}/test-{worker}.sqlite3"
    else:
        settings_dict["TEST"]["NAME"] = f"test_hall_{suffix}{worker}"


@pytest.fixture(scope="session", autouse=True)
def flush_without_triggers() -> Iterator[None]:
    """A test that commits is cleaned up by TRUNCATE or DELETE, which append-only tables refuse."""
    teardown = TransactionTestCase._fixture_teardown

    def without(self: TransactionTestCase) -> None:
        if connection.in_atomic_block:
            return teardown(self)
        with triggers.suspended(connection):
            return teardown(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without)
        yield


@pytest.fixture(autouse=True)
def fast_hasher(settings: Settings) -> None:
    """Argon2 is slow on purpose; no test is about that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def sent_hints(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queues that were hinted at; no broker is touched."""
    queues: list[str] = []
    monkeypatch.setattr(hints, "publish", queues.append)
    return queues


@pytest.fixture(autouse=True)
def only_services_write() -> Iterator[list[str]]:
    """A guarded table is written by services and by a test's own arrangement, never by a view, a task or the admin."""
    with writers.only_services_write() as breaches:
        yield breaches
    assert breaches == []


@pytest.fixture(autouse=True)
def own_var_dir(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Uploads of one test are not seen by another."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture
def assert_statements() -> Callable[[int], AbstractContextManager[CaptureQueriesContext]]:
    """Fails when a block sends more statements than its budget; BEGIN, COMMIT and savepoints are not counted."""

    @contextmanager
    def counted(budget: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as context:
            yield context
        ignored = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
        sent = [query["sql"] for query in context.captured_queries if not query["sql"].startswith(ignored)]
        assert len(sent) <= budget, f"{len(sent)} statements, budget {budget}:\n" + "\n".join(sql[:200] for sql in sent)

    return counted


@pytest.fixture
def triggers_suspended() -> Iterator[None]:
    """For tests that must undo what append-only tables forbid."""
    with triggers.suspended(connection):
        yield


@pytest.fixture
def area() -> factories.PoolingArea:
    """The demo district with its default rules."""
    return factories.area()


@pytest.fixture
def resident(area: factories.PoolingArea) -> factories.InsuredPerson:
    """A resident with an account, covered by 390 for 2026."""
    return factories.resident(area=area)


@pytest.fixture
def stranger(area: factories.PoolingArea) -> User:
    """Another resident of the same area, with nothing to do with anything."""
    return factories.account_of(factories.resident(area=area))


@pytest.fixture
def caseworker(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="caseworker")


@pytest.fixture
def reviewer(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="reviewer")


@pytest.fixture
def agent(area: factories.PoolingArea) -> User:
    """The agent of an ordinary employer."""
    return factories.agent(area=area)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser that is logged in as somebody; staff have used their second factor."""
    return factories.client_of
