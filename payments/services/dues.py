"""Read what a person owes today: every bill with its deadline, what happens if it is late, and why it is that much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from insured.models import Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.policy.rules import DECREE_38, READING, AreaRules
from insured.policy.window import CollectionWindow, collection_window
from payments.models import Bill, BillLine, ContributionStandard
from payments.policy.deadline import month_consequence, resident_consequence
from payments.policy.effects import PaidEffect, Payer, monthly_effect
from payments.policy.repairs import repairable_years
from payments.services.effects import OpenCover, months_of, open_cover, read_payer, read_rules, resident_outcome
from portal import clock
from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One bill to pay. With `why_not` it is shown but cannot be paid now; `is_free` needs a confirmation, no money.

    `lines` carry the formula in `.reason`; `effect` says what a payment today gives, `consequence` what a late one
    means. The deadline is the bill's; `extended_until` is the last day of the extension where the area has one. With
    `has_repairs` years without cover may be paid, too, or are on the bill already.
    """

    bill: Bill
    period: str
    amount_fen: int
    deadline: date
    is_overdue: bool
    extended_until: date | None = None
    lines: tuple[BillLine, ...] = ()
    effect: tuple[Reason, ...] = ()
    consequence: tuple[Reason, ...] = ()
    why_not: tuple[Reason, ...] = ()
    benefit_starts_on: date | None = None
    benefit_ends_on: date | None = None
    has_repairs: bool = False

    @property
    def by_item(self) -> tuple[tuple[str, int], ...]:
        """What the person pays of each item, in fen, where a bill of which nothing is paid yet has several."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.part in {"personal", "unit", "late_fee"}:
                found[line.item] = found.get(line.item, 0) + line.amount_fen
        return tuple(found.items()) if len(found) > 1 and not self.bill.paid_fen else ()

    @property
    def number(self) -> str:
        """账单号."""
        return self.bill.number

    @property
    def is_free(self) -> bool:
        """Nothing to pay, because all of it is funded: confirmed instead of paid."""
        return self.amount_fen == 0

    @property
    def is_payable(self) -> bool:
        """An order may be made of it."""
        return not self.why_not and not self.is_free


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """Everything a person owes, oldest first; `notes` say why nothing (else) is to be paid yet."""

    person: InsuredPerson
    today: date
    items: tuple[Due, ...]
    notes: tuple[Reason, ...] = ()

    @property
    def payable(self) -> tuple[Due, ...]:
        return tuple(one for one in self.items if one.is_payable)

    @property
    def overdue(self) -> tuple[Due, ...]:
        return tuple(one for one in self.items if one.is_overdue)

    @property
    def total_fen(self) -> int:
        """What can be paid now, in fen."""
        return sum(one.amount_fen for one in self.payable)

    @property
    def overdue_fen(self) -> int:
        """欠费: what is past its deadline, in fen."""
        return sum(one.amount_fen for one in self.overdue)


def dues_of(person: InsuredPerson, today: date) -> Dues:
    """What the person owes on that day. Up to ten statements, however many bills there are."""
    bills = list(
        Bill.objects.payable()
        .filter(person=person)
        .select_related("area", "enrollment", "person")
        .prefetch_related("lines")
        .order_by("period_starts_on", "id")
    )
    enrollments = list(Enrollment.objects.filter(person=person).select_related("employer", "area").order_by("pk"))
    areas = {bill.area_id for bill in bills} | {row.area_id for row in enrollments}
    rules = {area: read_rules(area, on=today) for area in areas}
    payer = read_payer(person, on=today) if any(bill.scheme == "390" for bill in bills) else None
    monthly = {bill.enrollment_id for bill in bills if bill.scheme != "390" and bill.enrollment_id and not bill.basis}
    opened = open_cover(monthly) if monthly else {}
    items = tuple(
        _due(bill, bills=bills, today=today, rules=rules[bill.area_id], payer=payer, opened=opened) for bill in bills
    )
    active = [row for row in enrollments if row.status == Enrollment.ACTIVE and row.is_basic]
    notes = tuple(note for row in active for note in _notes(row, today=today, rules=rules[row.area_id]))
    if not active and not items:
        notes = (Reason("dues.not-enrolled"),)
    return Dues(person=person, today=today, items=items, notes=notes)


def why_not(person: InsuredPerson | None, *, bills: Sequence[Bill], paid_on: date | None = None) -> list[Reason]:
    """Why bills of this person cannot be paid or confirmed, as the page of the dues says it; now, or as of that day."""
    if person is None:
        return []
    numbers, found = {bill.number for bill in bills}, dues_of(person, paid_on or clock.today())
    return [reason for due in found.items if due.number in numbers for reason in due.why_not]


def _due(
    bill: Bill,
    *,
    bills: Sequence[Bill],
    today: date,
    rules: AreaRules,
    payer: Payer | None,
    opened: Mapping[int, OpenCover],
) -> Due:
    window = collection_window(bill.period_starts_on.year, rules=rules)
    why_not: tuple[Reason, ...] = ()
    consequence: tuple[Reason, ...]
    effect: PaidEffect | None = None
    if bill.basis:
        consequence = (Reason("dues.of-application", {"number": bill.basis}),)
        if bill.due_on < today:
            consequence, why_not = (), (_too_late(bill),)
    elif bill.scheme == "390" and payer is not None:
        effect = resident_outcome(bill, on=today, payer=payer, rules=rules)
        why_not = effect.reasons[-1:] if effect.is_refused else _useless_repairs(bill, effect=effect)
        consequence = resident_consequence(window, today=today, fiscal_fen=bill.fiscal_fen, rules=rules)
    else:
        effect = _of_months(bill, bills=bills, today=today, rules=rules, opened=opened)
        consequence, why_not = month_consequence(
            Month.of(bill.period_ends_on), last_paid=_last_paid(bill), due_on=bill.due_on, today=today, rules=rules
        )
    has_repairs = payer is not None and _has_repairs(bill, today=today, payer=payer, rules=rules)
    if bill.enrollment is not None and bill.enrollment.status != Enrollment.ACTIVE and not bill.basis:
        why_not = (Reason("dues.not-active", {"status": bill.enrollment.get_status_display()}),)
    if bill.status == Bill.PART_PAID and bill.refunded_fen and not why_not:
        why_not = (Reason("dues.part-goes-back", {"number": bill.basis or bill.number, "paid_fen": bill.paid_fen}),)
    if bill.status == Bill.PART_PAID and not why_not:
        left = {"paid_fen": bill.paid_fen, "left_fen": bill.left_fen}
        consequence = (Reason("dues.part-paid", left), *consequence)
    return Due(
        bill=bill,
        period=bill.period,
        amount_fen=bill.left_fen,
        deadline=bill.due_on,
        is_overdue=bill.due_on < today,
        extended_until=_extended_until(bill, window=window, today=today),
        lines=tuple(sorted(bill.lines.all(), key=lambda line: line.position)),
        effect=effect.reasons if effect and not why_not else (),
        consequence=consequence,
        why_not=why_not,
        benefit_starts_on=effect.benefit_starts_on if effect else None,
        benefit_ends_on=effect.benefit_ends_on if effect else None,
        has_repairs=has_repairs,
    )


def _useless_repairs(bill: Bill, *, effect: PaidEffect) -> tuple[Reason, ...]:
    """Repaired years that were chosen on another day and shorten nothing any more are not to be paid."""
    if bill.repair_years <= effect.repaired_years or bill.status != Bill.OPEN:
        return ()
    return (Reason("dues.repair-useless", {"years": bill.repair_years, "enough": effect.repaired_years}, READING),)


def _has_repairs(bill: Bill, *, today: date, payer: Payer, rules: AreaRules) -> bool:
    """Whether it is worth asking how many missed years are to be paid, too."""
    if bill.scheme != "390" or bill.basis or bill.status != Bill.OPEN or bill.enrollment is None:
        return False
    if bill.enrollment.status != Enrollment.ACTIVE:
        return False
    most = repairable_years(bill.period_starts_on.year, payer=payer, rules=rules)
    if not most or bill.repair_years:
        return bool(bill.repair_years)
    effect = resident_outcome(bill, on=today, payer=payer, rules=rules, repair_years=most)
    return effect.repaired_years > 0 and effect.benefit_starts_on is not None


def _too_late(bill: Bill) -> Reason:
    """What becomes of a bill of an application whose day has passed, and of what was paid on it."""
    params: dict[str, object] = {"number": bill.basis, "due_on": bill.due_on, "paid_fen": bill.paid_fen}
    if bill.status != Bill.PART_PAID:
        return Reason("dues.application-late", params)
    return Reason("dues.part-goes-back" if bill.refunded_fen else "dues.part-late", params)


def _extended_until(bill: Bill, *, window: CollectionWindow, today: date) -> date | None:
    """The last day of the extension of a resident's year, as long as it is not over."""
    ends = window.extension_ends_on if bill.scheme == "390" and not bill.basis else None
    return ends if ends and today <= ends else None


