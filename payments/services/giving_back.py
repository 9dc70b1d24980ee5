"""Money that people give back: asked for by an approved application or by finance, made by one, released by another.

What is held for a refund is counted on its bill and on the line of its order under their locks; a constraint refuses
more than was paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.urls import reverse

from insured.models import Enrollment, StaffAssignment
from insured.policy.roles import Right
from insured.services.distance import too_close
from payments import labels
from payments.models import Bill, ContributionRecord, OrderLine, PaymentOrder, Refund, RefundEvent
from payments.policy import refunds as policy
from payments.policy.orders import State
from payments.policy.refunds import RefundAction
from payments.services.bills import lock_bills
from payments.services.history import GIVEN_BACK
from payments.services.numbers import REFUND_PREFIX
from payments.services.refundable import bill_of, check_cover, lines_of
from payments.services.telling import tell_refund
from portal import clock, hints
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction

SHORTEST_TEXT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the money goes that cannot go back the way it came."""

    holder: str
    bank: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of one contribution record goes back, in fen, for which months (first days)."""

    record: ContributionRecord
    amount_fen: int
    first: date
    last: date


def page_of(number: str) -> str:
    """Where the desk shows a refund."""
    return reverse("admin:payments_refund_show", args=[number])


@business_transaction
def ask_back(parts: Sequence[Part], *, basis: str, account: Account | None) -> list[Refund]:
    """What an approved application gives back: each part to where it was paid from, the rest to the account.

    BusinessRuleError when it is more than is left, or when no account is given for what needs one.
    """
    bills = {part.record.pk: bill_of(part.record) for part in parts}
    keys = [bill.pk for bill in bills.values() if bill is not None]
    locked = {bill.pk: bill for bill in lock_bills(Bill.objects.filter(pk__in=keys))}
    unbilled = [part.record.enrollment_id for part in parts if bills[part.record.pk] is None]
    if unbilled:
        list(Enrollment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=unbilled).order_by("pk"))
    made: list[Refund] = []
    for part in parts:
        found = bills[part.record.pk]
        bill = locked[found.pk] if found is not None else None
        _check_record(part)
        rest = part.amount_fen
        for line in lines_of(bill) if bill is not None else ():
            fen = min(rest, line.amount_fen - line.refunded_fen)
            if fen > 0:
                made.append(_asked(part, fen=fen, bill=bill, line=line, basis=basis, account=None))
                rest -= fen
        if rest:
            if account is None:
                raise BusinessRuleError(Reason("refund.no-account"))
            made.append(_asked(part, fen=rest, bill=bill, line=None, basis=basis, account=account))
    return made


def _check_record(part: Part) -> None:
    """Not more of one payment than it was; its enrollment is locked."""
    held = Refund.objects.holding().filter(record=part.record).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    left = part.record.personal_fen - held
    if part.amount_fen > left:
        raise BusinessRuleError(Reason("refund.too-much", {"left_fen": max(left, 0)}))


def _asked(
    part: Part, *, fen: int, bill: Bill | None, line: OrderLine | None, basis: str, account: Account | None
) -> Refund:
    hold(bill, line=line, fen=fen)
    refund = Refund.objects.create(
        number=public_number(prefix=REFUND_PREFIX, on=clock.today()),
        area=part.record.area,
        order=line.order if line else None,
        bill=bill,
        record=part.record,
        period_starts_on=part.first,
        period_ends_on=part.last,
        trade_no=line.order.trade_no if line else "",
        amount_fen=fen,
        cause="application",
        way="original" if line else "account",
        account=account.number if account else None,
        account_name=account.holder if account else "",
        account_bank=account.bank if account else "",
        basis=basis,
        state=Refund.ASKED,
        created_at=clock.now(),
    )
    note(refund, RefundAction.ASK, by=None, text=basis)
    return refund


def hold(bill: Bill | None, *, line: OrderLine | None, fen: int) -> None:
    """Count the money as gone; BusinessRuleError when it is more than is left. The constraints say the same."""
    try:
        with transaction.atomic():
            if line is not None:
                OrderLine.objects.filter(pk=line.pk).update(refunded_fen=F("refunded_fen") + fen)
            if bill is not None:
                Bill.objects.filter(pk=bill.pk).update(refunded_fen=F("refunded_fen") + fen)
    except IntegrityError:
        left = bill.paid_fen - bill.refunded_fen if bill is not None else 0
        raise BusinessRuleError(Reason("refund.too-much", {"left_fen": left})) from None
    if line is not None:
        line.refunded_fen += fen
    if bill is not None:
        bill.refunded_fen += fen


def let_go(refund: Refund) -> None:
    """The money of a refund that ended without it counts as paid again. The bill was locked by the caller."""
    if refund.bill_id is None:
        return
    Bill.objects.filter(pk=refund.bill_id).update(refunded_fen=F("refunded_fen") - refund.amount_fen)
    if refund.order_id is not None:
        line = OrderLine.objects.filter(order=refund.order_id, bill=refund.bill_id)
        line.update(refunded_fen=F("refunded_fen") - refund.amount_fen)


def hold_again(refund: Refund) -> None:
    """Count as gone what was let go; BusinessRuleError when it has gone elsewhere since. The bill is locked."""
    lines = OrderLine.objects.filter(order=refund.order_id, bill=refund.bill_id) if refund.bill_id else None
    hold(refund.bill, line=lines.first() if lines is not None else None, fen=refund.amount_fen)


@business_transaction
def propose(order_number: str, *, bill_number: str, amount_fen: int, text: str, token: str, by: User) -> Refund:
    """Finance gives back some of what an order has paid for a bill; somebody else releases it."""
    number = public_number(prefix=REFUND_PREFIX, on=clock.today())
    use_form_token(token, address=page_of(number))
    paid = OrderLine.objects.filter(order__number=order_number, order__state=State.PAID, bill__number=bill_number)
    seen = paid.select_related("order__payer", "bill__person").first()
    if seen is None:
        raise BusinessRuleError(Reason("refund.order-unknown"))
    _check_staff(by, area_id=seen.bill.area_id, bill=seen.bill, order=seen.order)
    check_text(text)
    # Who waits for the lock waits for everybody before them: only what can have changed meanwhile is looked at behind.
    (bill,) = lock_bills(Bill.objects.filter(pk=seen.bill_id))
    line = paid.select_related("order").filter(pk=seen.pk).first()
    if line is None:
        raise BusinessRuleError(Reason("refund.order-unknown"))
    left = min(line.amount_fen - line.refunded_fen, bill.paid_fen - bill.refunded_fen)
    if not 0 < amount_fen <= left:
        raise BusinessRuleError(Reason("refund.too-much", {"left_fen": left}))
    check_cover(bill, amount_fen=amount_fen)
    hold(bill, line=line, fen=amount_fen)
    refund = Refund.objects.create(
        number=number,
        area=bill.area,
        order=line.order,
        bill=bill,
        record=_record_of(bill),
        period_starts_on=bill.period_starts_on,
        period_ends_on=bill.period_ends_on,
        trade_no=line.order.trade_no,
        amount_fen=amount_fen,
        cause="staff",
        state=Refund.MADE,
        made_by=by,
        made_at=clock.now(),
        created_at=clock.now(),
    )
    note(refund, RefundAction.MAKE, by=by, text=text)
    return refund


def _record_of(bill: Bill) -> ContributionRecord | None:
    rows = ContributionRecord.objects.filter(
        enrollment=bill.enrollment_id,
        kind=bill.kind,
        period_starts_on=bill.period_starts_on,
        period_ends_on=bill.period_ends_on,
    )
    return rows.exclude(kind__in=GIVEN_BACK).order_by("-pk").first() if bill.enrollment_id else None


@business_transaction
def make(number: str, *, version: int, token: str, by: User) -> Refund:
    """经办: the first person has compared it with the approved application."""
    use_form_token(token, address=page_of(number))
    refund = found(number)
    check_finance(refund, by=by)
    move(refund, RefundAction.MAKE, version=version, made_by=by, made_at=clock.now())
    note(refund, RefundAction.MAKE, by=by)
    return refund


@business_transaction
def release(number: str, *, version: int, token: str, by: User) -> Refund:
    """复核放款: the second person's yes. It is asked for at the gateway, or waits for the bank transfer."""
    use_form_token(token, address=page_of(number))
    refund = found(number)
    check_finance(refund, by=by)
    if refund.made_by_id == by.pk:
        raise BusinessRuleError(Reason("refund.second-person"))
    if refund.by_account and not refund.account:
        raise BusinessRuleError(Reason("refund.no-account"))
    now = clock.now()
    due = None if refund.by_account else now
    move(refund, RefundAction.RELEASE, version=version, released_by=by, released_at=now, next_try_at=due)
    note(refund, RefundAction.RELEASE, by=by)
    tell_refund(refund, template="payment_refund_begun")
    if not refund.by_account:
        hints.hint("refunds")
    return refund


