"""Money that came by bank transfer or at the counter: entered by one, confirmed by another, posted like any payment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.urls import reverse

from insured.models import StaffAssignment
from insured.policy.roles import Right
from insured.services.distance import too_close
from payments.models import Bill, OfflinePayment, OfflinePaymentEvent
from payments.services import ledger
from payments.services.bills import lock_bills, pay_bill
from payments.services.dues import why_not
from payments.services.telling import tell_insured
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction

NUMBER_PREFIX = "SK"
"""收款编号 begin with 收款's initials."""
WAYS = {"bank": "03", "counter": "11"}
"""到账方式: a transfer is 经办机构自收, money at the counter 柜台."""
OLDEST = timedelta(days=366)
SHORTEST_TEXT = 5
ACCOUNT = "received"
"""The account of the ledger that holds what came without a payment platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What stands on the paper; without a bill it is entered as 暂收. A bill that cannot be paid now is refused."""

    channel: str
    receipt_no: str
    amount_fen: int
    paid_on: date
    payer_name: str
    area_id: int
    bill_number: str = ""
    note: str = ""


def page_of(number: str) -> str:
    """Where the desk shows a receipt."""
    return reverse("admin:payments_offlinepayment_show", args=[number])


def may_enter(user: User, *, area_id: int) -> bool:
    """Finance of the area, and the caseworkers at its counters."""
    areas = StaffAssignment.objects.areas_with
    return any(area_id in set(areas(user, right)) for right in (Right.SETTLE, Right.HANDLE))


def may_confirm(user: User, *, area_id: int) -> bool:
    """Finance of the area."""
    return area_id in set(StaffAssignment.objects.areas_with(user, Right.SETTLE))


@business_transaction
def enter(receipt: Receipt, *, token: str, by: User) -> OfflinePayment:
    """The first person. BusinessRuleError says why it cannot be entered so; a number that is known is refused.

    The bill is locked: of two who enter at once what is left of it, the second one is told of the first.
    """
    if not may_enter(by, area_id=receipt.area_id):
        raise BusinessRuleError(Reason("offline.not-yours"))
    number = public_number(prefix=NUMBER_PREFIX, on=clock.today())
    use_form_token(token, address=page_of(number))
    bill = _bill(receipt.bill_number, area_id=receipt.area_id) if receipt.bill_number else None
    if reasons := [*_wrong(receipt), *(_unfit_to_enter(bill, came=receipt, by=by) if bill else [])]:
        raise BusinessRuleError(*reasons)
    try:
        with transaction.atomic():
            made = OfflinePayment.objects.create(
                number=number,
                channel=receipt.channel,
                receipt_no=receipt.receipt_no,
                area_id=receipt.area_id,
                bill=bill,
                amount_fen=receipt.amount_fen,
                paid_on=receipt.paid_on,
                payer_name=receipt.payer_name,
                note=receipt.note,
                proposed_by=by,
                proposed_at=clock.now(),
            )
    except IntegrityError:
        raise BusinessRuleError(Reason("offline.known", {"receipt_no": receipt.receipt_no})) from None
    _note(made, action="enter", by=by)
    return made


def _bill(number: str, *, area_id: int) -> Bill:
    """Locked from the top."""
    found = lock_bills(Bill.objects.filter(number=number, area=area_id))
    if not found:
        raise BusinessRuleError(Reason("offline.bill-unknown", {"number": number}))
    return found[0]


def _wrong(receipt: Receipt) -> list[Reason]:
    reasons, today = [], clock.today()
    if receipt.amount_fen <= 0:
        reasons.append(Reason("offline.no-amount"))
    if not today - OLDEST <= receipt.paid_on <= today:
        reasons.append(Reason("offline.day", {"today": today}))
    return reasons


def _unfit(bill: Bill, *, came: Receipt | OfflinePayment, by: User) -> list[Reason]:
    """Why this sum is not entered for this bill by this person. Whether it came too late is asked of its own day."""
    employer = bill.employer or (bill.enrollment.employer if bill.enrollment else None)
    reasons = list(too_close(by=by, on=clock.today(), person=bill.person, employer=employer))
    if bill.status not in (Bill.OPEN, Bill.PART_PAID) or bill.left_fen <= 0:
        return [*reasons, Reason("offline.bill-over", {"number": bill.number, "status": bill.get_status_display()})]
    if came.amount_fen > bill.left_fen:
        reasons.append(Reason("offline.too-much", {"number": bill.number, "left_fen": bill.left_fen}))
    return [*reasons, *why_not(bill.person, bills=[bill], paid_on=came.paid_on)]


