"""停缴: its request, what the rules say to it, and the steps of filing it under the names that callers know."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from insured.models import Enrollment, InsuredPerson
from insured.policy.dates import Month
from portal.accounts.models import User
from portal.errors import Reason
from suspension import items
from suspension.models import Application
from suspension.policy.offer import check_reason
from suspension.policy.stop import check_complete, check_stop
from suspension.services import filing
from suspension.services.facts import StopCase, read_stop_case
from suspension.services.filing import Kind, Verdict
from suspension.services.offers import missing_materials

WINDOW = "window"
"""The channel of the counter."""


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


def _judge(request: StopRequest, application: Application, today: date) -> Verdict:
    """Why this cannot be sent in."""
    case = read_stop_case(application.enrollment, today=today, own=application)
    month = Month.of(request.stop_month) if request.stop_month else None
    resume = Month.of(request.resume_month) if request.resume_month else None
    return Verdict(
        (
            *check_complete(reason_code=request.reason_code, contact_phone=request.contact_phone),
            *lacking(request, application, case=case),
            *check_stop(case.facts, month=month, resume=resume),
        ),
        case.rules,
    )


def lacking(request: StopRequest, application: Application, *, case: StopCase) -> tuple[Reason, ...]:
    """What the area asks for and this does not have; at the counter the papers were seen."""
    refused = check_reason(case.offer, reason_code=request.reason_code)
    if application.channel == WINDOW:
        return refused
    missing = missing_materials(case.offer, application_id=application.pk, uses_credential=request.uses_credential)
    return (*refused, *missing)


KIND = Kind(items.STOP, StopRequest, _judge)
withdraw = filing.withdraw


def request_of(application: Application) -> StopRequest:
    """What the application says now."""
    return filing.request_of(KIND, application)


def save_draft(request: StopRequest, *, enrollment_id: int, by: User) -> Application:
    """filing.save_draft of a stop."""
    return filing.save_draft(KIND, request, enrollment_id=enrollment_id, by=by)


def discard_draft(*, enrollment_id: int, by: User) -> None:
    """filing.discard_draft of a stop."""
    filing.discard_draft(items.STOP, enrollment_id=enrollment_id, by=by)


def submit(*, enrollment_id: int, revision: int, token: str, by: User) -> Application:
    """filing.submit of a stop."""
    return filing.submit(KIND, enrollment_id=enrollment_id, revision=revision, token=token, by=by)


def resubmit(request: StopRequest, *, number: str, version: int, token: str, by: User) -> Application:
    """filing.resubmit of a stop."""
    return filing.resubmit(KIND, request, number=number, version=version, token=token, by=by)


def stoppable_enrollment(user: User, *, of: InsuredPerson | None = None) -> Enrollment | None:
    """The enrollment a person may have stopped: the active basic one, else the latest basic one; None without any.

    One's own, or that `of` a relative, whose consent the caller has just seen (insured.adapters.acting_person).
    """
    mine = Enrollment.objects.filter(person=of) if of else Enrollment.objects.visible_to(user)
    return (
        mine.filter(is_basic=True)
        .exclude(status=Enrollment.NONE)
        .select_related("person", "area", "employer")
        .order_by(F("status").asc(), "-joined_on", "-id")
        .first()
    )
