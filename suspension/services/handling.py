"""What differs from item to item when a case is decided: what the rules say today, and what approval does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from insured.policy.dates import Month
from insured.services.coverage import stop_coverage
from portal import clock
from portal.errors import Reason
from suspension import items
from suspension.models import Application
from suspension.policy.cancel import check_cancel
from suspension.policy.stop import check_may_start, check_stop
from suspension.policy.transitions import Action
from suspension.services.cancel import facts_of, void_stop
from suspension.services.facts import read_stop_case
from suspension.services.workflow import SYSTEM, move


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An approval today: why it cannot be (empty when it can), and the days it would write."""

    reasons: tuple[Reason, ...]
    effective_on: date
    last_covered_on: date | None


class Writer(Protocol):
    """Writes the effect and completes the case in the caller's transaction."""

    def __call__(self, application: Application, *, is_silent: bool) -> None:
        """`is_silent` when the approval told it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """`propose` and `recheck` ask the rules under the lock: at approval, and when the day comes."""

    propose: Callable[[Application, date], Proposal]
    recheck: Callable[[Application, date], tuple[Reason, ...]]
    write: Writer


def handling_of(application: Application) -> Handling:
    """The handling of the case's item."""
    return HANDLINGS[application.item]


def _propose_stop(application: Application, today: date) -> Proposal:
    case = read_stop_case(application.enrollment, today=today, own=application)
    month = Month.of(application.stop_month) if application.stop_month else None
    if reasons := check_stop(case.facts, month=month):
        return Proposal(reasons=reasons, effective_on=today, last_covered_on=None)
    effect = case.effect(month)
    return Proposal(reasons=(), effective_on=effect.effective_on, last_covered_on=effect.last_covered_on)


def _recheck_stop(application: Application, today: date) -> tuple[Reason, ...]:
    return check_may_start(read_stop_case(application.enrollment, today=today, own=application).facts)


def _write_stop(application: Application, *, is_silent: bool) -> None:
    if application.effective_on is None or application.last_covered_on is None:
        raise ValueError("an effect needs its day")
    stop_coverage(
        application.enrollment,
        effective_on=application.effective_on,
        last_covered_on=application.last_covered_on,
        basis=application.number or "",
    )
    move(application, action=Action.COMPLETE, by=SYSTEM, is_silent=is_silent, completed_at=clock.now())


def _propose_cancel(application: Application, today: date) -> Proposal:
    return Proposal(reasons=_recheck_cancel(application, today), effective_on=today, last_covered_on=None)


def _recheck_cancel(application: Application, _today: date) -> tuple[Reason, ...]:
    return check_cancel(facts_of(application))


def _write_cancel(application: Application, *, is_silent: bool) -> None:
    void_stop(application, is_silent=is_silent)


HANDLINGS = {
    items.STOP.code: Handling(propose=_propose_stop, recheck=_recheck_stop, write=_write_stop),
    items.CANCEL_STOP.code: Handling(propose=_propose_cancel, recheck=_recheck_cancel, write=_write_cancel),
}
