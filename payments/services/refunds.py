"""Money on its way back: asked for under one number until the gateway, or the bank, says what became of it."""

from datetime import date

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.urls import reverse

from payments import labels
from payments.gateways.base import GatewayError, Outcome, RefundRequest, RefundState
from payments.models import Bill, ContributionRecord, PaymentOrder, Refund
from payments.models.refunds import OWN_CAUSES
from payments.policy.orders import Event, next_refund_try
from payments.policy.refunds import HOLDING, RefundAction
from payments.services import giving_back, ledger
from payments.services.bills import lock_bills
from payments.services.history import GIVEN_BACK
from payments.services.records import NewContribution, record_contributions
from payments.services.results import move
from payments.services.telling import alarm, tell_refund
from payments.services.ways import gateway_of
from portal import clock, hints
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.transactions import business_transaction

LIMIT = 100
BANK = "bank"
"""The channel of what goes to an account."""
RESIDENT_BACK, OTHER_BACK = "991", "20"
"""缴费类型 居民退费 and 退收."""
log = structlog.get_logger(__name__)


def send_due() -> int:
    """Ask for every refund that is due, or what became of it; how many. May run side by side."""
    due = Refund.objects.to_send(clock.now()).order_by("next_try_at", "pk").values_list("number", flat=True)
    return sum(_send(number) for number in due[:LIMIT])


def _send(number: str) -> bool:
    try:
        refund = _claim(number)
        if refund is None or refund.order is None:
            return False
        apply_refund(_answer(refund, order=refund.order), gateway=refund.order.gateway)
    except Exception:
        # The edge of the loop: one refund that cannot be sent keeps no other waiting, and is due again.
        log.exception("refund_failed", refund=number)
    return True


def _answer(refund: Refund, *, order: PaymentOrder) -> RefundState:
    """What the gateway says; a refund that was asked for before is asked about first."""
    gateway = gateway_of(order.gateway)
    if refund.tries > 1:
        known = gateway.query_refund(refund.number, order_number=order.number, begun_at=refund.created_at)
        if known.outcome not in {Outcome.MISSING, Outcome.CLOSED}:
            return known
    try:
        return gateway.refund(
            RefundRequest(
                order_number=order.number,
                trade_no=refund.trade_no,
                refund_number=refund.number,
                begun_at=refund.created_at,
                total_fen=refund.amount_fen if refund.cause == "mismatch" else order.amount_fen,
                refund_fen=refund.amount_fen,
                reason=refund.get_cause_display(),
                notify_url=f"{settings.BASE_URL}{reverse('payment_notice', args=[order.gateway])}",
            )
        )
    except GatewayError as error:
        log.warning("refund_refused", refund=refund.number, is_unknown=error.is_unknown)
        outcome = Outcome.UNKNOWN if error.is_unknown else Outcome.CLOSED
        return RefundState(outcome=outcome, refund_number=refund.number)


@business_transaction
def _claim(number: str) -> Refund | None:
    """Count the try before it is made; None when it is not due any more."""
    now = clock.now()
    refund = Refund.objects.to_send(now).select_related("order").filter(number=number).first()
    if refund is None:
        return None
    tries = refund.tries + 1
    is_mine = Refund.objects.filter(pk=refund.pk, version=refund.version).update(
        state=Refund.SENT, tries=tries, next_try_at=next_refund_try(tries, now=now), version=F("version") + 1
    )
    refund.tries = tries
    return refund if is_mine else None


