"""What approval does when its day comes, and what becomes overdue: idempotent, and the rules are asked again."""

from insured.services.coverage import stop_coverage
from portal import clock
from portal.transactions import business_transaction
from suspension.models import Application
from suspension.policy.stop import check_may_start
from suspension.policy.transitions import Action, State
from suspension.services.facts import read_stop_case
from suspension.services.workflow import SYSTEM, lock_application, move


def write_effect(application: Application, *, is_silent: bool) -> None:
    """End the coverage and complete the case, inside the caller's transaction; the rules were asked by the caller."""
    if application.effective_on is None or application.last_covered_on is None:
        raise ValueError("an effect needs its day")
    stop_coverage(
        application.enrollment,
        effective_on=application.effective_on,
        last_covered_on=application.last_covered_on,
        basis=application.number or "",
    )
    move(application, action=Action.COMPLETE, by=SYSTEM, is_silent=is_silent, completed_at=clock.now())


@business_transaction
def apply_effect(number: str) -> bool:
    """Apply one approved stop whose day has come; False when it was done, or is not due, meanwhile.

    Where the rules no longer allow it the case is voided, with the reason told.
    """
    today = clock.today()
    application = lock_application(number)
    if application.state != State.APPROVED or application.effective_on is None or application.effective_on > today:
        return False
    case = read_stop_case(application.enrollment, today=today, own=application)
    if check_may_start(case.facts):
        move(application, action=Action.VOID, by=SYSTEM, code="effect.not-possible")
    else:
        write_effect(application, is_silent=False)
    return True


def apply_due_effects(*, limit: int = 500) -> int:
    """Apply every effect that is due, one transaction each; how many were applied or voided."""
    due = Application.objects.waiting_for_effect(clock.today()).order_by("effective_on", "id")
    numbers = list(due.values_list("number", flat=True)[:limit])
    return sum(apply_effect(number) for number in numbers if number)


@business_transaction
def lapse(number: str) -> bool:
    """Close one returned case whose time for correction is over; False when it moved meanwhile."""
    application = lock_application(number)
    is_overdue = application.correction_due_on is not None and application.correction_due_on < clock.today()
    if application.state != State.RETURNED or not is_overdue:
        return False
    move(application, action=Action.LAPSE, by=SYSTEM)
    return True


def close_overdue(*, limit: int = 500) -> int:
    """Close every returned case that was not corrected in time, one transaction each."""
    overdue = Application.objects.filter(state=State.RETURNED, correction_due_on__lt=clock.today()).order_by("id")
    return sum(lapse(number) for number in list(overdue.values_list("number", flat=True)[:limit]) if number)
