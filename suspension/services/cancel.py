"""生效前取消: an approved stop is taken back before its day by an application of its own; coverage is never touched."""

from datetime import date

from django.urls import reverse

from insured.models import AreaPolicy
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction
from portal.workdays import add_workdays
from suspension import items, labels
from suspension.items import NUMBER_PREFIX
from suspension.models import Application
from suspension.policy.cancel import CancelFacts, check_cancel
from suspension.policy.transitions import OPEN_STATES, Action, State
from suspension.services.facts import holidays
from suspension.services.one_open import one_open_application
from suspension.services.workflow import SYSTEM, applicant_of, lock_application, move


def cancel_facts(stop: Application, *, filed_on: date) -> CancelFacts:
    """What the rules need to know about the stop."""
    return CancelFacts(
        state=stop.state, state_name=labels.STATES[stop.state], effective_on=stop.effective_on, filed_on=filed_on
    )


def facts_of(own: Application) -> CancelFacts:
    """The same for a cancellation that was sent in: its own day counts, however late the desk is."""
    if own.refers_to is None or own.submitted_at is None:
        raise ValueError("a cancellation refers to a stop, from the day on which it was sent in")
    return cancel_facts(own.refers_to, filed_on=own.submitted_at.astimezone(clock.SHANGHAI).date())


@one_open_application()
@business_transaction
def file_cancel(*, number: str, note: str, token: str, by: User) -> Application:
    """Ask for the approved stop `number` to be cancelled; the new application has its own number and promised day.

    AlreadyDone when this form was sent before, ConflictError when another application is open, BusinessRuleError when
    it is too late or there is nothing to cancel.
    """
    today = clock.today()
    own_number = public_number(prefix=NUMBER_PREFIX, on=today)
    use_form_token(token, address=reverse("application_submitted", args=[own_number]))
    stop = lock_application(number)
    actor = applicant_of(stop, user=by)
    if stop.item != items.STOP.code:
        raise BusinessRuleError(Reason("cancel.nothing-to-cancel", {"state": labels.STATES[stop.state]}))
    if reasons := check_cancel(cancel_facts(stop, filed_on=today)):
        raise BusinessRuleError(*reasons)
    if not note.strip():
        raise BusinessRuleError(Reason("cancel.reason-needed"))
    in_the_way = Application.objects.filter(enrollment=stop.enrollment_id, state__in=OPEN_STATES)
    if open_number := in_the_way.filter(is_coverage_changing=True).values_list("number", flat=True).first():
        raise ConflictError(Reason("stop.already-open", {"number": open_number}))
    rules = AreaPolicy.objects.in_force(area_id=stop.area_id, on=today).as_rules()
    own = Application.objects.create(
        item=items.CANCEL_STOP.code,
        person=stop.person,
        enrollment=stop.enrollment,
        area=stop.area,
        applicant=by,
        refers_to=stop,
        note=masking.mask_text(note.strip()),
        contact_phone=stop.contact_phone,
        contact_email=stop.contact_email,
    )
    own.number = own_number
    move(
        own,
        action=Action.SUBMIT,
        by=actor,
        number=own_number,
        submitted_at=clock.now(),
        due_on=add_workdays(today, days=rules.promised_working_days, overrides=holidays()),
    )
    return own


def void_stop(own: Application, *, is_silent: bool) -> None:
    """Take the stop back and complete the cancellation, inside the caller's transaction; the rules were asked."""
    if own.refers_to is None:
        raise ValueError("a cancellation refers to a stop")
    move(own.refers_to, action=Action.VOID, by=SYSTEM, code="cancel.approved")
    move(own, action=Action.COMPLETE, by=SYSTEM, is_silent=is_silent, completed_at=clock.now())


def waiting_cancel(stop: Application) -> Application | None:
    """The cancellation of this stop that is being decided, if there is one."""
    return stop.followed_by.filter(item=items.CANCEL_STOP.code, state__in=OPEN_STATES).first()


def can_be_cancelled(stop: Application, *, today: date) -> bool:
    """Whether the page offers it."""
    is_stop = stop.item == items.STOP.code and stop.state == State.APPROVED
    return is_stop and not check_cancel(cancel_facts(stop, filed_on=today))
