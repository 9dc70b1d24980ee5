"""What a unit owes past its deadline: reads it with the late fee of today, and puts the fee on the bill."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from insured.models import EmployerAgent
from insured.policy.dates import Month
from payments.models import Bill, BillLine, EmployeeStandard
from payments.policy.late_fee import LateFee, late_fee
from payments.services.bills import stored_line
from payments.services.opening import employee_standard
from portal.accounts.models import User
from portal.errors import ConflictError, Reason
from portal.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitArrear:
    """A month of a unit that was not paid in time; `fee` is what comes on top if it is paid today."""

    bill: Bill
    period: str
    principal_fen: int
    fee: LateFee

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.fee.amount_fen


def principal_left(bill: Bill) -> int:
    """What of personal and unit part is unpaid: a part payment settles the principal before the late fee."""
    return max(bill.personal_fen + bill.unit_fen - bill.paid_fen, 0)


def fee_of(bill: Bill, *, on: date, standard: EmployeeStandard | None) -> LateFee:
    """The late fee of a payment on that day, by the rate and the cap in force for the month."""
    return _fee(principal_left(bill), bill=bill, on=on, standard=standard)


def _fee(principal_fen: int, *, bill: Bill, on: date, standard: EmployeeStandard | None) -> LateFee:
    if standard is None:
        return late_fee(principal_fen, due_on=bill.due_on, paid_on=on)
    return late_fee(
        principal_fen,
        due_on=bill.due_on,
        paid_on=on,
        rate=standard.late_fee_rate,
        is_capped=standard.is_late_fee_capped,
    )


def unit_arrears(user: User, *, today: date) -> tuple[UnitArrear, ...]:
    """Of the units that the user acts for today, oldest first."""
    units = EmployerAgent.objects.valid_on(today).filter(user=user).values_list("employer_id", flat=True)
    bills = Bill.objects.overdue(today).filter(employer__in=units, enrollment__isnull=True).select_related("employer")
    found = []
    for bill in bills.order_by("period_starts_on", "pk"):
        standard = employee_standard(bill.area_id, month=Month.of(bill.period_starts_on))
        fee = fee_of(bill, on=today, standard=standard)
        found.append(UnitArrear(bill=bill, period=bill.period, principal_fen=principal_left(bill), fee=fee))
    return tuple(found)


@business_transaction
def charge_late_fee(bill: Bill, *, on: date) -> None:
    """Put the late fee of that day on a unit's bill from `lock_bills`, before the payment of that day is counted.

    A later day replaces an earlier one; what was paid in between keeps the fee up to the day it was paid. Nothing
    happens while the bill is in time. ConflictError when it changed since it was read.
    """
    left = principal_left(bill)
    standard = employee_standard(bill.area_id, month=Month.of(bill.period_starts_on))
    fee = fee_of(bill, on=on, standard=standard)
    if bill.enrollment_id is not None or not fee.amount_fen:
        return
    charged = list(bill.lines.filter(part="late_fee").order_by("position"))
    fresh = [fee.line(principal_fen=left)]
    running = charged.pop() if charged else None
    if running is not None and (running.base_fen or 0) > left:
        settled = (running.base_fen or 0) - left
        until = bill.due_on + timedelta(days=int(running.reason_params["days"]))
        fresh.insert(0, _fee(settled, bill=bill, on=until, standard=standard).line(principal_fen=settled))
    total_fen = sum(line.amount_fen for line in charged) + sum(line.amount_fen for line in fresh)
    changed = (
        Bill.objects.payable()
        .filter(pk=bill.pk, version=bill.version)
        .update(
            late_fee_fen=total_fen,
            payable_fen=F("personal_fen") + F("unit_fen") + total_fen,
            version=F("version") + 1,
        )
    )
    if not changed:
        raise ConflictError(Reason("bill.changed-meanwhile"))
    bill.refresh_from_db()
    if running is not None:
        BillLine.objects.filter(pk=running.pk).delete()
    last = bill.lines.order_by("-position").values_list("position", flat=True).first() or 0
    BillLine.objects.bulk_create(
        BillLine(bill=bill, position=position, person_id=None, **stored_line(line))
        for position, line in enumerate(fresh, start=last + 1)
    )
