"""Who is to be reminded of what on a day: windows of the resident scheme that open or close, bills that fall due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from insured.policy.rules import AreaRules
from insured.policy.window import CollectionWindow, collection_window

Kind = Literal["opening", "closing", "extension", "due", "overdue"]
OF_WINDOW: tuple[Kind, ...] = ("opening", "closing", "extension")
"""Of a coverage year; the others are of the bills that fall due on one day."""
LOOK_BACK_DAYS = 14
"""How long after its deadline an unpaid bill is still told of, should the hall have stood still that day."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Occasion:
    """What is told once per person: `window` is the coverage year, or the day on which bills fall due."""

    kind: Kind
    window: str

    @property
    def year(self) -> int:
        """The coverage year of a window."""
        return int(self.window)

    @property
    def day(self) -> date:
        """The day on which the bills fall due."""
        return date.fromisoformat(self.window)


def occasions_on(today: date, *, rules: AreaRules, due_days: Collection[date]) -> tuple[Occasion, ...]:
    """Everything to remind of on that day. `due_days` are days on which bills of the area fall due."""
    coming = _of_window(collection_window(today.year + 1, rules=rules), today=today, rules=rules)
    running = _of_window(collection_window(today.year, rules=rules), today=today, rules=rules)
    return (*coming, *running, *_of_bills(today, rules=rules, due_days=due_days))


def bill_days(today: date, *, rules: AreaRules) -> tuple[date, date]:
    """The first and the last deadline of bills that somebody could be reminded of on that day."""
    return today - timedelta(days=LOOK_BACK_DAYS), today + timedelta(days=rules.due_reminder_days)


def _of_window(window: CollectionWindow, *, today: date, rules: AreaRules) -> tuple[Occasion, ...]:
    phase, year = window.phase(today), str(window.coverage_year)
    notice = timedelta(days=rules.window_reminder_days)
    if phase == "window":
        is_near = notice and window.closes_on - today <= notice
        return (Occasion(kind="closing" if is_near else "opening", window=year),)
    if phase == "extension" and window.extension_ends_on and notice and window.extension_ends_on - today <= notice:
        return (Occasion(kind="extension", window=year),)
    return ()


def _of_bills(today: date, *, rules: AreaRules, due_days: Collection[date]) -> tuple[Occasion, ...]:
    first, last = bill_days(today, rules=rules)
    return tuple(
        Occasion(kind="due" if today <= day else "overdue", window=day.isoformat())
        for day in sorted(set(due_days))
        if first <= day <= last and (day < today or rules.due_reminder_days)
    )