@business_transaction
def apply_refund(found: RefundState, *, gateway: str) -> bool:
    """Write what became of a refund; the same news twice changes nothing. False for a refund that nobody knows.

    One that failed may be given back later all the same: by staff at the platform, or by a notice that was overtaken.
    """
    known = Refund.objects.filter(number=found.refund_number, order__gateway=gateway, way="original")
    bill_id = known.values_list("bill_id", flat=True).first()
    if bill_id is not None:
        lock_bills(Bill.objects.filter(pk=bill_id))
    orders = PaymentOrder.objects.filter(gateway=gateway, refunds__in=known)
    order = orders.select_for_update(no_key=True, of=("self",)).select_related("payer__person").first()
    if order is None:
        return False
    refund = giving_back.found(found.refund_number)
    is_paid = found.outcome == Outcome.REFUNDED and found.amount_fen in (None, refund.amount_fen)
    if refund.state == Refund.RETURNED and refund.done_at is None and found.outcome == Outcome.REFUNDED:
        _paid_after_all(refund, order=order, reference=found.refund_trade_no, is_whole=is_paid)
    elif is_paid and refund.state in (*Refund.OPEN_STATES, Refund.FAILED):
        finish(refund, order=order, reference=found.refund_trade_no, by=None)
    elif found.outcome in {Outcome.REFUNDED, Outcome.CLOSED} and refund.state in Refund.OPEN_STATES:
        giving_back.move(refund, RefundAction.FAIL, version=refund.version, next_try_at=None)
        giving_back.note(refund, RefundAction.FAIL, by=None)
        alarm(order, template="payment_refund_failed", key=refund.number)
    return True


def _paid_after_all(refund: Refund, *, order: PaymentOrder, reference: str, is_whole: bool) -> None:
    """The gateway has paid what failed and was written down as returned: what was to replace it stops, if it still can.

    Staff are told in any case: what has gone to an account meanwhile went twice. What may be at the bank at this moment
    is not stopped by this: people know whether it was transferred.
    """
    alarm(order, template="payment_refund_overtaken", key=refund.number)
    last = _last_of(refund)
    if is_whole and last.state == Refund.PAYOUT:
        if heard_of(last) is None:
            Refund.objects.filter(pk=last.pk).update(version=F("version") + 1)
            Refund.objects.filter(pk=refund.pk).update(refund_trade_no=reference)
            giving_back.note(last, RefundAction.HEARD, by=None, text=refund.number)
        return
    if not is_whole or last.state == Refund.DONE:
        log.error("refund_paid_twice", refund=refund.number, last=last.number)
        return
    try:
        with transaction.atomic():
            if last.pk != refund.pk and last.state != Refund.DROPPED:
                stop(last, because=refund, by=None)
            giving_back.hold_again(refund)
            finish(refund, order=order, reference=reference, by=None)
    except BusinessRuleError:
        log.error("refund_paid_twice", refund=refund.number, last=last.number)


def stop(last: Refund, *, because: Refund, by: User | None) -> None:
    """End a refund whose first one was paid all the same. The bill and the order were locked by the caller."""
    is_held = last.state in HOLDING
    giving_back.move(last, RefundAction.OVERTAKE, version=last.version)
    giving_back.note(last, RefundAction.OVERTAKE, by=by, text=because.number)
    if is_held:
        giving_back.let_go(last)


def heard_of(refund: Refund) -> Refund | None:
    """The refund that this transfer replaces and that was paid all the same, as was heard meanwhile."""
    heard = refund.events.filter(action=RefundAction.HEARD).order_by("-pk").first()
    return giving_back.found(heard.text) if heard is not None else None


def stand_first(first: Refund) -> None:
    """What was paid all the same is booked, after its transfer was stopped or came back. Locked by the caller."""
    giving_back.hold_again(first)
    finish(first, order=first.order, reference=first.refund_trade_no, by=None)


def _last_of(refund: Refund) -> Refund:
    """The refund that took this one's place, and the place of that; itself when there is none."""
    while (later := Refund.objects.filter(replaces=refund).first()) is not None:
        refund = later
    return refund


def finish(refund: Refund, *, order: PaymentOrder | None, reference: str, by: User | None) -> None:
    """The money is back: booked, recorded, told. The bill and the order were locked by the caller."""
    now = clock.now()
    action = RefundAction.DONE if by is None else RefundAction.PAY_OUT
    giving_back.move(refund, action, version=refund.version, done_at=now, refund_trade_no=reference, next_try_at=None)
    giving_back.note(refund, action, by=by, text=reference)
    _book(refund, kind="refund", sign=1)
    if refund.cause == "late" and order is not None:
        move(order, event=Event.REFUNDED)
    if refund.record is not None:
        _record_back(refund, record=refund.record, on=now.astimezone(clock.SHANGHAI).date())
    _close_when_all_back(refund, order=order)
    tell_refund(refund, template="payment_refunded")
    if refund.basis:
        hints.hint("effects")


