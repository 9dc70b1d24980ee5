"""The same crowd at a door without a guard: more than one winner, so that the harness is known to see races."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection, transaction

from portal.errors import ConflictError
from tests.races.crowd import Outcome, at_most, crowd
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
READ = "SELECT state FROM scratch_case WHERE id = %s"
EVENT = "INSERT INTO scratch_event (case_id) VALUES (%s)"


@pytest.fixture
def scratch() -> Iterator[None]:
    """A case and its events, without any of the hall's constraints."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch_case (id int PRIMARY KEY, state text)")
        cursor.execute("CREATE TABLE scratch_event (case_id int)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE scratch_case, scratch_event")


def approve_unguarded(case_id: int) -> None:
    """Get, check, save: what the hall never does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(READ, [case_id])
        if cursor.fetchone()[0] != "under_review":
            raise ConflictError
        cursor.execute("UPDATE scratch_case SET state = 'approved' WHERE id = %s", [case_id])
        cursor.execute(EVENT, [case_id])


def approve_guarded(case_id: int) -> None:
    """The state in the WHERE."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(READ, [case_id])
        cursor.execute("UPDATE scratch_case SET state = 'approved' WHERE id = %s AND state = 'under_review'", [case_id])
        if not cursor.rowcount:
            raise ConflictError
        cursor.execute(EVENT, [case_id])


def test_the_crowd_sees_a_race_where_the_guard_is_missing(report: Report, scratch: None) -> None:
    at_once, rounds = at_most(size(plain=16, full=64)), size(plain=5, full=50)
    winners = {}

    with crowd(at_once) as people:
        for name, door in {"without a guard": approve_unguarded, "state in the WHERE": approve_guarded}.items():
            total = Outcome()
            for case_id in range(1, rounds + 1):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "INSERT INTO scratch_case VALUES (%s, 'under_review')"
                        " ON CONFLICT (id) DO UPDATE SET state = 'under_review'",
                        [case_id],
                    )
                total.add(people.run([partial(door, case_id)] * at_once))
            winners[name] = len(total.won)
            report.table("Control", "door", "at once", "rounds", "winners").add(name, at_once, rounds, winners[name])
            assert not total.broken

    assert winners["without a guard"] > rounds
    assert winners["state in the WHERE"] == rounds
