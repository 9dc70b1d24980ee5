"""分期缴费: what the rules say to a person today, the application, and the plan that an approval opens."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from insured.models import AreaPolicy, Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.policy.interruption import interrupted_months
from insured.services.coverage import lock_enrollment
from payments.models import Bill, Instalment
from payments.services.effects import open_cover
from payments.services.instalments import NewPart, open_plan, plan_of, unpaid_plan
from payments.services.lapse import is_lapsing
from portal import clock, masking
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction
from portal.workdays import add_workdays
from suspension import items, labels
from suspension.items import NUMBER_PREFIX
from suspension.models import Application
from suspension.policy.instalments import InstalmentFacts, OwedMonth, Part, check_instalments, split
from suspension.policy.transitions import OPEN_STATES, Action
from suspension.services.facts import holidays
from suspension.services.workflow import SYSTEM, applicant_for, move


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a plan as it is read: what it pays, by when, and whether it was."""

    no: int
    text: str
    amount_fen: int
    due_on: date
    state: str

    @property
    def state_name(self) -> str:
        return labels.PART_STATES[self.state]

    @property
    def tone(self) -> str:
        return labels.PART_TONES[self.state]


def enrollment_for(person: InsuredPerson) -> Enrollment | None:
    """The record the months are owed of: the active basic one, else the newest."""
    rows = Enrollment.objects.filter(person=person, is_basic=True).exclude(status=Enrollment.NONE)
    return rows.select_related("person__user", "area", "employer").order_by("status", "-id").first()


def facts_of(enrollment: Enrollment, *, today: date, own: Application | None = None) -> InstalmentFacts:
    """Six statements. `own`, the application that is being handled, is not in its own way."""
    others = Application.objects.filter(
        enrollment=enrollment, item=items.INSTALMENTS.code, state__in=OPEN_STATES
    )  # fmt: skip
    if own is not None:
        others = others.exclude(pk=own.pk)
    bills = Bill.objects.payable().filter(enrollment=enrollment, basis="", scheme="310", instalment__isnull=True)
    paid = enrollment.last_paid_month
    cover = None if is_lapsing(enrollment.pk, today=today) else open_cover([enrollment.pk]).get(enrollment.pk)
    return InstalmentFacts(
        today=today,
        area_name=enrollment.area.name,
        rules=AreaPolicy.objects.in_force(area_id=enrollment.area_id, on=today).as_rules(),
        scheme=enrollment.scheme,
        status=enrollment.status,
        is_through_unit=enrollment.is_through_unit,
        unit_name=enrollment.employer.name,
        is_deceased=enrollment.person.is_deceased,
        owed=tuple(
            OwedMonth(bill=bill.number, month=Month.of(bill.period_starts_on), amount_fen=bill.left_fen)
            for bill in bills.order_by("period_starts_on", "id")
        ),
        interrupted_months=interrupted_months(last_paid=Month.of(paid), paid_on=today) if paid else 0,
        last_paid=Month.of(paid) if paid else None,
        covered_from=cover.starts_on if cover else None,
        is_new_cover=bool(cover and cover.is_of(Month.of(today))),
        running=others.order_by("id").values_list("number", flat=True).first() or "",
        planned=unpaid_plan(enrollment.person),
    )


@business_transaction
def file(*, enrollment_id: int, count: int, note: str, token: str, by: User) -> Application:
    """Ask for instalments; the application gets its number, a promised day, an event and a message.

    AlreadyDone when this form was sent before; BusinessRuleError with every reason why it cannot be.
    """
    today = clock.today()
    number = public_number(prefix=NUMBER_PREFIX, on=today)
    use_form_token(token, address=reverse("application_submitted", args=[number]))
    enrollment = lock_enrollment(enrollment_id)
    person = enrollment.person
    actor = applicant_for(person, user=by)
    facts = facts_of(enrollment, today=today)
    phone = person.phone or by.phone or ""
    missing = () if phone else (Reason("stop.phone-missing"),)
    if reasons := (*missing, *check_instalments(facts, count=count)):
        raise BusinessRuleError(*reasons)
    own = Application.objects.create(
        item=items.INSTALMENTS.code,
        person=person,
        enrollment=enrollment,
        area=enrollment.area,
        applicant=by,
        is_coverage_changing=False,
        instalments=count,
        note=masking.mask_text(note.strip()),
        contact_phone=phone,
        contact_email=person.email or by.email or "",
    )
    own.number = number
    move(
        own,
        action=Action.SUBMIT,
        by=actor,
        number=number,
        submitted_at=clock.now(),
        due_on=add_workdays(today, days=facts.rules.promised_working_days, overrides=holidays()),
    )
    return own


def refusals(application: Application, *, today: date) -> tuple[Reason, ...]:
    """Why the plan cannot be approved today."""
    facts = facts_of(application.enrollment, today=today, own=application)
    return check_instalments(facts, count=application.instalments)


def parts_of(application: Application, *, today: date) -> tuple[Part, ...]:
    """The plan as an approval of that day would open it."""
    facts = facts_of(application.enrollment, today=today, own=application)
    return split(facts.owed, application.instalments, on=today)


def write_plan(application: Application, *, is_silent: bool) -> None:
    """Open the plan and complete the case, inside the caller's transaction; the rules were asked."""
    parts = parts_of(application, today=clock.today())
    open_plan(
        [NewPart(no=part.no, due_on=part.due_on, bills=tuple(one.bill for one in part.months)) for part in parts],
        basis=application.number or "",
    )
    move(application, action=Action.COMPLETE, by=SYSTEM, is_silent=is_silent, completed_at=clock.now())


def rows_of(basis: str, *, today: date) -> tuple[Row, ...]:
    """The plan with what became of each part. One statement."""
    grouped: dict[int, list[Instalment]] = {}
    for one in plan_of(basis):
        grouped.setdefault(one.no, []).append(one)
    return tuple(_row(no, parts, today=today) for no, parts in grouped.items())


def _row(no: int, parts: list[Instalment], *, today: date) -> Row:
    bills = [one.bill for one in parts]
    is_open = any(bill.status in (Bill.OPEN, Bill.PART_PAID) for bill in bills)
    state = "paid" if not is_open else "late" if parts[0].due_on < today else "open"
    return Row(
        no=no,
        text="、".join(bill.period for bill in bills),
        amount_fen=sum(bill.payable_fen for bill in bills),
        due_on=parts[0].due_on,
        state=state,
    )
