"""What the coming days bring, and moving the hall to one of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from portal import clock
from portal.hints import hint
from suspension.models import Application
from suspension.policy.transitions import State

SHOWN = 6
DUE = ("effects", "lapses", "reminders", "unpaid", "statements")
"""The hints of what happens when a day comes; the bill files of the day before are there, too."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that happens by itself when its day comes."""

    day: date
    what: str


def upcoming(*, today: date) -> list[Coming]:
    """Approved stops that wait for their day, returned cases that run out, and the turn of the year; soonest first."""
    approved = Application.objects.filter(state=State.APPROVED, effective_on__gt=today)
    returned = Application.objects.filter(state=State.RETURNED, correction_due_on__gte=today)
    found = [
        Coming(day, f"{count} 件已审核通过的停保生效，参保状态变为“暂停参保”，申请办结")
        for day, count in Counter(approved.values_list("effective_on", flat=True)).items()
        if day
    ]
    found += [
        Coming(day, f"{count} 件退回补正的申请到期，此前会提醒一次，过了这一天没有补正就自动关闭")
        for day, count in Counter(returned.values_list("correction_due_on", flat=True)).items()
        if day
    ]
    found.append(Coming(date(today.year + 1, 1, 1), f"进入 {today.year + 1} 年度，没有缴费的居民不再有待遇"))
    return sorted(found, key=lambda one: (one.day, one.what))[:SHOWN]


def move_to(day: date) -> date:
    """Make `day` today for the whole hall and wake the jobs that apply what is due."""
    clock.move_to(day)
    for queue in DUE:
        hint(queue)
    return clock.today()


def return_to_real_day() -> date:
    """Undo every move; what has happened meanwhile stays."""
    clock.reset()
    return clock.today()
