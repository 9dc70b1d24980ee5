"""Many rows like one that the services made: copied inside the database, so that a million would do as well."""

from django.db import connection
from django.db.models import F

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
(SELECT p.id, p.number, e.id AS enrollment FROM insured_insuredperson p JOIN insured_enrollment e ON e.person_id = p.id
 WHERE p.number LIKE 'B%%' AND NOT EXISTS (SELECT 1 FROM suspension_application x WHERE x.person_id = p.id)) p
"""
WAITING = 300
"""So many cases of the first thousand wait at the desk; whatever comes on top is done."""


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
    """So many applications of so many people; WAITING of them wait, the others are done."""
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
    is_waiting = f"p.number < 'B{WAITING:014d}'"
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
    analyze()


def let_wait(share: int) -> None:
    """Every such case waits at the desk again."""
    Application.objects.filter(state=State.COMPLETED).annotate(rest=F("pk") % share).filter(rest=0).update(
        state=State.SUBMITTED, effective_on=None
    )
    analyze()


def analyze() -> None:
    """As the server does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
