"""The only writer of instalment plans: bills get the days of their parts; the amounts stay as they were assessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from insured.models import InsuredPerson
from payments.models import Bill, Instalment
from payments.services.bills import lock_bills
from portal.errors import ConflictError, Reason
from portal.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """One instalment: the 账单号 that it pays, and its last day."""

    no: int
    due_on: date
    bills: tuple[str, ...]


@business_transaction
def open_plan(parts: Sequence[NewPart], *, basis: str) -> None:
    """Put the bills off to the days of their parts. ConflictError when one of them was paid or changed meanwhile."""
    wanted = {number: part for part in parts for number in part.bills}
    bills = lock_bills(Bill.objects.payable().filter(number__in=wanted, instalment__isnull=True))
    if len(bills) != len(wanted):
        raise ConflictError(Reason("bill.changed-meanwhile"))
    rows = []
    for bill in bills:
        part = wanted[bill.number]
        same = Bill.objects.payable().filter(pk=bill.pk, version=bill.version)
        if not same.update(due_on=part.due_on, version=F("version") + 1):
            raise ConflictError(Reason("bill.changed-meanwhile"))
        rows.append(
            Instalment(basis=basis, bill=bill, no=part.no, count=len(parts), due_on=part.due_on, was_due_on=bill.due_on)
        )
    Instalment.objects.bulk_create(rows)


def plan_of(basis: str) -> list[Instalment]:
    """The parts of a plan with their bills. One statement."""
    return list(Instalment.objects.filter(basis=basis).select_related("bill").order_by("no", "bill__period_starts_on"))


def unpaid_plan(person: InsuredPerson) -> str:
    """The application whose plan is not paid yet; empty without one. One statement."""
    rows = Instalment.objects.filter(bill__person=person, bill__status__in=[Bill.OPEN, Bill.PART_PAID])
    return rows.order_by("id").values_list("basis", flat=True).first() or ""
