"""A case as a line of the queue: how long it has been here, how long is left, what may be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.workdays import workdays_between
from suspension import labels
from suspension.admin.buttons import DESK_ACTIONS
from suspension.admin.case import is_overdue, is_urged
from suspension.models import Application
from suspension.policy.transitions import OPEN_STATES, Action, Role, State, actions
from suspension.services.aftercare import WITH_STAFF
from suspension.services.facts import holidays

Workdays = Callable[[date, date], int]
PAGE_ROWS = 100
"""Of one page of the list, and so the most that can be ticked at a time."""


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a line of the list."""

    application: Application
    tone: str
    is_overdue: bool
    is_urged: bool
    is_mine: bool
    can_take: bool
    can_approve: bool
    due: str
    age: str


def rows_of(cases: list[Application], *, user: User) -> list[Row]:
    """The lines of a list, in its order."""
    today = clock.today()
    duties = duties_of(user)
    overrides = holidays()

    @cache
    def workdays(start: date, end: date) -> int:
        return workdays_between(start, end, overrides=overrides)

    return [
        Row(
            application=case,
            tone=labels.STATE_TONES.get(case.state, "neutral"),
            is_overdue=is_overdue(case, today=today),
            is_urged=is_urged(case),
            is_mine=case.taken_by_id == user.pk,
            can_take=duties.has(Role.CASEWORKER, area_id=case.area_id)
            and Action.TAKE in DESK_ACTIONS
            and Action.TAKE in actions(case.state, role=Role.CASEWORKER),
            can_approve=case.taken_by_id == user.pk and case.state == State.UNDER_REVIEW and not case.kept_back_at,
            due=_due(case, today=today, workdays=workdays),
            age=_age(case, today=today, workdays=workdays),
        )
        for case in cases
    ]


def _due(case: Application, *, today: date, workdays: Workdays) -> str:
    """How many working days are left, or are over; nothing while the case does not lie with the staff."""
    if case.state not in WITH_STAFF or case.due_on is None:
        return ""
    if case.due_on < today:
        return f"超{max(workdays(case.due_on, today), 1)}个工作日"
    left = workdays(today, case.due_on)
    return f"还有{left}个工作日" if left else "今天到期"


def _age(case: Application, *, today: date, workdays: Workdays) -> str:
    """For how many working days an open case has been here."""
    if case.state not in OPEN_STATES or case.submitted_at is None:
        return ""
    days = workdays(case.submitted_at.astimezone(clock.SHANGHAI).date(), today)
    return f"已{days}个工作日" if days else "今天提交"
