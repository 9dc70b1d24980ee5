"""What differs from item to item when a case is decided: what the rules say today, and what approval does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from insured.policy.dates import Month
from insured.policy.effective import StopEffect
from insured.services.coverage import stop_coverage
from portal import clock
from portal.errors import Reason
from suspension import items, labels
from suspension.models import Application
from suspension.policy.cancel import check_cancel
from suspension.policy.desk import SecondReviewFacts, needs_second_review
from suspension.policy.stop import check_may_start, check_stop, stop_advice
from suspension.policy.transitions import Action
from suspension.services import instalments, refunding, resume, transfer
from suspension.services.cancel import facts_of, void_stop
from suspension.services.facts import StopCase, read_stop_case
from suspension.services.workflow import SYSTEM, move


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An approval today: why it cannot be (empty when it can), its days, and why a second person must confirm it.

    `advice` is worth a look and stops nobody.
    """

    reasons: tuple[Reason, ...]
    effective_on: date
    last_covered_on: date | None
    second_review: tuple[Reason, ...] = ()
    advice: tuple[Reason, ...] = ()


class Writer(Protocol):
    """Writes the effect and completes the case in the caller's transaction."""

    def __call__(self, application: Application, *, is_silent: bool) -> None:
        """`is_silent` when the approval told it already."""


def _nothing(_application: Application, _today: date) -> None:
    """An approval needs no preparation."""


def _never(_application: Application) -> bool:
    """Nothing was paid for it."""
    return False


def _has_come(application: Application, today: date) -> bool:
    """The day of the effect."""
    return application.effective_on is not None and application.effective_on <= today


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """`propose` and `recheck` ask the rules under the lock: at approval, and when the effect is due.

    `prepare` is what an approval does before it is written and told, such as opening a bill. `is_due` says whether the
    effect of an approved case can be written: its day has come, or its bill is paid. What `holds_money` is
    never voided.
    """

    propose: Callable[[Application, date], Proposal]
    recheck: Callable[[Application, date], tuple[Reason, ...]]
    write: Writer
    prepare: Callable[[Application, date], object] = _nothing
    is_due: Callable[[Application, date], bool] = _has_come
    holds_money: Callable[[Application], bool] = _never
    impossible: str = "effect.not-possible"
    """Why a case is voided that the rules no longer allow when its effect is due."""


def handling_of(application: Application) -> Handling:
    """The handling of the case's item."""
    return HANDLINGS[application.item]


def _propose_stop(application: Application, today: date) -> Proposal:
    case = read_stop_case(application.enrollment, today=today, own=application)
    month = Month.of(application.stop_month) if application.stop_month else None
    back = Month.of(application.resume_month) if application.resume_month else None
    if reasons := check_stop(case.facts, month=month, resume=back):
        return Proposal(reasons=reasons, effective_on=today, last_covered_on=None)
    effect = case.effect(month)
    return Proposal(
        reasons=(),
        effective_on=effect.effective_on,
        last_covered_on=effect.last_covered_on,
        second_review=second_review_of(application, case=case, effect=effect),
        advice=stop_advice(case.facts, reason_code=application.reason_code, month=month),
    )


def second_review_of(application: Application, *, case: StopCase, effect: StopEffect) -> tuple[Reason, ...]:
    """Why a second person must confirm this stop if it is approved on the day of the case."""
    return needs_second_review(
        SecondReviewFacts(
            approved_on=case.today,
            effective_on=effect.effective_on,
            change_code=labels.STOP_REASON_CODES.get(application.reason_code, ""),
            is_refund=items.ITEMS[application.item].is_refund,
            last_covered_on=effect.last_covered_on,
            covered_until=case.period.ends_on if case.period else None,
        )
    )


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


def _propose_resume(application: Application, today: date) -> Proposal:
    reasons = resume.refusals(application, today=today)
    begins = resume.begins_on(application, today=today)
    return Proposal(reasons=reasons, effective_on=begins, last_covered_on=None)


def _recheck_resume(application: Application, today: date) -> tuple[Reason, ...]:
    return resume.refusals_after_payment(application, today=today)


def _bill_resume(application: Application, today: date) -> None:
    resume.bill_for(application, today=today)


def _has_bill(application: Application) -> bool:
    return resume.bill_of(application) is not None


def _is_paid(application: Application, _today: date) -> bool:
    return resume.paid_on(application) is not None


def _propose_transfer(application: Application, today: date) -> Proposal:
    return Proposal(reasons=transfer.refusals(application, today=today), effective_on=today, last_covered_on=None)


def _recheck_transfer(_application: Application, _today: date) -> tuple[Reason, ...]:
    """Both areas are done: nothing is asked any more."""
    return ()


def _propose_instalments(application: Application, today: date) -> Proposal:
    return Proposal(reasons=_recheck_instalments(application, today), effective_on=today, last_covered_on=None)


def _recheck_instalments(application: Application, today: date) -> tuple[Reason, ...]:
    return instalments.refusals(application, today=today)


def _propose_refund(application: Application, today: date) -> Proposal:
    found = refunding.decision_of(application, today=today)
    facts = SecondReviewFacts(
        approved_on=today, effective_on=found.effective_on, change_code="", is_refund=bool(found.amount_fen)
    )
    return Proposal(
        reasons=found.not_filed,
        effective_on=found.effective_on,
        last_covered_on=found.last_covered_on,
        second_review=needs_second_review(facts),
        advice=found.refused,
    )


def _recheck_refund(_application: Application, _today: date) -> tuple[Reason, ...]:
    """What was approved stays approved: the money is on its way."""
    return ()


RESUMING = Handling(
    propose=_propose_resume,
    recheck=_recheck_resume,
    write=resume.write_resume,
    prepare=_bill_resume,
    is_due=_is_paid,
    holds_money=_has_bill,
    impossible="resume.not-possible",
)
HANDLINGS = {
    items.STOP.code: Handling(propose=_propose_stop, recheck=_recheck_stop, write=_write_stop),
    items.CANCEL_STOP.code: Handling(propose=_propose_cancel, recheck=_recheck_cancel, write=_write_cancel),
    **{item.code: RESUMING for item in items.COMEBACK_ITEMS},
    items.INSTALMENTS.code: Handling(
        propose=_propose_instalments, recheck=_recheck_instalments, write=instalments.write_plan
    ),
    items.REFUND.code: Handling(
        propose=_propose_refund,
        recheck=_recheck_refund,
        write=refunding.complete,
        prepare=refunding.end_and_give_back,
        is_due=refunding.is_settled,
    ),
    items.TRANSFER.code: Handling(
        propose=_propose_transfer,
        recheck=_recheck_transfer,
        write=transfer.complete,
        prepare=transfer.open_out_leg,
        is_due=transfer.is_through,
    ),
}