def _last_paid(bill: Bill) -> Month | None:
    paid = bill.enrollment.last_paid_month if bill.enrollment else None
    return Month.of(paid) if paid else None


def _of_months(
    bill: Bill, *, bills: Sequence[Bill], today: date, rules: AreaRules, opened: Mapping[int, OpenCover]
) -> PaidEffect:
    """What it gives to pay all the months that are open today."""
    months = months_of(one for one in bills if one.enrollment_id == bill.enrollment_id)
    cover = opened.get(bill.enrollment_id) if bill.enrollment_id else None
    return monthly_effect(
        paid_on=today,
        last_paid=_last_paid(bill),
        months_paid=months,
        rules=rules,
        waits_until=cover.starts_on if cover else None,
        is_new_wait=bool(cover and cover.is_of(Month.of(today))),
    )


def _notes(row: Enrollment, *, today: date, rules: AreaRules) -> list[Reason]:
    """What an active enrollment has to say beside its bills."""
    if row.is_through_unit:
        return [Reason("dues.through-unit", {"unit": row.employer.name})]
    if row.scheme != "390":
        return []
    window = collection_window(today.year + 1, rules=rules)
    params: dict[str, object] = {"year": window.coverage_year, "opens": window.opens_on, "closes": window.closes_on}
    if window.phase(today) == "not_open":
        return [Reason("dues.window-not-open", params, DECREE_38)]
    of_year = Bill.objects.filter(enrollment=row, period_starts_on=window.year_begins_on).exclude(status=Bill.VOID)
    status = of_year.values_list("status", flat=True).first()
    if status == Bill.PAID:
        return [Reason("dues.year-paid", params)]
    if status:
        return []
    year = window.coverage_year
    is_set = ContributionStandard.objects.filter(area=row.area_id, scheme="390", coverage_year=year).exists()
    return [Reason("dues.not-assessed", params)] if is_set else [Reason("standard.not-set", {"year": year})]