@business_transaction
def send_back(number: str, *, version: int, text: str, token: str, by: User) -> Refund:
    """复核退回: the second person's no. An approved application waits for a first person again; the other is void."""
    use_form_token(token, address=page_of(number))
    refund = found(number)
    lock_bills(Bill.objects.filter(refunds=refund))
    check_finance(refund, by=by)
    if refund.made_by_id == by.pk:
        raise BusinessRuleError(Reason("refund.second-person"))
    check_text(text)
    is_applied_for = bool(refund.basis) or refund.replaces_id is not None
    blank = {"made_by": None, "made_at": None} if is_applied_for else {}
    move(refund, RefundAction.SEND_BACK, version=version, is_applied_for=is_applied_for, **blank)
    if refund.state == Refund.DROPPED:
        let_go(refund)
    note(refund, RefundAction.SEND_BACK, by=by, text=text)
    return refund


@business_transaction
def retry(number: str, *, version: int, token: str, by: User) -> Refund:
    """Ask the gateway again for one that it refused, under the same number."""
    use_form_token(token, address=page_of(number))
    refund = found(number)
    check_finance(refund, by=by)
    move(refund, RefundAction.RETRY, version=version, next_try_at=clock.now())
    note(refund, RefundAction.RETRY, by=by)
    hints.hint("refunds")
    return refund


