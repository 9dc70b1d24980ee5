"""The only writer of bills: opens one, and marks what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.urls import reverse

from insured.models import Employer, Enrollment
from payments.models import Bill, BillLine, PaymentOrder
from payments.models.bills import stored_params
from payments.policy.amounts import Line, total
from payments.policy.orders import State
from payments.services.dues import why_not
from payments.services.effects import write_effect
from payments.services.paid import record_person, record_unit_month
from payments.services.telling import alarm, alarm_bill
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.hints import hint
from portal.identity import public_number
from portal.transactions import business_transaction

NUMBER_PREFIX = "ZD"
"""账单号 begin with 账单's initials."""
OWN_WAY = "03"
"""经办机构自收: what aid pays comes through the agency."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine(Line):
    """A line of a statement that says whom it is for, where a unit's bill has lines of many people."""

    person_id: int | None = None


def for_person(line: Line, *, person_id: int) -> NewLine:
    """The same line as one person's on a unit's bill."""
    return NewLine(
        part=line.part,
        amount_fen=line.amount_fen,
        reason=line.reason,
        base_fen=line.base_fen,
        rate=line.rate,
        person_id=person_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBill:
    """A bill of a person (`enrollment_id` with `person_id`) or of a unit's month, in fen."""

    area_id: int
    scheme: str
    period_starts_on: date
    period_ends_on: date
    due_on: date
    lines: Sequence[Line]
    person_id: int | None = None
    enrollment_id: int | None = None
    employer_id: int | None = None
    kind: str = "10"
    base_fen: int | None = None
    arrears_cause: str = ""
    basis: str = ""


def stored_line(line: Line) -> dict[str, Any]:
    """The columns of a line of a statement, but for its bill, place and person."""
    return {
        "part": line.part,
        "base_fen": line.base_fen,
        "rate": line.rate,
        "amount_fen": line.amount_fen,
        "reason_code": line.reason.code,
        "reason_params": stored_params(line.reason),
        "reason_source": line.reason.source,
    }


@business_transaction
def open_bill(new: NewBill) -> Bill:
    """The bill and its lines. A period that has a bill already breaks a constraint."""
    parts = {part: total(new.lines, part) for part in ("personal", "unit", "fiscal", "aid", "late_fee")}
    bill = Bill.objects.create(
        number=public_number(prefix=NUMBER_PREFIX, on=clock.today()),
        person_id=new.person_id,
        enrollment_id=new.enrollment_id,
        employer_id=new.employer_id,
        area_id=new.area_id,
        scheme=new.scheme,
        kind=new.kind,
        period_starts_on=new.period_starts_on,
        period_ends_on=new.period_ends_on,
        base_fen=new.base_fen,
        payable_fen=parts["personal"] + parts["unit"] + parts["late_fee"],
        due_on=new.due_on,
        arrears_cause=new.arrears_cause,
        basis=new.basis,
        **{f"{part}_fen": fen for part, fen in parts.items()},
    )
    BillLine.objects.bulk_create(
        BillLine(
            bill=bill,
            position=position,
            person_id=line.person_id if isinstance(line, NewLine) else None,
            **stored_line(line),
        )
        for position, line in enumerate(new.lines, start=1)
    )
    return bill


def lock_bills(found: models.QuerySet[Bill]) -> list[Bill]:
    """These bills with what they are about, locked from the top: units, enrollments, then the bills, each by pk.

    A unit's bill is about everybody on it: their enrollments are written when it is paid.
    """
    rows = list(found.values_list("pk", "enrollment_id", "employer_id"))
    people = {enrollment for _, enrollment, _ in rows if enrollment}
    if of_units := [pk for pk, enrollment, _ in rows if enrollment is None]:
        units = {employer for _, enrollment, employer in rows if enrollment is None}
        people |= set(_on_bills_of_units(of_units))
        list(Employer.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=units).order_by("pk"))
    if people:
        list(Enrollment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=people).order_by("pk"))
    return list(
        Bill.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=[pk for pk, _, _ in rows])
        .select_related("person__user", "enrollment__person", "enrollment__employer", "area")
        .order_by("pk")
    )


def _on_bills_of_units(pks: Sequence[int]) -> models.QuerySet[Enrollment, int]:
    """The enrollments that a payment of these bills writes to."""
    lines = BillLine.objects.filter(bill__in=pks, person=models.OuterRef("person"))
    owing = lines.filter(bill__employer=models.OuterRef("employer"), bill__scheme=models.OuterRef("scheme"))
    units = Bill.objects.filter(pk__in=pks).values("employer")
    return Enrollment.objects.filter(models.Exists(owing), employer__in=units).values_list("pk", flat=True)


@business_transaction
def pay_bill(bill: Bill, *, amount_fen: int, paid_on: date, way: str) -> None:
    """Count a payment on a bill that the caller got from `lock_bills`.

    A bill paid in full becomes a contribution record of each person, and what it covers is written; cover that the
    database refuses keeps no received money out of the books: staff are called. ConflictError when the bill changed
    since it was read, or when it is more than what is left.
    """
    is_full = amount_fen == bill.left_fen
    after = {
        "paid_fen": bill.paid_fen + amount_fen,
        "status": Bill.PAID if is_full else Bill.PART_PAID,
        "paid_at": clock.now() if is_full else None,
        "version": bill.version + 1,
    }
    same = Bill.objects.payable().filter(pk=bill.pk, version=bill.version)
    if not same.filter(paid_fen__lte=F("payable_fen") - amount_fen).update(**after):
        raise ConflictError(Reason("bill.changed-meanwhile"))
    for name, value in after.items():
        setattr(bill, name, value)
    if not is_full:
        return
    if bill.enrollment_id is None:
        record_unit_month(bill, paid_on=paid_on, way=way)
        return
    if bill.basis:
        hint("effects")
    record_person(bill, paid_on=paid_on, way=way)
    try:
        with transaction.atomic():
            write_effect(bill, paid_on=paid_on)
    except (IntegrityError, ConflictError):
        order = PaymentOrder.objects.filter(lines__bill=bill, state=State.PAID).order_by("-pk").first()
        log.exception("cover_not_written", bill=bill.number, order=order.number if order else "")
        if order:
            alarm(order, template="payment_cover_failed", key=bill.number)
        else:
            alarm_bill(bill, template="payment_cover_failed_bill", amount_fen=amount_fen)


@business_transaction
def void_bill(bill: Bill) -> None:
    """Take a bill back on which nothing was paid; ConflictError when something was, or it changed since it was read."""
    free = Bill.objects.filter(pk=bill.pk, version=bill.version, status=Bill.OPEN, paid_fen=0)
    if not free.update(status=Bill.VOID, version=F("version") + 1):
        raise ConflictError(Reason("bill.changed-meanwhile"))
    bill.refresh_from_db()


@business_transaction
def confirm_free(number: str, *, token: str, by: User) -> Bill:
    """Confirm a bill that is funded in full: no order and no money, cover begins as if it was paid today.

    AlreadyDone when this form was sent before; BusinessRuleError when something is to be paid, it is done, or the page
    of the dues says that it brings nothing now.
    """
    use_form_token(token, address=reverse("bill", args=[number]))
    bills = lock_bills(Bill.objects.visible_to(by).filter(number=number, status=Bill.OPEN, payable_fen=0))
    if not bills:
        raise BusinessRuleError(Reason("bill.not-free"))
    if refused := why_not(bills[0].person, bills=bills):
        raise BusinessRuleError(*refused)
    pay_bill(bills[0], amount_fen=0, paid_on=clock.today(), way=OWN_WAY)
    return bills[0]