def _unfit_to_enter(bill: Bill, *, came: Receipt | OfflinePayment, by: User) -> list[Reason]:
    """The same, and whether it fits beside what was entered for this locked bill and waits for a second person."""
    reasons = _unfit(bill, came=came, by=by)
    waiting = OfflinePayment.objects.filter(bill=bill, state__in=[OfflinePayment.ENTERED, OfflinePayment.MATCHING])
    waiting_fen = waiting.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    if not reasons and came.amount_fen > bill.left_fen - waiting_fen:
        left = {"left_fen": max(bill.left_fen - waiting_fen, 0), "waiting_fen": waiting_fen}
        reasons.append(Reason("offline.entered-already", {"number": bill.number, **left}))
    return reasons


def _note(payment: OfflinePayment, *, action: str, by: User, text: str = "") -> None:
    OfflinePaymentEvent.objects.create(payment=payment, action=action, text=text, actor=by, at=clock.now())


@business_transaction
def confirm(number: str, *, version: int, token: str, by: User) -> OfflinePayment:
    """The second person's yes: the money is booked, on its bill when that can still take it, else as suspense.

    ConflictError when somebody was first. What was proposed for suspense (a bill, or giving it back) is done.
    """
    use_form_token(token, address=page_of(number))
    payment, bills = _locked(number)
    _check_second(payment, by=by, bills=bills)
    if payment.state == OfflinePayment.RETURNING:
        return _give_back(payment, version=version, by=by)
    bill = bills[0] if bills and not _unfit(bills[0], came=payment, by=by) else None
    if bill is None and payment.state == OfflinePayment.MATCHING:
        raise BusinessRuleError(Reason("offline.no-longer-fits", {"number": bills[0].number if bills else ""}))
    is_new = payment.state == OfflinePayment.ENTERED
    state = OfflinePayment.BOOKED if bill else OfflinePayment.SUSPENSE
    _decided(payment, version=version, state=state, bill=bill, by=by, action="confirm")
    _post(payment, bill=bill, is_new=is_new)
    if bill:
        pay_bill(bill, amount_fen=payment.amount_fen, paid_on=payment.paid_on, way=WAYS[payment.channel])
        _tell(payment, bill=bill)
    return payment


def _tell(payment: OfflinePayment, *, bill: Bill) -> None:
    template = "payment_offline_part" if bill.left_fen else "payment_offline"
    tell_insured(
        bill,
        template=template,
        key=payment.number,
        amount_fen=payment.amount_fen,
        way=payment.get_channel_display(),
        number=payment.number,
    )


def _locked(number: str) -> tuple[OfflinePayment, list[Bill]]:
    """The receipt and its bill, the bill locked from the top."""
    bills = lock_bills(Bill.objects.filter(offline_payments__number=number))
    payment = OfflinePayment.objects.select_for_update(no_key=True, of=("self",)).get(number=number)
    if payment.bill_id not in {None, *(bill.pk for bill in bills)}:
        raise ConflictError(Reason("offline.somebody-first"))
    return payment, bills if payment.bill_id else []


def _check_second(payment: OfflinePayment, *, by: User, bills: list[Bill]) -> None:
    if not may_confirm(by, area_id=payment.area_id):
        raise BusinessRuleError(Reason("offline.not-finance"))
    if payment.state not in OfflinePayment.PROPOSED:
        raise ConflictError(Reason("offline.somebody-first"))
    if payment.proposed_by_id == by.pk:
        raise BusinessRuleError(Reason("offline.second-person"))
    for bill in bills:
        employer = bill.employer or (bill.enrollment.employer if bill.enrollment else None)
        if close := too_close(by=by, on=clock.today(), person=bill.person, employer=employer):
            raise BusinessRuleError(*close)


def _decided(
    payment: OfflinePayment,
    *,
    version: int,
    state: str,
    by: User,
    action: str,
    bill: Bill | None = None,
    text: str = "",
) -> None:
    _move(payment, version=version, state=state, bill=bill, confirmed_by=by, confirmed_at=clock.now())
    _note(payment, action=action, by=by, text=text)