@business_transaction
def reissue(number: str, *, version: int, account: Account, token: str, by: User) -> Refund:
    """A new refund to an account, for one that the bank sent back; somebody else releases it. Once."""
    own_number = public_number(prefix=REFUND_PREFIX, on=clock.today())
    use_form_token(token, address=page_of(own_number))
    old = found(number)
    lock_bills(Bill.objects.filter(refunds=old))
    list(PaymentOrder.objects.select_for_update(no_key=True, of=("self",)).filter(refunds=old))
    old = found(number)
    check_finance(old, by=by)
    if old.version != version or old.state != Refund.RETURNED or Refund.objects.filter(replaces=old).exists():
        raise ConflictError(Reason("refund.somebody-first", {"state": labels.REFUND_STATES[old.state]}))
    hold_again(old)
    again = Refund.objects.create(
        number=own_number,
        area=old.area,
        order=old.order,
        bill=old.bill,
        record=old.record,
        period_starts_on=old.period_starts_on,
        period_ends_on=old.period_ends_on,
        trade_no=old.trade_no,
        amount_fen=old.amount_fen,
        cause=old.cause,
        way="account",
        account=account.number,
        account_name=account.holder,
        account_bank=account.bank,
        basis=old.basis,
        replaces=old,
        state=Refund.MADE,
        made_by=by,
        made_at=clock.now(),
        created_at=clock.now(),
    )
    note(old, RefundAction.REISSUE, by=by, text=again.number)
    note(again, RefundAction.MAKE, by=by, text=old.number)
    return again


def found(number: str) -> Refund:
    """With what it is about; DoesNotExist for a number that is none."""
    return Refund.objects.select_related("order__payer__person", "record__person__user", "bill__person", "area").get(
        number=number
    )


def next_state(refund: Refund, action: RefundAction, *, is_applied_for: bool = True) -> str | None:
    """Where the policy leads from here; None where there is no such edge."""
    ways = {"by_account": refund.by_account, "to_personal": refund.to_personal}
    return policy.step(refund.state, action, is_applied_for=is_applied_for, **ways)


def move(refund: Refund, action: RefundAction, *, version: int, is_applied_for: bool = True, **changes: object) -> None:
    """Take one edge of the policy as the page has seen it. ConflictError when there is none, or somebody was first."""
    to = next_state(refund, action, is_applied_for=is_applied_for)
    seen = Refund.objects.filter(pk=refund.pk, state=refund.state, version=version)
    if to is None or not seen.update(state=to, version=F("version") + 1, **changes):
        now = Refund.objects.values_list("state", flat=True).get(pk=refund.pk)
        raise ConflictError(Reason("refund.somebody-first", {"state": labels.REFUND_STATES[now]}))
    refund.refresh_from_db(fields=["state", "version", *changes])


def note(refund: Refund, action: RefundAction, *, by: User | None, text: str = "") -> None:
    """Who did what, for good."""
    RefundEvent.objects.create(refund=refund, action=action, text=text.strip()[:200], actor=by, at=clock.now())


def may_settle(user: User, *, area_id: int | None) -> bool:
    """Finance of the area."""
    return area_id in set(StaffAssignment.objects.areas_with(user, Right.SETTLE))


def check_finance(refund: Refund, *, by: User) -> None:
    """BusinessRuleError for staff who may not touch this refund."""
    _check_staff(by, area_id=refund.area_id, bill=refund.bill, order=refund.order, record=refund.record)


def _check_staff(
    by: User,
    *,
    area_id: int | None,
    bill: Bill | None,
    order: PaymentOrder | None,
    record: ContributionRecord | None = None,
) -> None:
    """Not another area's, not one's own, not a relative's, whoever paid or is insured."""
    if not may_settle(by, area_id=area_id):
        raise BusinessRuleError(Reason("refund.not-finance"))
    payer = getattr(order.payer, "person", None) if order is not None else None
    persons = [payer, bill.person if bill is not None else None, record.person if record is not None else None]
    reasons = {
        reason.code: reason
        for person in persons
        if person is not None
        for reason in too_close(by=by, on=clock.today(), person=person)
    }
    if reasons:
        raise BusinessRuleError(*reasons.values())


def check_bill(bill: Bill, *, by: User) -> None:
    """The same of a bill that has no order."""
    _check_staff(by, area_id=bill.area_id, bill=bill, order=None)


def check_text(text: str) -> None:
    """A reason, or the number of a receipt."""
    if len(text.strip()) < SHORTEST_TEXT:
        raise BusinessRuleError(Reason("refund.text-needed"))
