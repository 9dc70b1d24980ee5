"""What a deadline means: the days left, and what happens to benefits when it passes (domain rules 2.1, 2.5, 2.8)."""

from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, next_day
from insured.policy.interruption import interrupted_months
from insured.policy.rules import AREA, DECREE_38, DECREE_43, AreaRules
from insured.policy.window import CollectionWindow, collection_window
from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Whether residents can pay today, and for which coverage year; `reason` says it with the days."""

    year: int
    is_open: bool
    reason: Reason


def collection_on(today: date, *, rules: AreaRules) -> Collection:
    """The coming year while its window is open, else this year in its extension, else closed until the next window."""
    coming = collection_window(today.year + 1, rules=rules)
    running = collection_window(today.year, rules=rules)
    params: dict[str, object] = {"year": coming.coverage_year, "opens": coming.opens_on, "closes": coming.closes_on}
    if coming.phase(today) == "window":
        return Collection(year=coming.coverage_year, is_open=True, reason=Reason("collection.open", params, AREA))
    if running.phase(today) == "extension":
        ends = {"year": today.year, "closes": running.closes_on, "ends": running.extension_ends_on}
        return Collection(year=today.year, is_open=True, reason=Reason("collection.extension", ends, AREA))
    return Collection(year=coming.coverage_year, is_open=False, reason=Reason("collection.closed", params, AREA))


def resident_consequence(
    window: CollectionWindow, *, today: date, fiscal_fen: int, rules: AreaRules
) -> tuple[Reason, ...]:
    """Of a coverage year: paid by the close of the window, in the extension, or late; unpaid brings no fiscal money."""
    phase = window.phase(today)
    ends = window.extension_ends_on
    params: dict[str, object] = {
        "year": window.coverage_year,
        "closes": window.closes_on,
        "ends": ends or window.closes_on,
        "months": rules.fixed_waiting_months,
    }
    if phase == "late":
        first = Reason("due.late", params, DECREE_38)
    elif phase == "extension":
        first = Reason("due.in-extension", params, DECREE_38)
    elif ends:
        first = Reason("due.window-then-extension", params, DECREE_38)
    else:
        first = Reason("due.window", params, DECREE_38)
    return (first, Reason("due.no-fiscal", {"fiscal_fen": fiscal_fen}, AREA)) if fiscal_fen else (first,)


def month_consequence(
    month: Month, *, last_paid: Month | None, due_on: date, today: date, rules: AreaRules
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Of a month of flexible employment: what a late payment means, and why it cannot be paid any more.

    After an interruption longer than the grace only the running month is taken: the rest cannot be caught up.
    """
    grace = rules.interruption_grace_months
    params: dict[str, object] = {"month": month, "due": due_on, "after": next_day(due_on), "grace": grace}
    if due_on >= today:
        return (Reason("due.month", params, DECREE_43),), ()
    count = interrupted_months(last_paid=last_paid, paid_on=today) if last_paid else 0
    if count > grace:
        months = {**params, "months": count, "waiting": rules.interruption_waiting_months}
        return (Reason("due.month-overdue", params, DECREE_43),), (Reason("due.month-lapsed", months, DECREE_43),)
    return (Reason("due.month-overdue", params, DECREE_43),), ()
