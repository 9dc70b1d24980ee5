"""What an applicant does with any item that has a form: draft, submit, withdraw, correct."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from django.db.models import F
from django.urls import reverse

from insured.models import Enrollment
from insured.policy.rules import AreaRules
from insured.services.coverage import lock_enrollment
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.notifications.services import cancel_pending
from portal.transactions import business_transaction
from portal.workdays import add_workdays, workdays_between
from suspension import labels
from suspension.items import NUMBER_PREFIX, Item
from suspension.models import Application, Attachment, Revision
from suspension.policy.transitions import Action, State
from suspension.services.contacts import unproven
from suspension.services.facts import holidays
from suspension.services.one_open import one_open_application
from suspension.services.workflow import Actor, applicant_for, applicant_of, check_version, lock_application, move

FREE_TEXTS = ("note", "transfer_target", "transfer_source")
"""What is typed as sentences; whoever is identified in them is masked."""


class FormRequest(Protocol):
    """What a form asks for: a frozen dataclass whose fields are fields of Application."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Request = TypeVar("Request", bound=FormRequest)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a request cannot be sent in today (empty when it can), and the rules of the area that were asked."""

    reasons: tuple[Reason, ...]
    rules: AreaRules


@dataclass(frozen=True, slots=True)
class Kind(Generic[Request]):
    """What differs from item to item: the shape of its request, and what the rules say to it."""

    item: Item
    request: type[Request]
    judge: Callable[[Request, Application, date], Verdict]


def request_of(kind: Kind[Request], application: Application) -> Request:
    """What the application says now."""
    return kind.request(**{field.name: getattr(application, field.name) for field in fields(kind.request)})


def storable(request: Request) -> Request:
    """As it may be stored: a resident ID or a mobile typed into a sentence is masked."""
    texts = {name: getattr(request, name) for name in FREE_TEXTS if hasattr(request, name)}
    return replace(request, **{name: masking.mask_text(text) for name, text in texts.items()})


def draft_for(kind: Kind[Request], request: Request, *, enrollment: Enrollment, **more: Any) -> Application:
    """The one draft of the person and item, holding this request, in the caller's transaction."""
    found = Application.objects.filter(person=enrollment.person, item=kind.item.code, state=State.DRAFT)
    values = {"enrollment": enrollment, "area": enrollment.area, **more, **asdict(request)}
    if not found.update(revision=F("revision") + 1, **values):
        changing = kind.item.is_coverage_changing
        return Application.objects.create(
            item=kind.item.code, person=enrollment.person, is_coverage_changing=changing, **values
        )
    draft = found.get()
    draft.enrollment, draft.person, draft.area = enrollment, enrollment.person, enrollment.area
    return draft


@business_transaction
def save_draft(kind: Kind[Request], request: Request, *, enrollment_id: int, by: User) -> Application:
    """Keep what was typed: one draft per person and item, so that it can be resumed on another device."""
    enrollment = lock_enrollment(enrollment_id)
    applicant_for(enrollment.person, user=by)
    return draft_for(kind, storable(request), enrollment=enrollment, applicant=by, kept_at=clock.now())


@business_transaction
def discard_draft(item: Item, *, enrollment_id: int, by: User) -> None:
    """Throw the draft away; without one nothing happens."""
    enrollment = lock_enrollment(enrollment_id)
    draft = Application.objects.filter(person=enrollment.person, item=item.code, state=State.DRAFT).first()
    if draft is not None:
        draft.person = enrollment.person
        move(draft, action=Action.DISCARD, by=applicant_of(draft, user=by))


