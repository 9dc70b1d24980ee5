"""Many rows like one that the services made: copied inside the database, so that a million would do as well."""

from django.db import connection

from suspension.models import Application
from suspension.policy.transitions import State

NEW_PERSONS = {
    "number": "'B' || lpad(g::text, 14, '0')",
    "name": "'王' || g",
    "id_index": "'b$' || g",
    "id_last4_index": "'b$' || g %% 10000",
    "user_id": "NULL",
}
NOT_YET_ENROLLED = """
(SELECT p.id FROM insured_insuredperson p WHERE p.number LIKE 'B%%'
 AND NOT EXISTS (SELECT 1 FROM insured_enrollment x WHERE x.person_id = p.id)) p
"""
WITHOUT_A_CASE = """
(SELECT p.id, e.id AS enrollment FROM insured_insuredperson p JOIN insured_enrollment e ON e.person_id = p.id
 WHERE p.number LIKE 'B%%' AND NOT EXISTS (SELECT 1 FROM suspension_application x WHERE x.person_id = p.id)) p
"""
WAITING_IN = 20
"""Every twentieth case waits at the desk; the others are done."""


def columns(table: str) -> list[str]:
    """All but the key."""
    with connection.cursor() as cursor:
        return [
            column.name
            for column in connection.introspection.get_table_description(cursor, table)
            if column.name != "id"
        ]


def copied(table: str, *, like: int, changes: dict[str, str], source: str) -> int:
    """One row like the row `like` for each row of `source`; how many."""
    names = columns(table)
    values = ", ".join(changes.get(name, f"t.{name}") for name in names)
    statement = " ".join(
        (
            "INSERT INTO",
            table,
            f"({', '.join(names)})",
            "SELECT",
            values,
            "FROM",
            f"{table} t, {source}",
            "WHERE t.id = %s",
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [like])
        return int(cursor.rowcount)


def grow_to(total: int, *, like: Application) -> None:
    """So many applications of so many people; most of them done, some waiting."""
    first, last = Application.objects.count(), total
    copied(
        "insured_insuredperson",
        like=like.person_id,
        changes=NEW_PERSONS,
        source=f"generate_series({first}, {last - 1}) g",
    )
    copied(
        "insured_enrollment",
        like=like.enrollment_id,
        changes={"person_id": "p.id"},
        source=NOT_YET_ENROLLED,
    )
    is_waiting = f"p.id %% {WAITING_IN} = 0"
    copied(
        "suspension_application",
        like=like.pk,
        changes={
            "number": "'YB' || lpad(p.id::text, 15, '0')",
            "person_id": "p.id",
            "enrollment_id": "p.enrollment",
            "state": f"CASE WHEN {is_waiting} THEN '{State.SUBMITTED}' ELSE '{State.COMPLETED}' END",
            "effective_on": f"CASE WHEN {is_waiting} THEN NULL ELSE t.due_on END",
            "due_on": "t.due_on - (p.id %% 40)::int",
        },
        source=WITHOUT_A_CASE,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE insured_insuredperson, insured_enrollment, suspension_application")