def _book(refund: Refund, *, kind: str, sign: int) -> None:
    """The reverse of the payment; of a refund that came back, the reverse of that."""
    fen = sign * refund.amount_fen
    channel = BANK if refund.by_account or refund.order is None else refund.order.gateway
    own = "suspense" if refund.bill_id is None and refund.record_id is None else "contribution"
    if own == "contribution" and refund.bill_id is None:
        own = "unbilled"
    ledger.post(
        ledger.Movement(
            kind=kind,
            channel=channel,
            trade_no=refund.number,
            happened_at=clock.now(),
            entries=[
                ledger.Entry(account="received" if channel == BANK else "gateway", fen=-fen),
                ledger.Entry(account=own, fen=fen, bill_id=refund.bill_id),
            ],
            order_id=refund.order_id if channel != BANK else None,
        )
    )


def _record_back(refund: Refund, *, record: ContributionRecord, on: date) -> None:
    """缴费类型 991 (居民退费) or 20 (退收). The subsidy goes back with the last fen of the person's own part."""
    months = refund.months or (record.period_starts_on, record.period_ends_on)
    gone = Refund.objects.filter(record=record, state=Refund.DONE).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    is_all = gone >= record.personal_fen and months == (record.period_starts_on, record.period_ends_on)
    record_contributions(
        [
            NewContribution(
                person_id=record.person_id,
                enrollment_id=record.enrollment_id,
                employer_id=record.employer_id,
                area_id=record.area_id,
                scheme=record.scheme,
                kind=RESIDENT_BACK if record.scheme == "390" else OTHER_BACK,
                way=record.way,
                period_starts_on=months[0],
                period_ends_on=months[1],
                base_fen=record.base_fen,
                personal_fen=-refund.amount_fen,
                fiscal_fen=-record.fiscal_fen if is_all else 0,
                aid_fen=-record.aid_fen if is_all else 0,
                paid_on=on,
            )
        ]
    )


def _close_when_all_back(refund: Refund, *, order: PaymentOrder | None) -> None:
    """A bill, paid in full or in part, and an order, of which nothing is left is 已退费."""
    if refund.bill_id is None:
        return
    done = Refund.objects.filter(state=Refund.DONE)
    back = done.filter(bill=refund.bill_id).aggregate(fen=Sum("amount_fen"))["fen"]
    whole = Bill.objects.filter(pk=refund.bill_id, status__in=[Bill.PAID, Bill.PART_PAID], paid_fen=back)
    if whole.update(status=Bill.REFUNDED, version=F("version") + 1):
        hints.hint("effects")
    of_bills = done.filter(order=order).exclude(cause__in=OWN_CAUSES)
    if order is not None and of_bills.aggregate(fen=Sum("amount_fen"))["fen"] == order.amount_fen:
        move(order, event=Event.REFUNDED)


@business_transaction
def confirm_payout(
    number: str, *, version: int, reference: str, token: str, by: User, was_sent_twice: bool = False
) -> Refund:
    """Finance has the bank's receipt of the transfer to the person's account.

    BusinessRuleError when the refund that it replaces was paid all the same, unless finance says that it knows: then
    the money went twice, and the gateway's bill file has a refund that the books do not.
    """
    use_form_token(token, address=giving_back.page_of(number))
    refund = _locked(number, by=by)
    giving_back.check_text(reference)
    if refund.version != version or refund.state != Refund.PAYOUT:
        raise ConflictError(Reason("refund.somebody-first", {"state": labels.REFUND_STATES[refund.state]}))
    if (first := heard_of(refund)) is not None:
        if not was_sent_twice:
            raise BusinessRuleError(Reason("refund.heard-paid", {"number": first.number}))
        log.error("refund_paid_twice", refund=first.number, last=number)
    finish(refund, order=refund.order, reference=reference.strip()[:64], by=by)
    return refund


