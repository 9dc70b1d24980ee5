"""What the applicant does: draft, submit, withdraw, correct. Each call is one transaction."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date

from django.db.models import F
from django.urls import reverse

from insured.models import Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.services.coverage import lock_enrollment
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.notifications.services import cancel_pending
from portal.transactions import business_transaction
from portal.workdays import add_workdays, workdays_between
from suspension import items, labels
from suspension.models import Application, Attachment, Revision
from suspension.policy.stop import check_complete, check_stop
from suspension.policy.transitions import Action, State
from suspension.services.facts import StopCase, holidays, read_stop_case
from suspension.services.one_open import one_open_application
from suspension.services.workflow import Actor, applicant_for, applicant_of, check_version, lock_application, move

NUMBER_PREFIX = "YB"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequest:
    """What the form asks for; its shape was checked by the form. Months are their first days, or None.

    A draft that was put aside may lack the reason and the phone; it cannot be submitted like that.
    """

    reason_code: str
    stop_month: date | None
    contact_phone: str
    contact_email: str
    note: str
    resume_month: date | None = None
    wants_transfer: bool = False
    transfer_target: str = ""
    uses_credential: bool = False


def request_of(application: Application) -> StopRequest:
    """What the application says now."""
    return StopRequest(**{name: getattr(application, name) for name in StopRequest.__dataclass_fields__})


def storable(request: StopRequest) -> StopRequest:
    """As it may be stored: a resident ID or a mobile typed into a sentence is masked."""
    return replace(
        request, note=masking.mask_text(request.note), transfer_target=masking.mask_text(request.transfer_target)
    )


@business_transaction
def save_draft(request: StopRequest, *, enrollment_id: int, by: User) -> Application:
    """Keep what was typed: one draft per person and item, so that it can be resumed on another device."""
    request = storable(request)
    enrollment = lock_enrollment(enrollment_id)
    applicant_for(enrollment.person, user=by)
    draft = Application.objects.filter(person=enrollment.person, item=items.STOP.code, state=State.DRAFT).first()
    if draft is None:
        return Application.objects.create(
            item=items.STOP.code,
            person=enrollment.person,
            enrollment=enrollment,
            area=enrollment.area,
            applicant=by,
            kept_at=clock.now(),
            **asdict(request),
        )
    Application.objects.filter(pk=draft.pk, state=State.DRAFT).update(
        enrollment=enrollment,
        area=enrollment.area,
        applicant=by,
        kept_at=clock.now(),
        revision=F("revision") + 1,
        **asdict(request),
    )
    draft.refresh_from_db()
    return draft


@business_transaction
def discard_draft(*, enrollment_id: int, by: User) -> None:
    """Throw the draft away; without one nothing happens."""
    enrollment = lock_enrollment(enrollment_id)
    draft = Application.objects.filter(person=enrollment.person, item=items.STOP.code, state=State.DRAFT).first()
    if draft is not None:
        draft.person = enrollment.person
        move(draft, action=Action.DISCARD, by=applicant_of(draft, user=by))


@one_open_application()
@business_transaction
def submit(*, enrollment_id: int, revision: int, token: str, by: User) -> Application:
    """Send the draft in: it gets its number, a promised day, an event and a message.

    AlreadyDone when this form was sent before; BusinessRuleError with every reason why it cannot be; ConflictError
    when the draft changed in another window, or another application was opened at the same moment.
    """
    today = clock.today()
    number = public_number(prefix=NUMBER_PREFIX, on=today)
    use_form_token(token, address=reverse("application_submitted", args=[number]))
    enrollment = lock_enrollment(enrollment_id)
    draft = (
        Application.objects.select_for_update(no_key=True, of=("self",))
        .filter(enrollment=enrollment, item=items.STOP.code, state=State.DRAFT)
        .first()
    )
    if draft is None or draft.revision != revision:
        raise ConflictError(Reason("case.stale", {"state": labels.STATES[State.DRAFT]}))
    draft.enrollment, draft.person, draft.area = enrollment, enrollment.person, enrollment.area
    send_in(draft, number=number, by=applicant_of(draft, user=by), today=today)
    return draft


def send_in(draft: Application, *, number: str, by: Actor, today: date) -> None:
    """Ask the rules and submit a draft whose enrollment is locked, in the caller's transaction."""
    case = read_stop_case(draft.enrollment, today=today, own=draft)
    if reasons := _refusals(request_of(draft), case=case):
        raise BusinessRuleError(*reasons)
    _keep_revision(draft)
    draft.number = number
    move(
        draft,
        action=Action.SUBMIT,
        by=by,
        applicant=by.user,
        number=number,
        submitted_at=clock.now(),
        due_on=add_workdays(today, days=case.rules.promised_working_days, overrides=holidays()),
    )


