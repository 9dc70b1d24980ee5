"""Money that goes back by itself: asked for under one number until the gateway says what became of it."""

import structlog
from django.conf import settings
from django.db.models import F
from django.urls import reverse

from payments.gateways import gateway as gateway_of
from payments.gateways.base import GatewayError, Outcome, RefundRequest, RefundState
from payments.models import PaymentOrder, Refund
from payments.policy.orders import Event, next_refund_try
from payments.services import ledger
from payments.services.results import move
from payments.services.telling import alarm, tell_payer
from portal import clock
from portal.transactions import business_transaction

LIMIT = 100
log = structlog.get_logger(__name__)


def send_due() -> int:
    """Ask for every refund that is due, or what became of it; how many. May run side by side."""
    due = Refund.objects.to_send(clock.now()).order_by("next_try_at", "pk").values_list("number", flat=True)
    return sum(_send(number) for number in due[:LIMIT])


def _send(number: str) -> bool:
    refund = _claim(number)
    if refund is None:
        return False
    try:
        apply_refund(_answer(refund), gateway=refund.order.gateway)
    except Exception:
        # The edge of the loop: one refund that cannot be sent keeps no other waiting, and is due again.
        log.exception("refund_failed", refund=number)
    return True


def _answer(refund: Refund) -> RefundState:
    """What the gateway says; a refund that was asked for before is asked about first."""
    gateway, order = gateway_of(refund.order.gateway), refund.order
    if refund.tries > 1:
        known = gateway.query_refund(refund.number, order_number=order.number, begun_at=refund.created_at)
        if known.outcome != Outcome.MISSING:
            return known
    try:
        return gateway.refund(
            RefundRequest(
                order_number=order.number,
                trade_no=refund.trade_no,
                refund_number=refund.number,
                begun_at=refund.created_at,
                total_fen=order.amount_fen,
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
    orders = PaymentOrder.objects.filter(gateway=gateway, refunds__number=found.refund_number)
    order = orders.select_for_update(no_key=True, of=("self",)).select_related("payer__person").first()
    if order is None:
        return False
    refund = Refund.objects.get(number=found.refund_number)
    is_mended = refund.state == Refund.FAILED and found.outcome == Outcome.REFUNDED
    if refund.state not in Refund.OPEN_STATES and not is_mended:
        return True
    if found.outcome == Outcome.REFUNDED and found.amount_fen in (None, refund.amount_fen):
        _done(order, refund, refund_trade_no=found.refund_trade_no)
    elif found.outcome in {Outcome.REFUNDED, Outcome.CLOSED}:
        _end(refund, state=Refund.FAILED)
        alarm(order, template="payment_refund_failed", key=refund.number)
    return True


def _done(order: PaymentOrder, refund: Refund, *, refund_trade_no: str) -> None:
    now = clock.now()
    _end(refund, state=Refund.DONE, done_at=now, refund_trade_no=refund_trade_no)
    ledger.post(
        ledger.Movement(
            kind="refund",
            channel=order.gateway,
            trade_no=refund.number,
            happened_at=now,
            entries=[
                ledger.Entry(account="gateway", fen=-refund.amount_fen),
                ledger.Entry(account="suspense", fen=refund.amount_fen),
            ],
            order_id=order.pk,
        )
    )
    if refund.cause == "late":
        move(order, event=Event.REFUNDED)
    tell_payer(order, bills=(), template="payment_refunded", key=refund.number)


def _end(refund: Refund, *, state: str, **changes: object) -> None:
    Refund.objects.filter(pk=refund.pk).update(state=state, next_try_at=None, version=F("version") + 1, **changes)
