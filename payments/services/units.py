"""Opens the bills of units: a month of everybody they employ, or 110% of the last month when they did not declare."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from insured.models import Employer, Enrollment
from insured.models.coverage import EnrollmentQuerySet
from insured.policy.dates import Month
from insured.services.staff import duties_of
from payments.models import Bill, ContributionRecord
from payments.policy.amounts import Line, total
from payments.policy.late_fee import undeclared_line
from payments.services.bills import NewBill, NewLine, for_person, open_bill
from payments.services.opening import employee_month, employee_standard, month_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

SCHEME = "310"
WORKING = ("1101", "1102")
"""People a unit pays for; those who have retired pay nothing."""


def units_to_bill(enrollments: EnrollmentQuerySet) -> EnrollmentQuerySet:
    """One row for each unit that pays for somebody, as its `employer_id`."""
    paying = enrollments.filter(scheme=SCHEME, category__in=WORKING, employer__kind="01")
    return paying.order_by("employer").values("employer_id").distinct()  # type: ignore[return-value]


def billed_units(ids: Collection[int], *, month: Month) -> set[int]:
    """Which of these units have a bill for the month. One statement."""
    bills = Bill.objects.filter(
        employer__in=ids, scheme=SCHEME, kind="10", enrollment__isnull=True, period_starts_on=month.first_day
    )
    return {pk for pk in bills.exclude(status=Bill.VOID).values_list("employer_id", flat=True) if pk}


def bill_units(ids: Collection[int], *, area_id: int, month: Month) -> list[Bill]:
    """A bill for each of these units, which have none for the month; the base of each person is the last one known.

    Somebody without a record yet gets the floor. Policy runs once for each distinct base.
    """
    terms = employee_month(area_id, month=month)
    statements: dict[int, tuple[Line, ...]] = {}
    people: dict[int, list[NewLine]] = defaultdict(list)
    for employer, person, base in _bases(ids, area_id=area_id):
        wage = base or terms.floor_fen
        if wage not in statements:
            statements[wage] = terms.employee(wage)
        people[employer] += [for_person(line, person_id=person) for line in statements[wage]]
    return [
        open_bill(
            NewBill(
                employer_id=employer,
                area_id=area_id,
                scheme=SCHEME,
                period_starts_on=month.first_day,
                period_ends_on=month.first_day,
                due_on=terms.unit_due_on,
                lines=lines,
            )
        )
        for employer, lines in people.items()
    ]


def _bases(employers: Collection[int], *, area_id: int) -> QuerySet[Enrollment, tuple[int, int, int | None]]:
    """Employer, person and the base of their newest record. One statement."""
    newest = ContributionRecord.objects.filter(enrollment=OuterRef("pk"), base_fen__isnull=False)
    base = newest.order_by("-period_starts_on", "-pk").values("base_fen")[:1]
    return (
        Enrollment.objects.active()
        .filter(area=area_id, scheme=SCHEME, category__in=WORKING, employer__in=employers)
        .order_by("employer", "pk")
        .annotate(base=Subquery(base))
        .values_list("employer_id", "person_id", "base")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeclared:
    """What an undeclared month would cost, in fen; with `reasons` it cannot be assessed."""

    last_fen: int = 0
    lines: tuple[Line, ...] = ()
    due_on: date | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def amount_fen(self) -> int:
        return total(self.lines)


def undeclared_terms(employer: Employer, *, month: Month) -> Undeclared:
    """110% of the month before (社会保险法第62条), or why not: no bill of that month, or the month has one."""
    of_unit = Bill.objects.filter(employer=employer, scheme=SCHEME, kind="10", enrollment__isnull=True)
    near = of_unit.exclude(status=Bill.VOID).filter(period_starts_on__in=[month.first_day, (month + -1).first_day])
    counting = {bill.period_starts_on: bill for bill in near}
    if month.first_day in counting:
        return Undeclared(reasons=(Reason("assessment.month-billed", {"month": month}),))
    before = counting.get((month + -1).first_day)
    if before is None:
        return Undeclared(reasons=(Reason("assessment.no-month-before", {"month": month + -1}),))
    standard = employee_standard(employer.area_id, month=month)
    if standard is None:
        return Undeclared(reasons=(Reason("standard.not-set-month", {"month": month}),))
    last_fen = before.personal_fen + before.unit_fen
    line = undeclared_line(last_fen, factor=standard.undeclared_factor)
    due_on = month_of(standard, month=month).unit_due_on
    return Undeclared(last_fen=last_fen, lines=(line,), due_on=due_on)


@business_transaction
def assess_undeclared(employer: Employer, *, month: Month, by: User) -> Bill:
    """The bill of a month that the unit did not declare. BusinessRuleError for who may not, and as undeclared_terms."""
    if not any(duties_of(by).has(role, area_id=employer.area_id) for role in ("finance", "supervisor")):
        raise BusinessRuleError(Reason("assessment.not-yours"))
    terms = undeclared_terms(employer, month=month)
    if terms.reasons or terms.due_on is None:
        raise BusinessRuleError(*terms.reasons)
    new = NewBill(
        employer_id=employer.pk,
        area_id=employer.area_id,
        scheme=SCHEME,
        period_starts_on=month.first_day,
        period_ends_on=month.first_day,
        due_on=terms.due_on,
        lines=terms.lines,
    )
    try:
        with transaction.atomic():
            return open_bill(new)
    except IntegrityError:
        raise BusinessRuleError(Reason("assessment.month-billed", {"month": month})) from None
