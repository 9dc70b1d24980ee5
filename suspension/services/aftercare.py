"""What the applicant does after sending in and after the result: urge, confirm, tick off, begin again."""

from django.db.models import F

from insured.models import CoveragePeriod, Enrollment
from insured.policy.dates import Month
from payments.services.settling import Settlement, settlement_of
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction
from portal.workdays import workdays_between
from suspension import labels
from suspension.models import Application
from suspension.policy.stop import refund_outlook
from suspension.policy.transitions import State
from suspension.services.facts import holidays
from suspension.services.filing import request_of, save_draft
from suspension.services.kinds import KINDS
from suspension.services.materials import copy_files
from suspension.services.workflow import applicant_of, lock_application

WITH_STAFF = (State.SUBMITTED, State.UNDER_REVIEW, State.SECOND_REVIEW)
"""The promised time runs in these; it stands still while a case lies with the applicant."""
DECIDED_WELL = (State.APPROVED, State.COMPLETED)
BAD_FILES = "material-invalid"
"""The code of labels.REJECTIONS that lies in the files."""
CAN_BEGIN_AGAIN = (State.REJECTED, State.LAPSED, State.WITHDRAWN)


@business_transaction
def urge(*, number: str, by: User) -> None:
    """催办: after the promised day, once per working day; the desk sees it, and who holds the case is told."""
    today = clock.today()
    application = lock_application(number)
    applicant_of(application, user=by)
    if application.state not in WITH_STAFF or application.due_on is None or application.due_on >= today:
        raise BusinessRuleError(Reason("case.not-urgent", {"due_on": application.due_on}))
    if not may_urge_again(application):
        raise ConflictError(Reason("case.urged-already"))
    changed = Application.objects.filter(pk=application.pk, urged_at=application.urged_at)
    if application.urged_at is None:
        changed = Application.objects.filter(pk=application.pk, urged_at__isnull=True)
    if not changed.update(urged_at=clock.now()):
        raise ConflictError(Reason("case.urged-already"))
    if application.taken_by is not None:
        tell(
            event_key=f"application:{number}:urged:{today.isoformat()}",
            template="case_urged",
            params={"number": number, "due_on": application.due_on.isoformat()},
            to=Recipient(user=application.taken_by, phone=None, email=None, area_code=application.area.code),
            subject_number=number,
            url_name="admin:suspension_application_review",
        )


def may_urge_again(application: Application) -> bool:
    """A working day has begun since the last time."""
    if application.urged_at is None:
        return True
    urged_on = application.urged_at.astimezone(clock.SHANGHAI).date()
    return workdays_between(urged_on, clock.today(), overrides=holidays()) > 0


@business_transaction
def confirm_result(*, number: str, by: User) -> None:
    """确认无误: the applicant has read the result; the first time counts."""
    application = lock_application(number)
    applicant_of(application, user=by)
    if application.state not in DECIDED_WELL:
        raise ConflictError(Reason("case.no-result-yet", {"state": labels.STATES[application.state]}))
    Application.objects.filter(pk=application.pk, confirmed_at__isnull=True).update(confirmed_at=clock.now())


@business_transaction
def tick_steps(steps: frozenset[str], *, number: str, by: User) -> None:
    """Keep which of the follow-up steps are done; what is no step of this case is passed over."""
    application = lock_application(number)
    applicant_of(application, user=by)
    if application.state not in DECIDED_WELL:
        raise ConflictError(Reason("case.no-result-yet", {"state": labels.STATES[application.state]}))
    done = [step for step in follow_ups(application) if step in steps]
    Application.objects.filter(pk=application.pk).update(done_steps=done)


def follow_ups(application: Application) -> dict[str, str]:
    """What remains to be done after this approval; a transfer only where it was wished."""
    steps = labels.FOLLOW_UPS[application.item]
    return {code: text for code, text in steps.items() if code != "transfer" or application.wants_transfer}


def copy_to_draft(*, number: str, by: User) -> Application:
    """重新提交: a draft that says what the closed application said and refers to it; a draft at work is kept.

    Its files come along, unless it was refused because of them (`takes_files_along`).
    """
    old = Application.objects.select_related("person").get(number=number)
    applicant_of(old, user=by)
    if old.item not in KINDS or old.state not in CAN_BEGIN_AGAIN:
        raise ConflictError(Reason("case.no-copy", {"state": labels.STATES[old.state]}))
    return _copy(old, by=by)


@business_transaction
def _copy(old: Application, *, by: User) -> Application:
    at_work = Application.objects.filter(person=old.person_id, item=old.item, state=State.DRAFT).first()
    if at_work is not None:
        return at_work
    kind = KINDS[old.item]
    draft = save_draft(kind, request_of(kind, old), enrollment_id=old.enrollment_id, by=by)
    Application.objects.filter(pk=draft.pk, state=State.DRAFT).update(refers_to=old.pk)
    if takes_files_along(old):
        copy_files(of=old, to=draft)
    return draft


def takes_files_along(old: Application) -> bool:
    """Files that were refused are asked for anew."""
    return old.decision_code != BAD_FILES


def money_outlook(application: Application) -> Reason:
    """Whether money comes back after this stop: the period that it ended counts, and what was paid ahead of it."""
    periods = CoveragePeriod.objects.filter(enrollment=application.enrollment_id)
    ended = periods.filter(closed_by=application.number).order_by("starts_on").first()
    if ended is None:
        running = periods.counting().filter(ends_on__gte=application.last_covered_on) | periods.counting().filter(
            ends_on__isnull=True
        )
        ended = running.order_by(F("starts_on").asc()).first()
    decided_on = application.decided_at.astimezone(clock.SHANGHAI).date() if application.decided_at else clock.today()
    enrollment = application.enrollment
    is_paused_by_it = enrollment.status == Enrollment.PAUSED and enrollment.paused_on == application.effective_on
    ahead = enrollment.last_paid_month if is_paused_by_it or application.state == State.APPROVED else None
    return refund_outlook(
        enrollment.scheme,
        covered_from=ended.starts_on if ended else None,
        today=decided_on,
        paid_through=Month.of(ahead) if ahead else None,
        stop_month=Month.of(application.last_covered_on) if application.last_covered_on else None,
    )


def settlement_after(application: Application) -> Settlement:
    """What is left to pay for the time before this approved stop, and what was paid for the time behind it."""
    today = clock.today()
    decided_on = application.decided_at.astimezone(clock.SHANGHAI).date() if application.decided_at else today
    return settlement_of(
        application.enrollment, last_covered_on=application.last_covered_on or today, decided_on=decided_on
    )
