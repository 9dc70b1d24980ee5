"""转移接续 after the approval: the two areas record their steps, each in its working days; late ones are alarmed."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from insured.models import StaffAssignment
from insured.policy.dates import Month
from insured.policy.years import as_spans
from insured.services.credits import Transferred, credit_transfer
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction
from suspension import labels
from suspension.models import Application, TransferLeg
from suspension.policy.transfer import Leg, Way, check_paper, months_in
from suspension.policy.transitions import EVERYWHERE, Action, Role, State
from suspension.services.standing import check_may_handle
from suspension.services.transfer import complete, open_in_leg, record_in_hall, way_of
from suspension.services.workflow import SYSTEM, lock_application, move

ALARMED = (Role.CASEWORKER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegReport:
    """What came of a step. The record is asked for where an area outside this hall says it.

    `spans` are the months of 《参保人员基本医疗保险信息表》, from and to; `months` is the sum that stands on it.
    """

    note: str = ""
    scheme: str = ""
    months: int | None = None
    spans: tuple[tuple[Month, Month], ...] = ()
    balance_fen: int = 0


@business_transaction
def finish_leg(kind: str, report: LegReport, *, number: str, token: str, by: User) -> Application:
    """Record a step as done: after the way out the way in begins, after the way in the transfer is 已办结.

    AlreadyDone when this form was sent before, ConflictError when a colleague was first, BusinessRuleError where
    somebody has no post in the area of the step, is close to the person, or left out what the other area says.
    """
    today = clock.today()
    application, leg = _locked(kind, number=number, token=token, by=by, today=today)
    if kind == Leg.OUT:
        _record_out(application, leg, report, by=by, today=today)
        coming = open_in_leg(application, today)
        _tell(application, out=leg, coming=coming)
        return application
    _done(leg, by=by, note=report.note)
    _credit(application, by=by)
    complete(application, is_silent=False)
    return application


@business_transaction
def give_up_leg(kind: str, *, number: str, why: str, token: str, by: User) -> Application:
    """The area of a step says that it cannot be done: the transfer ends there, and the person is told why."""
    if not why.strip():
        raise BusinessRuleError(Reason("desk.reason-needed"))
    application, leg = _locked(kind, number=number, token=token, by=by, today=clock.today())
    _done(leg, by=by, note=why)
    move(application, action=Action.VOID, by=SYSTEM, text=why.strip())
    return application


def _locked(kind: str, *, number: str, token: str, by: User, today: date) -> tuple[Application, TransferLeg]:
    use_form_token(token, address=reverse("admin:suspension_application_transfers"))
    application = lock_application(number)
    leg = TransferLeg.objects.select_related("area").filter(application=application, kind=kind).first()
    if leg is None:
        raise ConflictError(Reason("transfer.leg-too-early"))
    check_may_handle(application, by=by, role=Role.CASEWORKER, on=today, area_id=leg.area_id)
    if leg.done_at is not None or application.state != State.APPROVED:
        raise ConflictError(Reason("transfer.leg-done"))
    return application, leg


def _record_out(application: Application, leg: TransferLeg, report: LegReport, *, by: User, today: date) -> None:
    """What the area that is left says of the record; of one in this hall the record itself says it."""
    if application.transfer_from_id is not None:
        scheme, paid = record_in_hall(application.transfer_from_id, until=today)
    else:
        scheme, paid = report.scheme, frozenset(months_in(report.spans))
        if reasons := check_paper(report.spans, scheme=scheme, total=report.months, today=Month.of(today)):
            raise BusinessRuleError(*reasons)
    _done(
        leg,
        by=by,
        note=report.note,
        scheme=scheme,
        months=len(paid),
        last_month=max(paid).first_day if paid else None,
        spans=[[first.iso(), last.iso()] for first, last in as_spans(paid)],
        balance_fen=report.balance_fen if scheme == "310" else 0,
    )


def _credit(application: Application, *, by: User) -> None:
    """What the area that was left has said counts here from now on; not where another hall counts it."""
    if way_of(application) is Way.OUT:
        return
    out = TransferLeg.objects.get(application=application, kind=Leg.OUT)
    said = Transferred(
        person_id=application.person_id,
        area_id=application.area_id,
        scheme=out.scheme,
        months=out.paid_months,
        place=out.place,
        number=application.number or "",
    )
    credit_transfer(said, by=by)


def _done(leg: TransferLeg, *, by: User, note: str, **record: object) -> None:
    changes = {"done_at": clock.now(), "done_by": by, "note": masking.mask_text(note.strip()), **record}
    if not TransferLeg.objects.filter(pk=leg.pk, done_at__isnull=True).update(**changes):
        raise ConflictError(Reason("transfer.leg-done"))
    for name, value in changes.items():
        setattr(leg, name, value)


def _tell(application: Application, *, out: TransferLeg, coming: TransferLeg) -> None:
    """The person hears that the first area is done, and by when the second one is."""
    person = application.person
    is_own = application.applicant_id == person.user_id
    tell(
        event_key=f"application:{application.number}:leg-out",
        template="transfer_left",
        params={
            "number": application.number or "",
            "place": out.place,
            "months": out.months or 0,
            "month": str(Month.of(out.last_month)) if out.last_month else "",
            "coming": coming.place,
            "due_on": coming.due_on.isoformat(),
        },
        to=Recipient(
            user=person.user,
            phone=application.contact_phone if is_own else person.phone,
            email=(application.contact_email if is_own else person.email) or None,
            area_code=application.area.code,
        ),
        subject_number=application.number or "",
        url_name="application",
        channels=EVERYWHERE,
    )


@business_transaction
def alarm_leg(pk: int) -> bool:
    """Tell the caseworkers and supervisors of the area about one late step, once; False when it was done meanwhile."""
    today = clock.today()
    late = TransferLeg.objects.overdue(today).filter(pk=pk, alarmed_at__isnull=True)
    leg = late.select_related("area", "application").first()
    if leg is None or not late.update(alarmed_at=clock.now()):
        return False
    posts = StaffAssignment.objects.valid_on(today).filter(area=leg.area_id, role__in=ALARMED).select_related("user")
    for user in {row.user_id: row.user for row in posts.order_by("pk")}.values():
        tell(
            event_key=f"leg:{leg.pk}:late:{user.pk}",
            template="case_leg_late",
            params={
                "number": leg.application.number or "",
                "text": labels.LEGS[leg.kind],
                "due_on": leg.due_on.isoformat(),
            },
            to=Recipient(user=user, phone=None, email=None, area_code=leg.area.code),
            subject_number=leg.application.number or "",
            url_name="admin:suspension_application_transfers",
            channels=(),
        )
    return True


def alarm_late_legs(*, limit: int = 500) -> int:
    """Alarm every late step that nobody was told about, one transaction each; how many."""
    late = TransferLeg.objects.overdue(clock.today()).filter(alarmed_at__isnull=True)
    return sum(alarm_leg(pk) for pk in list(late.order_by("due_on", "id").values_list("pk", flat=True)[:limit]))
