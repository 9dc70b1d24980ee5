"""Opening, starting and ending an order; the gateway is called between the transactions, never inside one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from payments import labels
from payments.gateways import gateway as gateway_of
from payments.gateways.base import GatewayError, Prepay, Started
from payments.models import Bill, OrderLine, PaymentOrder
from payments.policy.orders import LIFETIME, WAITING, Event, State, next_query
from payments.services import asking
from payments.services.bills import lock_bills
from payments.services.dues import why_not
from payments.services.results import close_order, move
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.money import yuan
from portal.transactions import business_transaction

NUMBER_PREFIX = "DD"
"""订单号 begin with 订单's initials."""
SUBJECT = "医保缴费"
DEBIT = "debit"
"""Only a mandate starts it; nobody chooses it on a page."""
POOLED = "account"
"""Paid at once by family.py, never at a cashier."""
ASKED_FIRST = 5
"""Earlier orders of the same bills that are asked about before a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """The bills to pay, what the page said they cost, and the one-time token of its form."""

    bill_numbers: Sequence[str]
    shown_fen: int
    key: str

    @property
    def hash(self) -> str:
        """The same for the same bills at the same price."""
        return hashlib.sha256(f"{sorted(set(self.bill_numbers))}:{self.shown_fen}".encode()).hexdigest()


def open_order(wanted: OrderRequest, *, by: User) -> PaymentOrder:
    """An order for these bills: a new one, or the live one that the payer has for them already.

    Whatever order of the payer is under way for one of them is first asked about at its gateway. The same key again is
    the same order; with another content it is refused. ConflictError when an amount changed since the page was shown.
    """
    if not 16 <= len(wanted.key) <= 64:
        raise BusinessRuleError(Reason("form.token-missing"))
    for number in _under_way(wanted, by=by):
        asking.settle_if_over(number)
    return _open(wanted, by=by)


def _under_way(wanted: OrderRequest, *, by: User) -> list[str]:
    """Started orders that have one of these bills: the payer's own, and another's whose time is over.

    Anything else would be refused anyway. A repeated form asks about nothing, and one payer sets off only so many
    questions a minute; the schedule asks the rest.
    """
    if PaymentOrder.objects.visible_to(by).filter(key=wanted.key).exists():
        return []
    bills = Bill.objects.visible_to(by).filter(number__in=wanted.bill_numbers)
    live = PaymentOrder.objects.live().exclude(gateway="").filter(lines__bill__in=bills)
    found = live.filter(Q(payer=by) | Q(expires_at__lte=clock.now())).distinct().order_by("pk")
    numbers = list(found.values_list("number", flat=True)[:ASKED_FIRST])
    return numbers if numbers and asking.may_ask(by) else []


@business_transaction
def _open(wanted: OrderRequest, *, by: User) -> PaymentOrder:
    bills = lock_bills(Bill.objects.visible_to(by).filter(number__in=wanted.bill_numbers))
    if again := PaymentOrder.objects.visible_to(by).filter(key=wanted.key).first():
        if again.request_hash != wanted.hash:
            raise ConflictError(Reason("order.key-used", {"number": again.number}))
        return again
    if live := _live_order(bills, by=by):
        return live
    _check(bills, wanted=wanted)
    now = clock.now()
    ends = _ends_at(bills, now=now)
    try:
        with transaction.atomic():
            order = PaymentOrder.objects.create(
                number=public_number(prefix=NUMBER_PREFIX, on=clock.today()),
                payer=by,
                amount_fen=sum(bill.left_fen for bill in bills),
                key=wanted.key,
                request_hash=wanted.hash,
                created_at=now,
                expires_at=ends,
                next_query_at=ends,
            )
            OrderLine.objects.bulk_create(OrderLine(order=order, bill=bill, amount_fen=bill.left_fen) for bill in bills)
    except IntegrityError:
        raise ConflictError(Reason("order.other-payer")) from None
    return order


def _ends_at(bills: Sequence[Bill], *, now: datetime) -> datetime:
    """Until when the order can be paid; a bill of an application, not beyond its last day."""
    last_days = [bill.due_on for bill in bills if bill.basis]
    midnights = [datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.SHANGHAI) for day in last_days]
    return min([now + LIFETIME, *midnights])


def _live_order(bills: Sequence[Bill], *, by: User) -> PaymentOrder | None:
    """The payer's own live order of exactly these bills; refused when they stand in another one."""
    lines = OrderLine.objects.filter(bill__in=bills, is_live=True).select_related("order")
    orders = {line.order_id: line.order for line in lines}
    if not orders:
        return None
    first = next(iter(orders.values()))
    if any(order.payer_id != by.pk for order in orders.values()):
        raise ConflictError(Reason("order.other-payer"))
    if len(orders) == 1 and set(first.lines.values_list("bill_id", flat=True)) == {bill.pk for bill in bills}:
        return first
    raise ConflictError(Reason("order.bill-busy", {"number": first.number}))