def _move(payment: OfflinePayment, *, version: int, **changes: object) -> None:
    """Write a receipt as the page has seen it. ConflictError when somebody was first."""
    seen = OfflinePayment.objects.filter(pk=payment.pk, state=payment.state, version=version)
    if not seen.update(version=F("version") + 1, **changes):
        raise ConflictError(Reason("offline.somebody-first"))
    payment.refresh_from_db()


def _post(payment: OfflinePayment, *, bill: Bill | None, is_new: bool) -> None:
    """What came in for its bill or as suspense; or out of suspense for a bill."""
    fen = payment.amount_fen
    to = ledger.Entry(account="contribution", fen=-fen, bill_id=bill.pk) if bill else _suspense(-fen)
    came = datetime.combine(payment.paid_on, time(12), tzinfo=clock.SHANGHAI)
    ledger.post(
        ledger.Movement(
            kind="payment" if is_new else "match",
            channel=payment.channel,
            trade_no=payment.number,
            happened_at=came if is_new else clock.now(),
            entries=[ledger.Entry(account=ACCOUNT, fen=fen) if is_new else _suspense(fen), to],
        )
    )


def _suspense(fen: int) -> ledger.Entry:
    return ledger.Entry(account="suspense", fen=fen)


def _give_back(payment: OfflinePayment, *, version: int, by: User) -> OfflinePayment:
    """Out of suspense and out of the account: the bank has sent it back."""
    _decided(payment, version=version, state=OfflinePayment.RETURNED, by=by, action="confirm")
    fen = payment.amount_fen
    ledger.post(
        ledger.Movement(
            kind="refund",
            channel=payment.channel,
            trade_no=payment.number,
            happened_at=clock.now(),
            entries=[ledger.Entry(account=ACCOUNT, fen=-fen), _suspense(fen)],
        )
    )
    return payment


@business_transaction
def refuse(number: str, *, version: int, text: str, token: str, by: User) -> OfflinePayment:
    """The second person's no, with a reason: what was entered is void, what was proposed for suspense stays there."""
    use_form_token(token, address=page_of(number))
    payment, bills = _locked(number)
    _check_second(payment, by=by, bills=bills)
    _check_text(text)
    is_new = payment.state == OfflinePayment.ENTERED
    state = OfflinePayment.DISCARDED if is_new else OfflinePayment.SUSPENSE
    bill = bills[0] if bills and is_new else None
    _decided(payment, version=version, state=state, by=by, action="refuse", bill=bill, text=text.strip())
    return payment


@business_transaction
def propose_bill(number: str, *, bill_number: str, version: int, token: str, by: User) -> OfflinePayment:
    """Finance has found out what a sum in suspense is for; somebody else confirms."""
    use_form_token(token, address=page_of(number))
    payment = _suspended(number, by=by)
    bill = _bill(bill_number, area_id=payment.area_id)
    if reasons := _unfit_to_enter(bill, came=payment, by=by):
        raise BusinessRuleError(*reasons)
    _propose(payment, version=version, state=OfflinePayment.MATCHING, bill=bill, by=by)
    _note(payment, action="match", by=by, text=bill.number)
    return payment


@business_transaction
def propose_return(number: str, *, text: str, version: int, token: str, by: User) -> OfflinePayment:
    """Finance marks a sum in suspense to be given back to whoever sent it; somebody else confirms."""
    use_form_token(token, address=page_of(number))
    payment = _suspended(number, by=by)
    _check_text(text)
    _propose(payment, version=version, state=OfflinePayment.RETURNING, bill=None, by=by)
    _note(payment, action="return", by=by, text=text.strip())
    return payment


def _suspended(number: str, *, by: User) -> OfflinePayment:
    payment = OfflinePayment.objects.get(number=number)
    if not may_confirm(by, area_id=payment.area_id):
        raise BusinessRuleError(Reason("offline.not-finance"))
    if payment.state != OfflinePayment.SUSPENSE:
        raise ConflictError(Reason("offline.somebody-first"))
    return payment


def _propose(payment: OfflinePayment, *, version: int, state: str, bill: Bill | None, by: User) -> None:
    mine = {"proposed_by": by, "proposed_at": clock.now(), "confirmed_by": None, "confirmed_at": None}
    _move(payment, version=version, state=state, bill=bill, **mine)


def _check_text(text: str) -> None:
    if len(text.strip()) < SHORTEST_TEXT:
        raise BusinessRuleError(Reason("offline.text-needed"))
