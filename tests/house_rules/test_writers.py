"""Only services write the guarded tables; the watch over every test is itself tested here."""

from collections.abc import Callable

import pytest
from django.test import Client

from insured.models import InsuredPerson
from tests import factories, writers

ROOT = writers.ROOT


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('INSERT INTO "suspension_application" ("id") VALUES (1)', "suspension_application"),
        ('insert or ignore into "a" values (1)', "a"),
        ('  UPDATE "a" SET b = 1', "a"),
        ("DELETE FROM a WHERE b", "a"),
        ("TRUNCATE a", "a"),
        ('SELECT "a" FROM "b" FOR UPDATE', ""),
        ("SAVEPOINT a", ""),
    ],
)
def test_knows_which_table_is_written(sql: str, table: str) -> None:
    assert writers.table_written(sql) == table


@pytest.mark.parametrize(
    ("files", "culprit"),
    [
        (["suspension/models.py", "suspension/services/stop.py", "suspension/views/stop.py"], ""),
        (["payments/services/bills.py", "portal/demo/management/commands/seed_demo.py"], ""),
        (
            ["suspension/models.py", "suspension/views/stop.py", "tests/suspension/test_views.py"],
            "suspension/views/stop.py",
        ),
        ([".venv/lib/django/contrib/admin/options.py", "portal/middleware.py", "tests/x.py"], "portal/middleware.py"),
        (["portal/management/commands/rotate_keys.py"], ""),
        (["portal/crypto.py"], "no file of ours"),
    ],
)
def test_names_the_file_that_wrote(files: list[str], culprit: str) -> None:
    assert writers.writer(ROOT + name for name in files) == culprit


@pytest.mark.django_db
def test_a_write_from_a_door_is_refused(resident: InsuredPerson, only_services_write: list[str]) -> None:
    source = "def planted(model, pk):\n    model.objects.filter(pk=pk).update(name='x')"
    scope: dict[str, Callable[..., None]] = {}
    exec(compile(source, f"{ROOT}suspension/views/planted.py", "exec"), scope)  # noqa: S102 - the line above

    with pytest.raises(AssertionError):
        scope["planted"](InsuredPerson, resident.pk)

    assert only_services_write == ["insured_insuredperson written by suspension/views/planted.py"]
    only_services_write.clear()


@pytest.mark.django_db
def test_a_read_that_writes_is_refused(resident: InsuredPerson) -> None:
    with writers.nothing_written(besides=frozenset()) as breaches, pytest.raises(AssertionError):
        InsuredPerson.objects.update(name="x")

    assert len(breaches) == 1


@pytest.mark.django_db
def test_the_watch_lets_a_whole_journey_pass(resident: InsuredPerson, only_services_write: list[str]) -> None:
    client: Client = factories.client_of(factories.account_of(resident))

    client.get("/me/")

    assert only_services_write == []
