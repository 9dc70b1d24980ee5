import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from portal import triggers

pytestmark = pytest.mark.django_db
on_sqlite = connection.vendor == "sqlite"


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table of this test with every kind of trigger; it goes with the transaction."""
    monkeypatch.setattr(triggers, "TRIGGERS", {"probe": (triggers.APPEND_ONLY,), "gone": (triggers.APPEND_ONLY,)})
    run("CREATE TABLE probe (id integer PRIMARY KEY, note text)")
    run("INSERT INTO probe VALUES (1, 'a')")
    triggers.install(connection)
    yield
    run("DROP TABLE probe")


@pytest.fixture
def periods() -> Iterator[sqlite3.Connection]:
    """A SQLite table of periods beside the database under test; PostgreSQL has an exclusion constraint instead."""
    columns = "id integer PRIMARY KEY, person_id, is_basic, starts_on, ends_on, cancelled_at"
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE probe ({columns})")
        for name, body in triggers.SQLITE[triggers.NO_OVERLAP].items():
            database.execute(f"CREATE TRIGGER {name} {body.format(table='probe')}")
        yield database


def run(sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def fail_while_suspended() -> None:
    with triggers.suspended(connection):
        run("DELETE FROM probe")
        raise ZeroDivisionError


def add(
    periods: sqlite3.Connection,
    *,
    starts_on: str,
    ends_on: str | None,
    person: int = 1,
    basic: bool = True,
    cancelled: str | None = None,
) -> None:
    sql = "INSERT INTO probe (person_id, is_basic, starts_on, ends_on, cancelled_at) VALUES (?, ?, ?, ?, ?)"
    periods.execute(sql, (person, basic, starts_on, ends_on, cancelled))


def count(periods: sqlite3.Connection) -> int:
    return int(periods.execute("SELECT count(*) FROM probe").fetchone()[0])


def test_stand_in_the_catalogue_after_migrate() -> None:
    assert triggers.installed(connection) == triggers.expected(connection.vendor)


def test_come_back_with_the_next_migrate() -> None:
    triggers.drop(connection)
    after_drop = triggers.installed(connection)
    call_command("migrate", verbosity=0)

    assert after_drop == set()
    assert triggers.installed(connection) == triggers.expected(connection.vendor)


@pytest.mark.parametrize("table", [name for name, kinds in triggers.TRIGGERS.items() if triggers.APPEND_ONLY in kinds])
def test_guard_the_real_append_only_tables(table: str) -> None:
    assert {(table, name) for found, name in triggers.installed(connection) if found == table}


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE probe SET note = 'b'",
        "UPDATE probe SET note = note",
        "DELETE FROM probe",
        "DELETE FROM probe WHERE id = 1",
    ],
)
def test_refuse_a_change_of_an_append_only_table(sql: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(sql)

    assert run("SELECT * FROM probe") == [(1, "a")]


@pytest.mark.usefixtures("probe")
def test_refuse_to_empty_an_append_only_table() -> None:
    sql = "DELETE FROM probe" if on_sqlite else "TRUNCATE probe CASCADE"

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(sql)


@pytest.mark.usefixtures("probe")
def test_let_an_append_only_table_grow() -> None:
    run("INSERT INTO probe VALUES (2, 'b')")

    assert run("SELECT count(*) FROM probe") == [(2,)]


@pytest.mark.usefixtures("probe")
def test_report_as_a_check_violation_on_postgresql() -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        run("DELETE FROM probe")

    assert getattr(refusal.value.__cause__, "pgcode", "23514") == "23514"


@pytest.mark.usefixtures("probe")
def test_are_installed_again_without_harm_and_only_where_a_table_is() -> None:
    before = triggers.installed(connection)
    triggers.install(connection)

    assert triggers.installed(connection) == before
    assert {table for table, _ in triggers.expected(connection.vendor)} == {"probe", "gone"}
    assert "gone" not in {table for table, _ in before}


@pytest.mark.usefixtures("probe")
def test_are_away_only_while_suspended() -> None:
    with triggers.suspended(connection):
        run("UPDATE probe SET note = 'b'")

    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE probe SET note = 'c'")
    assert run("SELECT note FROM probe") == [("b",)]


@pytest.mark.usefixtures("probe")
def test_come_back_when_suspended_work_fails() -> None:
    before = triggers.installed(connection)
    with pytest.raises(ZeroDivisionError):
        fail_while_suspended()

    assert triggers.installed(connection) == before
    assert run("SELECT count(*) FROM probe") == [(1,)]


OVERLAPS = [
    ("2026-01-01", "2026-12-31", "2026-12-31", "2027-01-31", True),
    ("2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31", False),
    ("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31", False),
    ("2026-01-01", "2026-12-31", "2025-01-01", "2026-01-01", True),
    ("2026-01-01", "2026-12-31", "2026-03-01", "2026-03-01", True),
    ("2026-01-01", None, "2030-01-01", "2030-12-31", True),
    ("2026-01-01", None, "2025-01-01", None, True),
    ("2026-01-01", None, "2025-01-01", "2025-12-31", False),
    ("2026-01-01", "2026-06-30", "2026-07-01", None, False),
]


@pytest.mark.parametrize(("starts_on", "ends_on", "next_starts_on", "next_ends_on", "refused"), OVERLAPS)
def test_refuse_a_second_period_on_the_same_day(
    periods: sqlite3.Connection,
    starts_on: str,
    ends_on: str | None,
    next_starts_on: str,
    next_ends_on: str | None,
    refused: bool,
) -> None:
    add(periods, starts_on=starts_on, ends_on=ends_on)

    with pytest.raises(sqlite3.IntegrityError, match="overlap") if refused else nullcontext():
        add(periods, starts_on=next_starts_on, ends_on=next_ends_on)

    assert count(periods) == (1 if refused else 2)


@pytest.mark.parametrize("other", [{"person": 2}, {"basic": False}, {"cancelled": "2026-03-01 00:00:00"}])
def test_let_other_people_other_schemes_and_cancelled_periods_be(
    periods: sqlite3.Connection, other: dict[str, Any]
) -> None:
    add(periods, starts_on="2026-01-01", ends_on=None)
    add(periods, starts_on="2026-01-01", ends_on=None, **other)

    assert count(periods) == 2


@pytest.mark.parametrize(
    ("column", "value", "refused"),
    [
        ("ends_on", "2026-12-31", True),
        ("ends_on", None, True),
        ("ends_on", "2026-06-29", False),
        ("starts_on", "2025-12-01", False),
        ("cancelled_at", "2026-03-01", False),
        ("person_id", 2, False),
    ],
)
def test_refuse_to_move_a_period_over_another(
    periods: sqlite3.Connection, column: str, value: object, refused: bool
) -> None:
    add(periods, starts_on="2026-01-01", ends_on="2026-06-30")
    add(periods, starts_on="2026-07-01", ends_on=None)

    with pytest.raises(sqlite3.IntegrityError, match="overlap") if refused else nullcontext():
        periods.execute(f"UPDATE probe SET {column} = ? WHERE id = 1", (value,))


def test_refuse_to_bring_a_cancelled_period_back_over_another(periods: sqlite3.Connection) -> None:
    add(periods, starts_on="2026-01-01", ends_on=None, cancelled="2026-02-01")
    add(periods, starts_on="2026-01-01", ends_on=None)

    with pytest.raises(sqlite3.IntegrityError, match="overlap"):
        periods.execute("UPDATE probe SET cancelled_at = NULL WHERE id = 1")