def take_return(number: str, *, version: int, text: str, token: str, by: User) -> Refund:
    """银行退回: the money did not arrive and is the hall's again. What was booked is booked back.

    A failed one is asked about first: BusinessRuleError when the gateway has paid it, or does not say.
    """
    refund = giving_back.found(number)
    giving_back.check_finance(refund, by=by)
    if refund.to_personal:
        raise BusinessRuleError(Reason("refund.stays-in-account"))
    if refund.state == Refund.FAILED and refund.order is not None and not refund.by_account:
        said = gateway_of(refund.order.gateway).query_refund(
            number, order_number=refund.order.number, begun_at=refund.created_at
        )
        apply_refund(said, gateway=refund.order.gateway)
        if said.outcome == Outcome.REFUNDED:
            raise BusinessRuleError(Reason("refund.paid-after-all"))
        if said.outcome not in {Outcome.CLOSED, Outcome.MISSING}:
            raise BusinessRuleError(Reason("refund.gateway-unsure"))
    return _take_return(number, version=version, text=text, token=token, by=by)


@business_transaction
def _take_return(number: str, *, version: int, text: str, token: str, by: User) -> Refund:
    use_form_token(token, address=giving_back.page_of(number))
    refund = _locked(number, by=by)
    giving_back.check_text(text)
    was_done, first = refund.state == Refund.DONE, heard_of(refund)
    giving_back.move(refund, RefundAction.RETURN, version=version, next_try_at=None)
    giving_back.note(refund, RefundAction.RETURN, by=by, text=text)
    giving_back.let_go(refund)
    if was_done:
        _book(refund, kind="return", sign=-1)
        _record_again(refund)
        _stand_again(refund)
    if first is not None and first.state == Refund.RETURNED:
        stop(refund, because=first, by=by)
        stand_first(first)
    else:
        tell_refund(refund, template="payment_refund_returned")
    return refund


def _stand_again(refund: Refund) -> None:
    """The bill and the order count as paid again; a bill that another has taken the place of stays as it is."""
    bill, order = refund.bill, refund.order
    if bill is None:
        return
    others = Bill.objects.filter(
        enrollment=bill.enrollment_id,
        kind=bill.kind,
        period_starts_on=bill.period_starts_on,
        period_ends_on=bill.period_ends_on,
    )
    standing = others.exclude(status__in=[Bill.VOID, Bill.REFUNDED]).exclude(pk=bill.pk)
    if bill.enrollment_id is None or not standing.exists():
        refunded = Bill.objects.filter(pk=bill.pk, status=Bill.REFUNDED)
        refunded.update(status=Bill.PART_PAID if bill.left_fen else Bill.PAID, version=F("version") + 1)
    if order is not None and refund.cause not in OWN_CAUSES:
        move(order, event=Event.RETURNED)


def _record_again(refund: Refund) -> None:
    """The record of the money that went back is taken back, too: the same with the opposite signs.

    The refund, and what replaces it, is of that new record from now on: the money goes back once.
    """
    if refund.record is None or refund.months is None:
        return
    first, last = refund.months
    backs = ContributionRecord.objects.filter(
        enrollment=refund.record.enrollment_id,
        kind__in=GIVEN_BACK,
        period_starts_on=first,
        period_ends_on=last,
        personal_fen=-refund.amount_fen,
    )
    row = backs.order_by("-pk").first()
    if row is None:
        return
    (again,) = record_contributions(
        [
            NewContribution(
                person_id=row.person_id,
                enrollment_id=row.enrollment_id,
                employer_id=row.employer_id,
                area_id=row.area_id,
                scheme=row.scheme,
                kind=refund.record.kind,
                way=row.way,
                period_starts_on=first,
                period_ends_on=last,
                base_fen=row.base_fen,
                personal_fen=-row.personal_fen,
                fiscal_fen=-row.fiscal_fen,
                aid_fen=-row.aid_fen,
                paid_on=clock.today(),
            )
        ]
    )
    Refund.objects.filter(pk=refund.pk).update(record=again)
    refund.record = again


def _locked(number: str, *, by: User) -> Refund:
    """The refund with its bill and order locked from the top, for a finance member who may."""
    refund = giving_back.found(number)
    lock_bills(Bill.objects.filter(refunds=refund))
    if refund.order_id is not None:
        PaymentOrder.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund.order_id)
    refund = giving_back.found(number)
    giving_back.check_finance(refund, by=by)
    return refund
