"""恢复参保 and 参保登记: the request, what the rules say to it, and what approval and payment do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from insured.policy.comeback import Return
from insured.policy.dates import Month
from insured.services.coverage import resume_coverage
from insured.services.enrolment import begin_enrollment
from payments.models import Bill, ContributionRecord
from payments.models.bills import BillQuerySet
from payments.services.bills import NewBill, NewLine, open_bill, pay_bill, void_bill
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from suspension import items
from suspension.models import Application
from suspension.policy.planner import Option, Wish, pay_by
from suspension.policy.resume import IDENTITY_SLOT, check_after_payment, check_materials, check_resume
from suspension.policy.stop import SOURCE_AREA
from suspension.policy.transitions import Action
from suspension.services import filing
from suspension.services.comeback import ResumeCase, read_case
from suspension.services.filing import Kind, Verdict, request_of
from suspension.services.offers import missing_in, slots_of
from suspension.services.workflow import SYSTEM, applicant_for, move

BY_AGENCY = "03"
REGULAR, BACK_PAYMENT = "10", "30"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequest:
    """What the form asks for. `coverage_year` and `repair_years` are for 390, `pays_gap` for 310."""

    coverage_year: int | None
    repair_years: int
    pays_gap: bool
    contact_phone: str
    contact_email: str
    note: str
    uses_credential: bool = False


def save_draft(request: ResumeRequest, *, case: ResumeCase, by: User) -> Application:
    """Keep what was typed; somebody who joins gets an enrollment that is 未参保, until it is approved and paid."""
    applicant_for(case.person, user=by)
    enrollment = case.enrollment or begin_enrollment(person_id=case.person.pk, scheme=case.scheme, today=case.today)
    return filing.save_draft(KINDS[case.item.code], request, enrollment_id=enrollment.pk, by=by)


def wish_of(request: ResumeRequest, *, case: ResumeCase, paid_on: date) -> Wish:
    """What the request asks for when it is paid on that day."""
    return Wish(
        scheme=case.scheme,
        paid_on=paid_on,
        coverage_year=request.coverage_year or case.best_year,
        repair_years=request.repair_years,
        pays_gap=request.pays_gap,
    )


def case_of(application: Application, *, today: date) -> ResumeCase:
    """The case behind an application or a draft."""
    item = items.ITEMS[application.item]
    return read_case(item, person=application.person, enrollment=application.enrollment, today=today, own=application)


def chosen_in(application: Application, *, case: ResumeCase, paid_on: date) -> Option:
    """What the application asks for, when it is paid on that day."""
    request = request_of(KINDS[application.item], application)
    return case.option(wish_of(request, case=case, paid_on=paid_on))


def _chosen_as_billed(application: Application, *, case: ResumeCase, paid_on: date) -> Option:
    """What was paid on that day: the coverage year of the bill, and no month after its due day.

    Money that arrives later was asked for until then.
    """
    bill = bill_of(application)
    if bill is None:
        return chosen_in(application, case=case, paid_on=paid_on)
    request = request_of(KINDS[application.item], application)
    if case.scheme == "390":
        request = replace(request, coverage_year=bill.period_starts_on.year)
    return case.option(wish_of(request, case=case, paid_on=min(paid_on, bill.due_on)))


def period_of(found: Option) -> tuple[date, date] | None:
    """费款所属期 of the bill: the first days of its first and last month; None where nothing is due."""
    if found.back.is_paid_already:
        return None
    if found.back.scheme == "390":
        return date(found.back.coverage_year, 1, 1), date(found.back.coverage_year, 12, 1)
    due = found.back.months_due
    return due[0].first_day, due[-1].first_day


def kind_of(found: Option) -> str:
    """缴费类型: more than the running month is a 补收."""
    return BACK_PAYMENT if len(found.back.months_due) > 1 else REGULAR


def refusals(application: Application, *, today: date) -> tuple[Reason, ...]:
    """Why the application cannot be approved today; asked again at every step."""
    case = case_of(application, today=today)
    found = chosen_in(application, case=case, paid_on=today)
    return (*check_resume(case.facts, chosen=found), *_other_bill(application, found=found))


def _other_bills(application: Application, *, found: Option) -> BillQuerySet:
    """Bills of the same months, of whatever kind, that are there for another reason than this application."""
    if (period := period_of(found)) is None:
        return Bill.objects.none()
    first, last = period
    same_time = Bill.objects.exclude(status__in=[Bill.VOID, Bill.REFUNDED]).filter(
        enrollment=application.enrollment_id, period_starts_on__lte=last, period_ends_on__gte=first
    )
    return same_time.exclude(basis=application.number) if application.number else same_time


def _other_bill(application: Application, *, found: Option) -> tuple[Reason, ...]:
    """The same months are paid, or being paid, already; what nobody has touched is taken back at approval."""
    bills = _other_bills(application, found=found)
    in_the_way = bills.exclude(pk__in=Bill.objects.untouched().values("pk"))
    number = in_the_way.order_by("pk").values_list("number", flat=True).first()
    return (Reason("resume.bill-exists", {"bill": number}, SOURCE_AREA),) if number else ()


def _take_back_other_bills(application: Application, *, found: Option) -> None:
    """Void what the new bill replaces; BusinessRuleError when somebody has begun to pay it meanwhile."""
    bills = list(_other_bills(application, found=found).select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if reasons := _other_bill(application, found=found):
        raise BusinessRuleError(*reasons)
    for bill in bills:
        void_bill(bill)


def _judge(request: ResumeRequest, application: Application, today: date) -> Verdict:
    """Why this cannot be sent in; the counter has seen the papers."""
    case = case_of(application, today=today)
    found = case.option(wish_of(request, case=case, paid_on=today))
    reasons = (
        *lacking(request, application, case=case, slots=slots_of(application)),
        *check_resume(case.facts, chosen=found),
        *_other_bill(application, found=found),
    )
    return Verdict(reasons, case.rules)


def lacking(
    request: ResumeRequest, application: Application, *, case: ResumeCase, slots: Sequence[str]
) -> tuple[Reason, ...]:
    """What the area asks for and this does not have; at the counter the papers were seen."""
    is_counter = application.channel == "window"
    covered = request.uses_credential or is_counter
    common = check_materials(slots, offer=case.offer, contact_phone=request.contact_phone, uses_credential=covered)
    if is_counter:
        return common
    return (*common, *missing_in(case.offer, slots, uses_credential=covered, besides={IDENTITY_SLOT}))


KINDS = {item.code: Kind(item, ResumeRequest, _judge) for item in items.COMEBACK_ITEMS}


def begins_on(application: Application, *, today: date) -> date:
    """The first day of benefits when it is paid today."""
    case = case_of(application, today=today)
    return chosen_in(application, case=case, paid_on=today).back.begins_on or today


def bill_for(application: Application, *, today: date) -> Bill | None:
    """Open the bill of an approval, in the caller's transaction; what is wholly funded is settled at once.

    An open bill of the same months that nobody has begun to pay is replaced by it.

    None where nothing is due, because the months are paid already.
    """
    case = case_of(application, today=today)
    found = chosen_in(application, case=case, paid_on=today)
    if (period := period_of(found)) is None:
        return None
    first, last = period
    _take_back_other_bills(application, found=found)
    bill = open_bill(
        NewBill(
            area_id=application.area_id,
            scheme=case.scheme,
            period_starts_on=first,
            period_ends_on=last,
            due_on=pay_by(found, today=today, rules=case.rules),
            lines=[
                NewLine(
                    part=line.part,
                    amount_fen=line.amount_fen,
                    reason=line.reason,
                    person_id=application.person_id,
                    base_fen=line.base_fen,
                    rate=line.rate,
                )
                for line in found.lines or ()
            ],
            person_id=application.person_id,
            enrollment_id=application.enrollment_id,
            kind=kind_of(found),
            basis=application.number or "",
        )
    )
    if not bill.payable_fen:
        pay_bill(bill, amount_fen=0, paid_on=today, way=BY_AGENCY)
    return bill


def bill_of(application: Application) -> Bill | None:
    """The bill of an approval; None before it."""
    return Bill.objects.exclude(status=Bill.VOID).filter(basis=application.number).order_by("-id").first()


def paid_on(application: Application) -> date | None:
    """The day on which the bill of an approved application was paid; today where nothing was due, None while it is."""
    bill = bill_of(application)
    if bill is None:
        today = clock.today()
        found = chosen_in(application, case=case_of(application, today=today), paid_on=today)
        return today if period_of(found) is None else None
    if bill.status != Bill.PAID:
        return None
    record = ContributionRecord.objects.filter(
        enrollment=bill.enrollment_id,
        kind=bill.kind,
        period_starts_on=bill.period_starts_on,
        period_ends_on=bill.period_ends_on,
    )
    return record.order_by("-id").values_list("paid_on", flat=True).first() or clock.today()


def refusals_after_payment(application: Application, *, today: date) -> tuple[Reason, ...]:
    """Why a payment can no longer bring cover: somebody else covers the person by now, they died.

    The case is read as of the day of the payment; what the register says of the person is that of today.
    """
    day = paid_on(application) or today
    case = case_of(application, today=day)
    return check_after_payment(case.facts, chosen=_chosen_as_billed(application, case=case, paid_on=day))


def write_resume(application: Application, *, is_silent: bool) -> None:
    """Cover from the day that the payment gives, and 已办结, in the caller's transaction."""
    day = paid_on(application)
    if day is None:
        raise ValueError("an unpaid return has no effect")
    case = case_of(application, today=day)
    back = _chosen_as_billed(application, case=case, paid_on=day).back
    if back.covered_from is None or back.begins_on is None:
        raise ValueError("this payment brings no cover")
    resume_coverage(
        application.enrollment,
        starts_on=back.covered_from,
        ends_on=back.covered_until,
        paid_through=_paid_through(back, application=application),
        joined_on=day,
        basis=application.number or "",
    )
    move(
        application,
        action=Action.COMPLETE,
        by=SYSTEM,
        is_silent=is_silent,
        effective_on=back.begins_on,
        completed_at=clock.now(),
    )


def _paid_through(back: Return, *, application: Application) -> Month:
    """The last month that is paid: that of the bill; where nothing was due, as before."""
    if bill := bill_of(application):
        return Month.of(bill.period_ends_on)
    return Month.of(application.enrollment.last_paid_month or back.paid_on)