def _check(bills: Sequence[Bill], *, wanted: OrderRequest) -> None:
    if not wanted.bill_numbers:
        raise BusinessRuleError(Reason("order.no-bills"))
    if len(bills) != len(set(wanted.bill_numbers)):
        raise BusinessRuleError(Reason("order.bill-unknown"))
    paid = [bill for bill in bills if bill.status not in (Bill.OPEN, Bill.PART_PAID) or bill.left_fen <= 0]
    if paid:
        raise ConflictError(*(Reason("order.nothing-left", {"period": _period(bill)}) for bill in paid))
    refused = [reason for person in {bill.person for bill in bills} for reason in why_not(person, bills=bills)]
    if refused:
        raise BusinessRuleError(*refused)
    total = sum(bill.left_fen for bill in bills)
    if total != wanted.shown_fen:
        amounts = {"shown_fen": f"{yuan(wanted.shown_fen)}元", "now_fen": f"{yuan(total)}元"}
        raise ConflictError(Reason("order.amount-changed", amounts))


def _period(bill: Bill) -> str:
    return labels.period_text(first=bill.period_starts_on, last=bill.period_ends_on)


def open_unasked(wanted: OrderRequest, *, by: User) -> PaymentOrder:
    """An order for bills that nobody is paying, from inside a transaction: no gateway is asked about them before.

    ConflictError when somebody is, the payer included.
    """
    order = _open(wanted, by=by)
    if order.key != wanted.key:
        raise ConflictError(Reason("order.bill-busy", {"number": order.number}))
    return order


def start_debit(number: str, *, by: User) -> PaymentOrder:
    """Write down that the bank is to be asked; whoever asks it does so after the commit."""
    return _start(number, gateway=DEBIT, by=by)


def start_pooled(number: str, *, by: User) -> PaymentOrder:
    """Write down that an order is to be paid from the payer's personal account."""
    return _start(number, gateway=POOLED, by=by)


def start_order(number: str, *, gateway: str, by: User) -> Started:
    """Send the payer to a gateway; again after a lost page. The gateway is written down before it is called.

    BusinessRuleError when the order cannot be paid, or when the gateway refused or did not answer; in doubt the order
    stays as one that may be paid, and the query decides.
    """
    name = labels.GATEWAYS.get(gateway, "")
    try:
        way = gateway_of(gateway if gateway not in (DEBIT, POOLED) else "")
    except KeyError:
        raise BusinessRuleError(Reason("order.gateway-absent", {"gateway": name})) from None
    order = _start(number, gateway=gateway, by=by)
    try:
        return way.create(
            Prepay(
                order_number=order.number,
                amount_fen=order.amount_fen,
                subject=SUBJECT,
                begun_at=order.begun_at,
                expires_at=order.expires_at,
                notify_url=f"{settings.BASE_URL}{reverse('payment_notice', args=[gateway])}",
                return_url=f"{settings.BASE_URL}{reverse('payment_return', args=[order.number])}",
            )
        )
    except GatewayError as error:
        code = "order.gateway-silent" if error.is_unknown else "order.gateway-refused"
        raise BusinessRuleError(Reason(code, {"gateway": name})) from error


@business_transaction
def _start(number: str, *, gateway: str, by: User) -> PaymentOrder:
    mine = PaymentOrder.objects.visible_to(by).select_for_update(no_key=True, of=("self",))
    order = mine.get(number=number)
    now = clock.now()
    if order.state not in WAITING:
        ended = {"number": number, "state": order.get_state_display()}
        raise ConflictError(Reason("order.ended", ended))
    if order.expires_at <= now:
        raise ConflictError(Reason("order.expired", {"number": number}))
    gone = Bill.objects.filter(order_lines__order=order).exclude(status__in=[Bill.OPEN, Bill.PART_PAID])
    if gone:
        raise ConflictError(*(Reason("order.bill-gone", {"period": _period(bill)}) for bill in gone))
    if order.gateway not in ("", gateway):
        chosen = {"number": number, "gateway": order.get_gateway_display()}
        raise ConflictError(Reason("order.other-gateway", chosen))
    move(
        order,
        event=Event.STARTED,
        gateway=gateway,
        started_at=now,
        next_query_at=next_query(now, now=now, expires_at=order.expires_at),
    )
    return order


def cancel_order(number: str, *, by: User) -> PaymentOrder:
    """Close an order that was not paid, at the gateway first. One that turns out to be paid is paid.

    BusinessRuleError when the gateway does not say: then it may still be paid, and nothing is closed.
    """
    order = PaymentOrder.objects.visible_to(by).get(number=number)
    if order.state == State.CREATED:
        _cancel(number, by=by)
    elif order.state == State.PAYING:
        asking.settle(number, because="cancelled")
    order.refresh_from_db()
    if order.state in WAITING:
        raise ConflictError(Reason("order.not-settled", {"gateway": order.get_gateway_display()}))
    return order


@business_transaction
def _cancel(number: str, *, by: User) -> None:
    mine = PaymentOrder.objects.visible_to(by).select_for_update(no_key=True, of=("self",))
    order = mine.get(number=number)
    if order.state == State.CREATED:
        close_order(order, because="cancelled")


def switch_order(number: str, *, key: str, by: User) -> PaymentOrder:
    """换一种支付方式: end this order as `cancel_order` does, then a new one for the same bills.

    When it turns out to be paid already, that order itself.
    """
    order = cancel_order(number, by=by)
    if order.state != State.CLOSED:
        return order
    bills = list(Bill.objects.visible_to(by).filter(order_lines__order=order))
    numbers = [bill.number for bill in bills]
    return open_order(
        OrderRequest(bill_numbers=numbers, shown_fen=sum(bill.left_fen for bill in bills), key=key), by=by
    )
