"""Asking the gateways: on a schedule, before a bill is paid anew, and before an order is closed."""

import structlog
from django.db.models import F

from payments.gateways.base import Gateway, Outcome, Trade
from payments.models import PaymentOrder
from payments.policy.orders import HOURLY, State, next_query
from payments.services.results import Applied, apply_result, close_order
from payments.services.ways import gateway_of
from portal import clock
from portal.accounts.models import User
from portal.accounts.services.limits import Limit, TooOften, spend
from portal.transactions import business_transaction

ASKED_A_MINUTE = 10
LIMIT = 200
"""Orders asked about in one go; the rest is due at the next beat."""
log = structlog.get_logger(__name__)


def ask(number: str) -> Applied:
    """Ask the gateway of a started order and apply its answer."""
    order = PaymentOrder.objects.get(number=number)
    gateway = _gateway_of(order)
    if gateway is None:
        return Applied.NOTHING
    return apply_result(gateway.query(number, begun_at=order.begun_at), gateway=order.gateway)


def _gateway_of(order: PaymentOrder) -> Gateway | None:
    """None when the hall has no key for it any more: nobody can be asked, so nothing is known."""
    try:
        return gateway_of(order.gateway)
    except KeyError:
        log.error("gateway_without_key", gateway=order.gateway, order=order.number)
        return None


def ask_for(number: str, *, by: User) -> Applied:
    """The payer wants to know at once; at most ASKED_A_MINUTE times, then TooOften. Nothing to ask: nothing happens."""
    order = PaymentOrder.objects.visible_to(by).get(number=number)
    if order.state not in (State.PAYING, State.REVIEW):
        return Applied.NOTHING
    spend(_limit(by))
    return ask(number)


def _limit(by: User) -> Limit:
    return Limit("payment-ask", str(by.pk), ASKED_A_MINUTE, 60)


def may_ask(by: User) -> bool:
    """Whether this payer may set off questions now; counts it. False beyond ASKED_A_MINUTE."""
    try:
        spend(_limit(by))
    except TooOften:
        return False
    return True


def settle(number: str, *, because: str) -> Applied:
    """Close a started order at its gateway, and only then here; a payment that was quicker is applied.

    Without an answer, and where it can still be paid, nothing is closed: Applied.NOTHING.
    """
    order = PaymentOrder.objects.get(number=number)
    gateway = _gateway_of(order)
    if gateway is None:
        return Applied.NOTHING
    outcome = gateway.close(number, begun_at=order.begun_at, expires_at=order.expires_at)
    if outcome in {Outcome.CLOSED, Outcome.MISSING}:
        closed = Trade(outcome=Outcome.CLOSED, order_number=number)
        return apply_result(closed, gateway=order.gateway, closed_because=because)
    if outcome == Outcome.WAITING:
        return Applied.NOTHING
    return apply_result(gateway.query(number, begun_at=order.begun_at), gateway=order.gateway, closed_because=because)


def settle_if_over(number: str) -> None:
    """Before its bills are paid anew: close a started order whose time is over, ask about any other."""
    order = PaymentOrder.objects.get(number=number)
    if order.expires_at <= clock.now():
        settle(number, because="expired")
    else:
        ask(number)


def query_pending() -> int:
    """Ask about every order that is due, and close those whose time is over; how many. May run side by side."""
    now = clock.now()
    due = PaymentOrder.objects.to_ask(now).order_by("next_query_at", "pk").values_list("number", flat=True)
    return sum(_query(number) for number in due[:LIMIT])


def _query(number: str) -> bool:
    try:
        order = _claim(number)
        if order is None:
            return False
        if order.state == State.CREATED:
            _expire(number)
        elif order.expires_at <= clock.now():
            settle(number, because="expired")
        else:
            ask(number)
    except Exception:
        # The edge of the loop: one order that cannot be settled keeps no other waiting, and is due again.
        log.exception("order_query_failed", order=number)
    return True


@business_transaction
def _claim(number: str) -> PaymentOrder | None:
    """Put the next question off before this one is asked, so that two workers do not ask the same; None if not due."""
    now = clock.now()
    order = PaymentOrder.objects.to_ask(now).filter(number=number).first()
    if order is None:
        return None
    due_at = order.next_query_at
    wait = next_query(order.started_at, now=now, expires_at=order.expires_at) if order.started_at else now + HOURLY
    is_mine = PaymentOrder.objects.filter(pk=order.pk, next_query_at=due_at).update(
        next_query_at=wait, tries=F("tries") + 1
    )
    return order if is_mine else None


@business_transaction
def _expire(number: str) -> None:
    """Close an order that never went to a gateway."""
    order = PaymentOrder.objects.select_for_update(no_key=True, of=("self",)).get(number=number)
    if order.state == State.CREATED and order.expires_at <= clock.now():
        close_order(order, because="expired")
