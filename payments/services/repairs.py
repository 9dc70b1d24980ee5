"""补缴断保年度 on a bill that an assessment opened: the ways side by side, and choosing one."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from insured.models import Enrollment
from payments.models import Bill, BillLine
from payments.policy.amounts import total
from payments.policy.repairs import RepairWay, check_repair, repairable_years
from payments.services.bills import lock_bills, stored_line
from payments.services.effects import read_payer, read_rules, resident_outcome
from payments.services.funding import fundings_of
from payments.services.opening import resident_year
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.transactions import business_transaction

REGULAR = "10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """Everything one may choose from today, no repair first; with `why_not` nothing can be changed now."""

    bill: Bill
    ways: tuple[RepairWay, ...]
    why_not: tuple[Reason, ...] = ()


def repairs_of(bill: Bill, *, today: date) -> Repairs | None:
    """None for a bill without this choice: of another scheme or an application, or nothing left to pay.

    Seven statements; BusinessRuleError where no standard is set.
    """
    enrollment, person = bill.enrollment, bill.person
    if enrollment is None or person is None or not _has_choice(bill, enrollment=enrollment):
        return None
    year = bill.period_starts_on.year
    rules = read_rules(bill.area_id, on=today)
    payer = read_payer(person, on=today)
    terms = resident_year(bill.area_id, year=year, today=today)
    best = terms.best(fundings_of([person.pk], year=year, on=today).get(person.pk, ()))
    ways = tuple(
        RepairWay(
            years=years,
            lines=terms.lines(best, repair_years=years),
            effect=resident_outcome(bill, on=today, payer=payer, rules=rules, repair_years=years),
        )
        for years in range(repairable_years(year, payer=payer, rules=rules) + 1)
    )
    is_free = Bill.objects.untouched().filter(pk=bill.pk).exists()
    return Repairs(bill=bill, ways=ways, why_not=() if is_free else (Reason("repair.busy"),))


def _has_choice(bill: Bill, *, enrollment: Enrollment) -> bool:
    is_assessed = bill.scheme == "390" and bill.kind == REGULAR and not bill.basis
    return is_assessed and enrollment.status == Enrollment.ACTIVE and bill.status in (Bill.OPEN, Bill.PART_PAID)


@business_transaction
def choose_repairs(number: str, *, years: int, version: int, by: User) -> Bill:
    """The bill with so many repaired years: new lines and a new amount. The number it has already changes nothing.

    `version` is that of the bill on the page. ConflictError when the bill changed since, when an order of it is under
    way, or money was paid or waits; BusinessRuleError for years that bring nothing, or a bill without this choice.
    """
    bills = lock_bills(Bill.objects.visible_to(by).filter(number=number))
    if not bills:
        raise BusinessRuleError(Reason("order.bill-unknown"))
    bill = bills[0]
    if bill.repair_years == years:
        return bill
    found = repairs_of(bill, today=clock.today())
    if found is None:
        raise BusinessRuleError(Reason("repair.not-here"))
    if found.why_not:
        raise ConflictError(*found.why_not)
    if bill.version != version:
        raise ConflictError(Reason("bill.changed-meanwhile"))
    way = next((one for one in found.ways if one.years == years), None)
    if way is None:
        raise BusinessRuleError(Reason("repair.unknown", {"most": len(found.ways) - 1}))
    if refused := check_repair(way):
        raise BusinessRuleError(*refused)
    _write(bill, way=way)
    return bill


def _write(bill: Bill, *, way: RepairWay) -> None:
    parts = {f"{part}_fen": total(way.lines, part) for part in ("personal", "fiscal", "aid")}
    same = Bill.objects.filter(pk=bill.pk, version=bill.version, status=Bill.OPEN, paid_fen=0)
    changed = same.update(
        **parts,
        payable_fen=F("unit_fen") + F("late_fee_fen") + parts["personal_fen"],
        repair_years=way.years,
        version=F("version") + 1,
    )
    if not changed:
        raise ConflictError(Reason("bill.changed-meanwhile"))
    BillLine.objects.filter(bill=bill).delete()
    BillLine.objects.bulk_create(
        BillLine(bill=bill, position=position, person_id=None, **stored_line(line))
        for position, line in enumerate(way.lines, start=1)
    )
    bill.refresh_from_db()