@business_transaction
def withdraw(*, number: str, version: int, by: User) -> Application:
    """Take the application back while nobody has taken it; coverage was never touched."""
    application = lock_application(number)
    if application.state not in (State.SUBMITTED, State.RETURNED):
        raise ConflictError(Reason("case.withdraw-too-late", {"state": labels.STATES[application.state]}))
    check_version(application, version=version)
    cancel_pending(number)
    move(application, action=Action.WITHDRAW, by=applicant_of(application, user=by))
    return application


@business_transaction
def resubmit(request: StopRequest, *, number: str, version: int, token: str, by: User) -> Application:
    """Send the corrected application again under the same number; only the named fields change.

    The promised day moves by the time the case lay with the applicant.
    """
    use_form_token(token, address=reverse("application", args=[number]))
    today = clock.today()
    application = lock_application(number)
    check_version(application, version=version)
    kept = asdict(request_of(application))
    named = set(application.returned_fields)
    open_names = kept.keys() & named.union(*(labels.OPENED_WITH.get(name, ()) for name in named))
    merged = replace(storable(request), **{name: value for name, value in kept.items() if name not in open_names})
    case = read_stop_case(application.enrollment, today=today, own=application)
    if reasons := _refusals(merged, case=case):
        raise BusinessRuleError(*reasons)
    overrides = holidays()
    returned_on = application.decided_at.astimezone(clock.SHANGHAI).date() if application.decided_at else today
    remaining = workdays_between(returned_on, application.due_on or today, overrides=overrides)
    for name, value in asdict(merged).items():
        setattr(application, name, value)
    application.revision += 1
    _keep_revision(application)
    move(
        application,
        action=Action.RESUBMIT,
        by=applicant_of(application, user=by),
        revision=application.revision,
        due_on=add_workdays(today, days=max(remaining, 1), overrides=overrides),
        taken_by=None,
        taken_at=None,
        decided_by=None,
        decided_at=None,
        returned_fields=[],
        correction_due_on=None,
        **asdict(merged),
    )
    return application


def _refusals(request: StopRequest, *, case: StopCase) -> tuple[Reason, ...]:
    """Why this cannot be sent in."""
    month = Month.of(request.stop_month) if request.stop_month else None
    resume = Month.of(request.resume_month) if request.resume_month else None
    return (
        *check_complete(reason_code=request.reason_code, contact_phone=request.contact_phone),
        *check_stop(case.facts, month=month, resume=resume),
    )


def _keep_revision(application: Application) -> None:
    """What was sent stays as it was sent, so that the caseworker can see what changed."""
    content = asdict(request_of(application))
    for name in ("stop_month", "resume_month"):
        content[name] = content[name].isoformat() if content[name] else ""
    content["materials"] = list(
        Attachment.objects.kept().filter(application=application).order_by("id").values_list("public_id", flat=True)
    )
    Revision.objects.create(
        application=application, no=application.revision, content=json.dumps(content, ensure_ascii=False)
    )


def stoppable_enrollment(user: User, *, of: InsuredPerson | None = None) -> Enrollment | None:
    """The enrollment a person may have stopped: the active basic one, else the latest basic one; None without any.

    One's own, or that `of` a relative, whose consent the caller has just seen (insured.adapters.acting_person).
    """
    mine = Enrollment.objects.filter(person=of) if of else Enrollment.objects.visible_to(user)
    return (
        mine.filter(is_basic=True)
        .select_related("person", "area", "employer")
        .order_by(F("status").asc(), "-joined_on", "-id")
        .first()
    )
