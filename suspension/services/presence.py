"""Who of the caseworkers is there, what they hold, and which cases were freed because their holder was not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery

from insured.models import StaffAbsence, StaffAssignment
from insured.policy.roles import Right
from insured.services.absence import supervised_by
from portal import clock
from portal.accounts.models import SignIn, User
from portal.workdays import workdays_between
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import Action, State
from suspension.services.facts import holidays

SHOWN_DAYS = 30
MOST_FREED = 100


@dataclass(frozen=True, slots=True)
class Colleague:
    """A caseworker as the supervisor sees them. `idle_workdays` is None where nobody ever logged in."""

    user: User
    held: int
    absences: tuple[StaffAbsence, ...]
    seen_at: datetime | None
    idle_workdays: int | None
    is_away: bool


@dataclass(frozen=True, slots=True)
class Freed:
    """A case that was put back because its holder was away."""

    event: ApplicationEvent
    holder: str


def colleagues(user: User) -> list[Colleague]:
    """The caseworkers of the areas where this person is supervisor; those who are away come first."""
    today, overrides = clock.today(), holidays()
    held = Application.objects.filter(
        taken_by=OuterRef("pk"),
        state=State.UNDER_REVIEW,
        area__in=StaffAssignment.objects.areas_with(user, Right.SUPERVISE),
    )
    number = held.order_by().values("taken_by").annotate(number=Count("pk")).values("number")
    seen = SignIn.objects.filter(user=OuterRef("pk")).order_by("-id").values("at")[:1]
    people = list(
        supervised_by(user).annotate(held=Subquery(number, output_field=IntegerField()), seen_at=Subquery(seen))
    )
    away = _absences(people, on=today)
    found = []
    for one in people:
        absences = tuple(away.get(one.pk, ()))
        seen_at: datetime | None = one.seen_at
        day = seen_at.astimezone(clock.SHANGHAI).date() if seen_at else None
        idle = workdays_between(day, today, overrides=overrides) if day else None
        is_away = any(row.starts_on <= today for row in absences)
        found.append(Colleague(one, one.held or 0, absences, seen_at, idle, is_away))
    return sorted(found, key=lambda one: not one.is_away)


def absences_for(user: User) -> QuerySet[StaffAbsence]:
    """What is in force or to come of the caseworkers this person supervises."""
    ahead = StaffAbsence.objects.ahead(clock.today())
    return ahead.filter(user__in=supervised_by(user).order_by().values("pk")).select_related("user")


def freed_cases(user: User) -> list[Freed]:
    """The cases of the supervised areas that were put back lately, the last one first."""
    since = clock.now() - timedelta(days=SHOWN_DAYS)
    areas = StaffAssignment.objects.areas_with(user, Right.SUPERVISE)
    taken = ApplicationEvent.objects.filter(
        Q(action=Action.TAKE) | Q(action=Action.HAND_OVER),
        application=OuterRef("application"),
        version__lt=OuterRef("version"),
    ).order_by("-version")
    events = (
        ApplicationEvent.objects.filter(action=Action.RELEASE, at__gte=since, reason_code="desk.absent")
        .filter(application__area__in=areas)
        .select_related("application", "application__taken_by")
        .annotate(
            by=Subquery(taken.values("actor__display_name")[:1]),
            how=Subquery(taken.values("action")[:1]),
            said=Subquery(taken.values("text")[:1]),
        )
        .order_by("-at", "-id")[:MOST_FREED]
    )
    return [Freed(event, event.said if event.how == Action.HAND_OVER else event.by or "") for event in events]


def _absences(people: Iterable[User], *, on: date) -> dict[int, list[StaffAbsence]]:
    found: dict[int, list[StaffAbsence]] = {}
    rows = StaffAbsence.objects.ahead(on).filter(user__in=people).select_related("marked_by")
    for row in rows.order_by("starts_on", "id"):
        found.setdefault(row.user_id, []).append(row)
    return found
