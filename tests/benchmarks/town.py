"""A town's cases as they lie after five years: a tenth open in every state, the rest done."""

from collections.abc import Sequence

from django.db import connection

from insured.models import InsuredPerson
from portal import clock
from portal.accounts.models import User
from suspension.models import Application, ApplicationEvent, DuplicateFinding
from tests.benchmarks.crowds import NEW_PERSONS, NOT_YET_ENROLLED, analyze, copied

FIRST_OPEN, OPEN_SHARE = 700, 11
"""So many of the first thousand are open that the page of every list is full; later every eleventh is."""
SURNAMES = "王李张刘陈杨黄赵吴周"
NAMES = (
    f"substr('{SURNAMES}', g %% 10 + 1, 1) || chr(19968 + (g::bigint * 7919 %% 3001)::int)"
    " || chr(19968 + (g::bigint * 104729 %% 3001)::int)"
)
CASES = f"""
(SELECT q.*, q.today - q.age AS submitted_on,
  CASE WHEN q.is_open THEN
    CASE WHEN q.kind < 12 THEN 'submitted' WHEN q.kind < 17 THEN 'under_review'
         WHEN q.kind < 18 THEN 'second_review' ELSE 'returned' END
  ELSE CASE WHEN q.kind < 16 THEN 'completed' WHEN q.kind < 18 THEN 'rejected' ELSE 'withdrawn' END END AS s
 FROM (SELECT p.id, e.id AS enrollment, p.n,
   CASE WHEN p.n < {FIRST_OPEN} THEN (ARRAY[0, 0, 12, 13, 17, 18, 18])[p.n %% 7 + 1]
   ELSE p.n / {OPEN_SHARE} %% 20 END AS kind,
   current_date AS today,
   p.n < {FIRST_OPEN} OR p.n %% {OPEN_SHARE} = 0 AS is_open,
   (CASE WHEN p.n < {FIRST_OPEN} OR p.n %% {OPEN_SHARE} = 0 THEN p.n %% 25 ELSE 15 + p.n %% 1800 END)::int AS age
  FROM (SELECT id, substr(number, 2)::int AS n FROM insured_insuredperson WHERE number LIKE 'B%%') p
  JOIN insured_enrollment e ON e.person_id = p.id
  WHERE NOT EXISTS (SELECT 1 FROM suspension_application x WHERE x.person_id = p.id)) q) p
"""
WITHOUT_EVENTS = """
(SELECT a.id, a.applicant_id, a.taken_by_id, a.submitted_at, a.decided_at, a.state FROM suspension_application a
 WHERE NOT EXISTS (SELECT 1 FROM suspension_applicationevent x WHERE x.application_id = a.id)) a
"""
NOT_FOUND_YET = """
(SELECT p.id FROM insured_insuredperson p WHERE p.number LIKE 'B%%' AND p.id %% 10 = 0
 AND NOT EXISTS (SELECT 1 FROM suspension_duplicatefinding x WHERE x.person_id = p.id)) p
"""
DONE = "p.s IN ('completed', 'rejected')"
HANDLED = "p.s IN ('under_review', 'second_review', 'returned', 'completed', 'rejected')"


def grow_to(total: int, *, like: Application, colleagues: Sequence[User]) -> None:
    """So many applications of so many people, shared out among the colleagues."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    first = InsuredPerson.objects.filter(number__startswith="B").count()
    source = f"generate_series({first}, {first + total - Application.objects.count() - 1}) g"
    person = {**NEW_PERSONS, "number": "'B' || lpad(g::text, 14, '0')", "name": NAMES}
    copied("insured_insuredperson", like=like.person_id, changes=person, source=source)
    copied("insured_enrollment", like=like.enrollment_id, changes={"person_id": "p.id"}, source=NOT_YET_ENROLLED)
    analyze()
    copied("suspension_application", like=like.pk, changes=_case(colleagues), source=CASES)
    _events(like)
    _findings(like)
    analyze()
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def _case(colleagues: Sequence[User]) -> dict[str, str]:
    keys = ", ".join(str(one.pk) for one in colleagues)
    first = f"p.n < {FIRST_OPEN} AND p.n %% 7 = 2"
    somebody = f"(ARRAY[{keys}])[CASE WHEN {first} THEN 1 ELSE p.n %% {len(colleagues)} + 1 END]"
    noon = "p.submitted_on + time '12:00'"
    return {
        "number": "'YB' || lpad(p.n::text, 15, '0')",
        "person_id": "p.id",
        "enrollment_id": "p.enrollment",
        "state": "p.s",
        "created_at": noon,
        "submitted_at": noon,
        "due_on": "p.submitted_on + 14",
        "channel": "(ARRAY['web', 'web', 'web', 'window'])[p.n %% 4 + 1]",
        "taken_by_id": f"CASE WHEN {HANDLED} THEN {somebody} END",
        "taken_at": f"CASE WHEN {HANDLED} THEN {noon} + interval '1 day' END",
        "decided_by_id": f"CASE WHEN {DONE} THEN {somebody} END",
        "decided_at": f"CASE WHEN {DONE} THEN {noon} + interval '3 days' END",
        "decision_code": "CASE WHEN p.s = 'rejected' THEN 'not-eligible' ELSE '' END",
        "effective_on": "CASE WHEN p.s = 'completed' THEN p.submitted_on + 10 END",
        "correction_due_on": "CASE WHEN p.s = 'returned' THEN p.today + 5 END",
        "completed_at": f"CASE WHEN p.s = 'completed' THEN {noon} + interval '10 days' END",
    }


def _events(like: Application) -> None:
    """Sent in; and decided, where it was."""
    event = ApplicationEvent.objects.filter(application=like).order_by("pk").first()
    assert event is not None
    made = {
        "application_id": "a.id",
        "actor_id": "COALESCE(a.taken_by_id, a.applicant_id)",
        "at": "COALESCE(a.decided_at, a.submitted_at)",
        "version": "again.n",
        "action": "CASE WHEN again.n = 1 THEN t.action ELSE 'approve' END",
        "from_state": "CASE WHEN again.n = 1 THEN t.from_state ELSE 'under_review' END",
        "to_state": "CASE WHEN again.n = 1 THEN t.to_state ELSE a.state END",
    }
    copied(
        "suspension_applicationevent",
        like=event.pk,
        changes=made,
        source=f"{WITHOUT_EVENTS} CROSS JOIN generate_series(1, 2) again(n)",
    )


def _findings(like: Application) -> None:
    """Every tenth person stands on the list of 重复参保."""
    now = {"found_at": clock.now()}
    first, _ = DuplicateFinding.objects.get_or_create(area=like.area, person=like.person, defaults=now)
    copied("suspension_duplicatefinding", like=first.pk, changes={"person_id": "p.id"}, source=NOT_FOUND_YET)
