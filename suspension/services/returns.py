"""What was returned in some days and for what, and how long decided cases lay with their applicants."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, TextField
from django.db.models.functions import Cast, TruncDate

from suspension import labels
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import Action, State

Workdays = Callable[[date, date], int]
Group = tuple[object, ...]
GROUP = ("state", "item", "decision_code", "due_on", "submitted_on", "decided_on")
"""What decided cases are counted by."""


def returns() -> QuerySet[ApplicationEvent]:
    """Every step back to an applicant, made ready for `naming`."""
    return ApplicationEvent.objects.filter(action=Action.RETURN).annotate(named=Cast("fields", TextField()))


def naming(field: str) -> Q:
    """The condition that one of `returns` asks for this field of labels.CORRECTABLE."""
    return Q(named__contains=f'"{field}"')


def count_returns(areas: list[int], *, since: datetime) -> tuple[int, dict[str, int]]:
    """How often something was returned, and the cases for each field; one statement."""
    rows = returns().filter(at__gte=since, application__area_id__in=areas)
    cases = {f"cases_{name}": Count("application", distinct=True, filter=naming(name)) for name in labels.CORRECTABLE}
    found = rows.aggregate(times=Count("pk"), **cases)
    return found["times"], {name: count for name in labels.CORRECTABLE if (count := found[f"cases_{name}"])}


def days_away(decided: QuerySet[Application], *, workdays: Workdays) -> dict[Group, list[int]]:
    """By GROUP, the working days that each case lay with its applicant; those never returned are left out.

    The promised day moves with a correction, so that they are taken off both the promised and the real time.
    """
    steps = (
        ApplicationEvent.objects.filter(Q(to_state=State.RETURNED) | Q(from_state=State.RETURNED))
        .filter(application__in=decided.values("pk"))
        .exclude(from_state=F("to_state"))
        .annotate(day=TruncDate("at"))
        .annotate(submitted_on=TruncDate("application__submitted_at"), decided_on=TruncDate("application__decided_at"))
        .order_by("application_id", "version")
        .values_list(
            "application_id",
            "to_state",
            "day",
            *(name if name.endswith("ed_on") else f"application__{name}" for name in GROUP),
        )
    )
    groups: dict[int, Group] = {}
    away: defaultdict[int, int] = defaultdict(int)
    left: dict[int, date] = {}
    for pk, to_state, day, *group in steps:
        groups[pk] = tuple(group)
        if to_state == State.RETURNED:
            left[pk] = day
        else:
            away[pk] += workdays(left.pop(pk, day), day)
    found: defaultdict[Group, list[int]] = defaultdict(list)
    for pk, days in away.items():
        found[groups[pk]].append(days)
    return found
