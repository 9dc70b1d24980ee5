"""Opens the bills of units: a month of everybody they employ, or 110% of the last month when they did not declare."""

from collections import defaultdict
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from insured.models import Employer, Enrollment
from insured.models.coverage import EnrollmentQuerySet
from insured.policy.dates import Month
from insured.services.staff import duties_of
from payments.models import Bill, ContributionRecord
from payments.policy.amounts import Line
from payments.policy.late_fee import undeclared_line
from payments.services.bills import NewBill, NewLine, for_person, open_bill
from payments.services.opening import employee_month, employee_standard
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


def bill_units(ids: Collection[int], *, area_id: int, month: Month) -> list[Bill]:
    """A bill for each of these units that has none for the month yet; the base of each person is the last one known.

    Somebody without a record yet gets the floor. Policy runs once for each distinct base.
    """
    terms = employee_month(area_id, month=month)
    billed = set(
        Bill.objects.filter(
            employer__in=ids, scheme=SCHEME, kind="10", enrollment__isnull=True, period_starts_on=month.first_day
        )
        .exclude(status=Bill.VOID)
        .values_list("employer_id", flat=True)
    )
    statements: dict[int, tuple[Line, ...]] = {}
    people: dict[int, list[NewLine]] = defaultdict(list)
    for employer, person, base in _bases(set(ids) - billed, area_id=area_id):
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


@business_transaction
def assess_undeclared(employer: Employer, *, month: Month, by: User) -> Bill:
    """A month the unit did not declare, at 110% of the month before (社会保险法第62条).

    BusinessRuleError for who may not, without a bill of the month before, and when the month has one.
    """
    if not any(duties_of(by).has(role, area_id=employer.area_id) for role in ("finance", "supervisor")):
        raise BusinessRuleError(Reason("assessment.not-yours"))
    before = (
        Bill.objects.filter(employer=employer, scheme=SCHEME, kind="10", enrollment__isnull=True)
        .filter(period_starts_on=(month + -1).first_day)
        .exclude(status=Bill.VOID)
        .first()
    )
    if before is None:
        raise BusinessRuleError(Reason("assessment.no-month-before", {"month": month + -1}))
    terms = employee_month(employer.area_id, month=month)
    standard = employee_standard(employer.area_id, month=month)
    factor = standard.undeclared_factor if standard else None
    last_fen = before.personal_fen + before.unit_fen
    new = NewBill(
        employer_id=employer.pk,
        area_id=employer.area_id,
        scheme=SCHEME,
        period_starts_on=month.first_day,
        period_ends_on=month.first_day,
        due_on=terms.unit_due_on,
        lines=[undeclared_line(last_fen, factor=factor) if factor else undeclared_line(last_fen)],
    )
    try:
        with transaction.atomic():
            return open_bill(new)
    except IntegrityError:
        raise BusinessRuleError(Reason("assessment.month-billed", {"month": month})) from None
