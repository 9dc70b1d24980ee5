"""Opens the bills of units: a month of everybody they employ, or 110% of the last month when they did not declare."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery

from insured.models import AreaPolicy, Employer, Enrollment
from insured.models.coverage import EnrollmentQuerySet
from insured.policy.dates import Month
from insured.services.staff import duties_of
from payments.models import Bill, ContributionRecord
from payments.policy.amounts import Line, total
from payments.policy.deferral import DeferralFacts, deferred_until, split
from payments.policy.late_fee import undeclared_line
from payments.services.bills import NewBill, NewLine, for_person, open_bill
from payments.services.opening import employee_month, employee_standard, month_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

SCHEME = "310"
DEFERRED = "992"
"""缴费类型 单位缓缴."""
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

    Where the area has 缓缴 open, a small unit's own part is a bill of its own that is due later. Somebody without a
    record yet gets the floor. Policy runs once for each distinct base.
    """
    terms = employee_month(area_id, month=month)
    deferred = _deferred(ids, area_id=area_id, month=month, due_on=terms.unit_due_on)
    statements: dict[int, tuple[Line, ...]] = {}
    people: dict[int, list[NewLine]] = defaultdict(list)
    for employer, person, base in _bases(ids, area_id=area_id):
        wage = base or terms.floor_fen
        if wage not in statements:
            statements[wage] = terms.employee(wage)
        people[employer] += [for_person(line, person_id=person) for line in statements[wage]]
    opened = []
    for employer, lines in people.items():
        whole = NewBill(
            employer_id=employer,
            area_id=area_id,
            scheme=SCHEME,
            period_starts_on=month.first_day,
            period_ends_on=month.first_day,
            due_on=terms.unit_due_on,
            lines=lines,
        )
        opened += [open_bill(one) for one in _parts(whole, until=deferred.get(employer))]
    return opened


def _parts(whole: NewBill, *, until: date | None) -> list[NewBill]:
    """The month as one bill; where the unit's part is put off, that part as a second one."""
    if until is None:
        return [whole]
    now, later = split(whole.lines)
    return [replace(whole, lines=now), replace(whole, lines=later, kind=DEFERRED, due_on=until)]


def _deferred(ids: Collection[int], *, area_id: int, month: Month, due_on: date) -> dict[int, date]:
    """Unit → the last day of its part, of those that defer it. One statement while the area's scheme is closed."""
    policies = AreaPolicy.objects.filter(area=area_id, effective_from__lte=month.first_day)
    running = list(takewhile(lambda one: one.deferral_is_open, policies.order_by("-effective_from")))
    if not running:
        return {}
    small = dict(Employer.objects.filter(pk__in=ids).values_list("pk", "is_small"))
    before = Bill.objects.filter(
        employer__in=ids, kind=DEFERRED, enrollment__isnull=True, period_starts_on__gte=running[-1].effective_from
    )
    months = dict(before.exclude(status=Bill.VOID).values_list("employer").annotate(Count("pk")))
    found = {
        pk: deferred_until(
            DeferralFacts(month=month, due_on=due_on, is_small=is_small, months_before=months.get(pk, 0)),
            rules=running[0].as_rules(),
        )
        for pk, is_small in small.items()
    }
    return {pk: until for pk, until in found.items() if until is not None}


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
    of_unit = Bill.objects.filter(employer=employer, scheme=SCHEME, kind__in=["10", DEFERRED], enrollment__isnull=True)
    near = of_unit.exclude(status=Bill.VOID).filter(period_starts_on__in=[month.first_day, (month + -1).first_day])
    counting: dict[date, int] = defaultdict(int)
    for bill in near:
        counting[bill.period_starts_on] += bill.personal_fen + bill.unit_fen
    if month.first_day in counting:
        return Undeclared(reasons=(Reason("assessment.month-billed", {"month": month}),))
    last_fen = counting.get((month + -1).first_day)
    if last_fen is None:
        return Undeclared(reasons=(Reason("assessment.no-month-before", {"month": month + -1}),))
    standard = employee_standard(employer.area_id, month=month)
    if standard is None:
        return Undeclared(reasons=(Reason("standard.not-set-month", {"month": month}),))
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