@one_open_application()
@business_transaction
def submit(kind: Kind[Request], *, enrollment_id: int, revision: int, token: str, by: User) -> Application:
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
        .filter(enrollment=enrollment, item=kind.item.code, state=State.DRAFT)
        .first()
    )
    if draft is None or draft.revision != revision:
        raise ConflictError(Reason("case.stale", {"state": labels.STATES[State.DRAFT]}))
    draft.enrollment, draft.person, draft.area = enrollment, enrollment.person, enrollment.area
    applicant = applicant_of(draft, user=by)
    if unproven(draft, by=by):
        raise BusinessRuleError(Reason("stop.contact-unproven"))
    send_in(kind, draft, number=number, by=applicant, today=today)
    return draft


def send_in(kind: Kind[Request], draft: Application, *, number: str, by: Actor, today: date) -> None:
    """Ask the rules and submit a draft whose enrollment is locked, in the caller's transaction."""
    verdict = kind.judge(request_of(kind, draft), draft, today)
    if verdict.reasons:
        raise BusinessRuleError(*verdict.reasons)
    _keep_revision(kind, draft)
    draft.number = number
    move(
        draft,
        action=Action.SUBMIT,
        by=by,
        applicant=by.user,
        number=number,
        submitted_at=clock.now(),
        due_on=add_workdays(today, days=verdict.rules.promised_working_days, overrides=holidays()),
    )


@business_transaction
def withdraw(*, number: str, version: int, by: User) -> Application:
    """Take the application back while nobody has taken it; coverage was never touched."""
    application = lock_application(number)
    take_back(application, version=version, by=applicant_of(application, user=by))
    return application


def take_back(application: Application, *, version: int, by: Actor) -> None:
    """Withdraw a locked case in the caller's transaction."""
    if application.state not in (State.SUBMITTED, State.RETURNED):
        raise ConflictError(Reason("case.withdraw-too-late", {"state": labels.STATES[application.state]}))
    check_version(application, version=version)
    cancel_pending(application.number or "")
    move(application, action=Action.WITHDRAW, by=by)


@business_transaction
def resubmit(kind: Kind[Request], request: Request, *, number: str, version: int, token: str, by: User) -> Application:
    """Send the corrected application again under the same number; only the named fields change.

    The promised day moves by the time the case lay with the applicant.
    """
    use_form_token(token, address=reverse("application", args=[number]))
    application = lock_application(number)
    send_again(kind, request, application, version=version, by=applicant_of(application, user=by))
    if unproven(application, by=by):
        raise BusinessRuleError(Reason("stop.contact-unproven"))
    return application


def send_again(kind: Kind[Request], request: Request, application: Application, *, version: int, by: Actor) -> None:
    """Send a locked case again in the caller's transaction."""
    today = clock.today()
    check_version(application, version=version)
    kept = asdict(request_of(kind, application))
    named = set(application.returned_fields)
    open_names = kept.keys() & named.union(*(labels.OPENED_WITH.get(name, ()) for name in named))
    merged = replace(storable(request), **{name: value for name, value in kept.items() if name not in open_names})
    if reasons := kind.judge(merged, application, today).reasons:
        raise BusinessRuleError(*reasons)
    overrides = holidays()
    returned_on = application.decided_at.astimezone(clock.SHANGHAI).date() if application.decided_at else today
    remaining = workdays_between(returned_on, application.due_on or today, overrides=overrides)
    for name, value in asdict(merged).items():
        setattr(application, name, value)
    application.revision += 1
    _keep_revision(kind, application)
    move(
        application,
        action=Action.RESUBMIT,
        by=by,
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


def _keep_revision(kind: Kind[Request], application: Application) -> None:
    """What was sent stays as it was sent, so that the caseworker can see what changed."""
    said = asdict(request_of(kind, application))
    is_month = {field.name for field in fields(kind.request) if field.name.endswith("_month")}
    content = {
        name: (value.isoformat() if value else "") if name in is_month else value for name, value in said.items()
    }
    content["materials"] = list(
        Attachment.objects.kept().filter(application=application).order_by("id").values_list("public_id", flat=True)
    )
    Revision.objects.create(
        application=application, no=application.revision, content=json.dumps(content, ensure_ascii=False)
    )
