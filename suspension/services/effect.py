"""What happens when a day comes: effects, reminders, lapses, old drafts. Idempotent; the rules are asked again."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import QuerySet

from insured.models import AreaPolicy
from insured.services.coverage import lock_enrollment
from payments.models import Bill
from payments.services.bills import void_bill
from portal import clock
from portal.notifications.services import cancel_pending
from portal.sweep import Key, each
from portal.transactions import business_transaction
from portal.workdays import add_workdays
from suspension.models import Application
from suspension.policy.transitions import Action, State
from suspension.services.alarm import alarm_desk
from suspension.services.cancel import waiting_cancel
from suspension.services.facts import holidays
from suspension.services.handling import handling_of
from suspension.services.workflow import SYSTEM, lock_application, move, remind

DRAFT_LIFE = timedelta(days=90)
"""After so long without a change a draft is thrown away."""


@business_transaction
def apply_effect(number: str) -> bool:
    """Apply one approved case whose day has come or whose bill is paid; False when it was done, or is held, meanwhile.

    Where the rules no longer allow it the case is voided, with the reason told. One that holds money stays as it is,
    and the desk is told.
    """
    today = clock.today()
    application = lock_application(number)
    if application.state != State.APPROVED or waiting_cancel(application):
        return False
    handling = handling_of(application)
    if not handling.is_due(application, today):
        return False
    if handling.recheck(application, today):
        if handling.holds_money(application):
            alarm_desk(application)
            return False
        move(application, action=Action.VOID, by=SYSTEM, code=handling.impossible)
    else:
        handling.write(application, is_silent=False)
    return True


def apply_due_effects(*, limit: int = 500) -> int:
    """Apply every effect that is due, one transaction each; how many were applied or voided."""
    due = Application.objects.waiting_for_effect(clock.today()).order_by("effective_on", "id")
    return _each(apply_effect, _numbers(due, limit=limit))


@business_transaction
def warn(number: str) -> bool:
    """Remind of one correction that is due soon, once; False when it is too early, or it moved meanwhile."""
    today = clock.today()
    application = lock_application(number)
    if application.state != State.RETURNED or application.warned_at or application.decided_at is None:
        return False
    returned_on = application.decided_at.astimezone(clock.SHANGHAI).date()
    rules = AreaPolicy.objects.in_force(area_id=application.area_id, on=today).as_rules()
    if add_workdays(returned_on, days=rules.correction_warn_days, overrides=holidays()) > today:
        return False
    Application.objects.filter(pk=application.pk, warned_at__isnull=True).update(warned_at=clock.now())
    remind(application)
    return True


def warn_of_corrections(*, limit: int = 500) -> int:
    """Remind of every returned case that was not corrected for long, one transaction each."""
    unwarned = Application.objects.filter(
        state=State.RETURNED, warned_at__isnull=True, correction_due_on__gte=clock.today()
    )
    return _each(warn, _numbers(unwarned.order_by("correction_due_on", "id"), limit=limit))


@business_transaction
def lapse(number: str) -> bool:
    """Close one returned case whose time for correction is over; False when it moved meanwhile."""
    application = lock_application(number)
    is_overdue = application.correction_due_on is not None and application.correction_due_on < clock.today()
    if application.state != State.RETURNED or not is_overdue:
        return False
    cancel_pending(number)
    move(application, action=Action.LAPSE, by=SYSTEM)
    return True


def close_overdue(*, limit: int = 500) -> int:
    """Close every returned case that was not corrected in time, one transaction each."""
    overdue = Application.objects.filter(state=State.RETURNED, correction_due_on__lt=clock.today()).order_by("id")
    return _each(lapse, _numbers(overdue, limit=limit))


@business_transaction
def void_unpaid_one(number: str) -> bool:
    """Void one approved case and its bill, when it was not paid in time, or only in part and that went back.

    False when something was paid meanwhile, or an order is under way: its notice may come late.
    """
    application = lock_application(number)
    if application.state == State.APPROVED and Bill.objects.parts_gone_back().filter(basis=number).exists():
        move(application, action=Action.VOID, by=SYSTEM, code="resume.part-returned")
        return True
    bill = (
        Bill.objects.select_for_update(no_key=True, of=("self",))
        .filter(basis=number, status=Bill.OPEN, due_on__lt=clock.today())
        .first()
    )
    if application.state != State.APPROVED or bill is None:
        return False
    if not Bill.objects.untouched().filter(pk=bill.pk).exists():
        return False
    void_bill(bill)
    move(application, action=Action.VOID, by=SYSTEM, code="resume.unpaid")
    return True


def void_unpaid(*, limit: int = 500) -> int:
    """Void every approved case whose bill was not paid in time, one transaction each."""
    unpaid = Application.objects.unpaid_after(clock.today()).order_by("id")
    return _each(void_unpaid_one, _numbers(unpaid, limit=limit))


@business_transaction
def discard_old_draft(pk: int) -> bool:
    """Throw one draft away that nobody changed for 90 days; False when it was changed, sent or discarded meanwhile."""
    enrollment = lock_enrollment(Application.objects.values_list("enrollment_id", flat=True).get(pk=pk))
    old = Application.objects.drafts_unchanged_since(clock.now() - DRAFT_LIFE).filter(pk=pk, enrollment=enrollment)
    draft = old.select_for_update(no_key=True, of=("self",)).first()
    if draft is None:
        return False
    move(draft, action=Action.DISCARD, by=SYSTEM)
    return True


def discard_old_drafts(*, limit: int = 500) -> int:
    """Throw every draft away that nobody changed for 90 days, one transaction each."""
    old = Application.objects.drafts_unchanged_since(clock.now() - DRAFT_LIFE).order_by("id")
    return _each(discard_old_draft, list(old.values_list("pk", flat=True)[:limit]))


def _each(service: Callable[[Key], bool], keys: list[Key]) -> int:
    return each(service, keys, event="case_not_moved")


def _numbers(found: QuerySet[Application], *, limit: int) -> list[str]:
    return [number for number in found.values_list("number", flat=True)[:limit] if number]
