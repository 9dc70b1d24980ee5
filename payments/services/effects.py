"""What a paid bill does to coverage: reads what the rules ask, and lets insured write the period."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from insured.models import AreaPolicy, CoveragePeriod, Enrollment, InsuredPerson
from insured.policy.dates import Month, months_between
from insured.policy.rules import AreaRules
from insured.services.coverage import extend_coverage, mark_paid_through
from insured.services.overview import covered_years
from payments.models import Bill, ContributionRecord, FundingRecognition
from payments.policy.effects import PaidEffect, Payer, monthly_effect, resident_effect


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBefore:
    """Of an enrollment paid by the month: the last month paid before a day, and the months paid on that day."""

    last_paid: Month | None
    months_today: frozenset[Month]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCover:
    """Cover without an end: its first day, and when the bill that opened it was paid; None where no bill did."""

    starts_on: date
    paid_on: date | None

    def is_of(self, month: Month) -> bool:
        """Whether a payment of that month gave it."""
        return self.paid_on is not None and Month.of(self.paid_on) == month


def read_payer(person: InsuredPerson, *, on: date) -> Payer:
    """Two statements."""
    recognised = (
        FundingRecognition.objects.standing_on(on)
        .filter(person=person)
        .order_by("-recognised_on")
        .values_list("recognised_on", flat=True)
        .first()
    )
    return Payer(
        born_on=person.born_on,
        covered_years=covered_years(person.pk, until=date(on.year + 1, 12, 31)),
        recognised_on=recognised,
    )


def read_rules(area_id: int, *, on: date) -> AreaRules:
    """The area's rules of the day. One statement."""
    return AreaPolicy.objects.in_force(area_id=area_id, on=on).as_rules()


def months_of(bills: Iterable[Bill]) -> frozenset[Month]:
    """The months that these bills are for."""
    return frozenset(
        month
        for bill in bills
        for month in months_between(Month.of(bill.period_starts_on), Month.of(bill.period_ends_on))
    )


def open_periods() -> QuerySet[Any]:
    """Cover without an end, with `opener_paid_on`: when the month was paid whose bill opened it."""
    opener = Bill.objects.filter(number=OuterRef("opened_by")).values("period_starts_on")[:1]
    paid = ContributionRecord.objects.filter(
        enrollment=OuterRef("enrollment"), period_starts_on=OuterRef("opener_month"), is_received=True
    )
    return (
        CoveragePeriod.objects.counting()
        .filter(ends_on=None)
        .annotate(opener_month=Subquery(opener))
        .annotate(opener_paid_on=Subquery(paid.order_by("-id").values("paid_on")[:1]))
    )


def open_cover(enrollment_ids: Collection[int]) -> dict[int, OpenCover]:
    """Since when, or from when on, each of these enrollments is covered without an end. One statement."""
    rows = open_periods().filter(enrollment__in=enrollment_ids)
    return {
        enrollment_id: OpenCover(starts_on=starts_on, paid_on=paid_on)
        for enrollment_id, starts_on, paid_on in rows.values_list("enrollment_id", "starts_on", "opener_paid_on")
    }


def resident_outcome(
    bill: Bill, *, on: date, payer: Payer, rules: AreaRules, repair_years: int | None = None
) -> PaidEffect:
    """What a resident's bill gives when it is paid in full on that day. Cover of its own year counts for nothing.

    As many repaired years as it has, or `repair_years`.
    """
    repaired = bill.repair_years if repair_years is None else repair_years
    year = bill.period_starts_on.year
    earlier = replace(payer, covered_years=frozenset(one for one in payer.covered_years if one < year))
    return resident_effect(year, paid_on=on, payer=earlier, rules=rules, repaired_years=repaired)


def write_effect(bill: Bill, *, paid_on: date) -> None:
    """Extend the cover of a person's bill that was just paid and recorded; its enrollment was locked by the caller.

    Somebody who stopped meanwhile gets a record and no cover; what a stop gives back is another matter.
    """
    enrollment = bill.enrollment
    if enrollment is None or bill.basis:
        return
    enrollment = Enrollment.objects.select_related("person").get(pk=enrollment.pk)
    if enrollment.status != Enrollment.ACTIVE:
        return
    effect = None if enrollment.is_through_unit else _outcome(bill, enrollment=enrollment, paid_on=paid_on)
    mark_paid_through(enrollment, month=bill.period_ends_on)
    if effect is None or effect.covered_from is None:
        return
    extend_coverage(enrollment, starts_on=effect.covered_from, ends_on=effect.benefit_ends_on, basis=bill.number)
    bill.benefit_starts_on, bill.benefit_ends_on = effect.benefit_starts_on, effect.benefit_ends_on
    Bill.objects.filter(pk=bill.pk).update(
        benefit_starts_on=effect.benefit_starts_on, benefit_ends_on=effect.benefit_ends_on
    )


def _outcome(bill: Bill, *, enrollment: Enrollment, paid_on: date) -> PaidEffect:
    rules = read_rules(bill.area_id, on=paid_on)
    if bill.scheme == "390":
        return resident_outcome(bill, on=paid_on, payer=read_payer(enrollment.person, on=paid_on), rules=rules)
    before, opened = _paid_before(enrollment, on=paid_on), open_cover([enrollment.pk]).get(enrollment.pk)
    if opened and _comes_before(opened, before=before, paid_on=paid_on):
        opened = None
    return monthly_effect(
        paid_on=paid_on,
        last_paid=before.last_paid,
        months_paid=before.months_today,
        rules=rules,
        waits_until=opened.starts_on if opened else None,
        is_new_wait=bool(opened and opened.is_of(Month.of(paid_on))),
    )


def _comes_before(opened: OpenCover, *, before: PaidBefore, paid_on: date) -> bool:
    """Whether this was paid before what opened the cover, and without a month missing between: so nothing waits."""
    if opened.paid_on is None or paid_on >= opened.paid_on:
        return False
    first = before.last_paid + 1 if before.last_paid else min(before.months_today)
    return before.months_today.issuperset(months_between(first, Month.of(opened.paid_on) + -1))


def _paid_before(enrollment: Enrollment, *, on: date) -> PaidBefore:
    """From the records, so that several bills paid together count as one payment; this one is recorded already."""
    today: set[Month] = set()
    earlier: list[Month] = []
    rows = ContributionRecord.objects.filter(enrollment=enrollment, is_received=True)
    for first, last, paid_on in rows.values_list("period_starts_on", "period_ends_on", "paid_on"):
        if paid_on >= on:
            today |= set(months_between(Month.of(first), Month.of(last)))
        else:
            earlier.append(Month.of(last))
    first_today = min(today)
    if enrollment.last_paid_month and Month.of(enrollment.last_paid_month) < first_today:
        earlier.append(Month.of(enrollment.last_paid_month))
    elif not earlier and Month.of(enrollment.first_joined_on) < first_today:
        earlier.append(first_today + -1)
    return PaidBefore(last_paid=max(earlier, default=None), months_today=frozenset(today))
