"""What a gateway says of an order, wherever it was heard: notice, query and close all end in `apply_result`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

import structlog
from django.db.models import F

from insured.models import Enrollment
from payments.gateways.base import Outcome, Trade
from payments.models import Bill, OrderDoubt, OrderLine, PaymentOrder, Refund
from payments.policy.orders import LIVE, Event, State, step
from payments.services import ledger
from payments.services.bills import lock_bills, pay_bill
from payments.services.dues import why_not
from payments.services.numbers import REFUND_PREFIX
from payments.services.telling import alarm, tell_payer
from portal import clock, hints
from portal.errors import ConflictError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction

DOUBT_PREFIX = "CZ"
"""存疑编号 begin with the initials of 存疑."""
WAY = "02"
"""税务征收: what is paid online goes to the tax authority."""
WAYS = {"debit": "08", "account": "31"}
"""银行代收 and 个人账户代扣 are named; everything else is WAY."""
log = structlog.get_logger(__name__)


class Applied(StrEnum):
    """What became of an answer; the same words as in labels.NOTICE_RESULTS."""

    POSTED = "posted"
    REPEAT = "repeat"
    REFUNDING = "refunding"
    MISMATCH = "mismatch"
    CLOSED = "closed"
    NOTHING = "nothing"
    UNKNOWN_ORDER = "unknown-order"


@business_transaction
def apply_result(trade: Trade, *, gateway: str, closed_because: str = "gateway") -> Applied:
    """Bring an order to where the gateway says it is; the same answer twice, or an overtaken one, changes nothing.

    A success posts to the ledger, pays the bills and tells the payer, all or nothing. When no bill is left that it
    could pay, the money is posted as suspense and goes back by itself. Another amount than the order's posts nothing.
    """
    found = locked_order(trade.order_number, gateway=gateway)
    if found is None:
        return Applied.UNKNOWN_ORDER
    order, bills = found
    return apply_locked(order, bills=bills, trade=trade, closed_because=closed_because)


def apply_locked(
    order: PaymentOrder, *, bills: Sequence[Bill], trade: Trade, closed_because: str = "gateway"
) -> Applied:
    """The same for an order that the caller has locked, after its bills."""
    if trade.outcome in {Outcome.WAITING, Outcome.UNKNOWN, Outcome.MISSING}:
        return Applied.NOTHING
    if trade.outcome == Outcome.CLOSED:
        if order.state == State.REVIEW:
            settle_doubts(order, how=OrderDoubt.CLOSED)
        return close_order(order, because=trade.cause or closed_because)
    if trade.outcome == Outcome.REFUNDED and _is_given_back(order, trade_no=trade.trade_no):
        return Applied.REPEAT
    if trade.outcome != Outcome.PAID or not trade.trade_no or trade.amount_fen != order.amount_fen:
        return _doubt(order, trade=trade)
    if _is_posted(order, trade_no=trade.trade_no):
        return Applied.REPEAT
    return _succeed(order, bills=bills, trade_no=trade.trade_no, paid_at=trade.paid_at or clock.now())


@business_transaction
def note_return(trade: Trade, *, gateway: str) -> Applied:
    """The gateway has given back money of an order without being asked by this hall: staff look, nothing is posted.

    UNKNOWN_ORDER as long as nobody knows the order: UnionPay names it by the number of a payment that may yet be told.
    """
    number = trade.order_number
    if not number and trade.trade_no:
        known = PaymentOrder.objects.filter(gateway=gateway, trade_no=trade.trade_no)
        number = known.values_list("number", flat=True).first() or ""
    found = locked_order(number, gateway=gateway)
    if found is None:
        return Applied.UNKNOWN_ORDER
    return _doubt(found[0], trade=replace(trade, order_number=number, outcome=Outcome.REFUNDED))


def locked_order(number: str, *, gateway: str) -> tuple[PaymentOrder, list[Bill]] | None:
    """The order and its bills, locked from the top; None when this gateway has no such order."""
    bills = lock_bills(Bill.objects.filter(order_lines__order__number=number, order_lines__order__gateway=gateway))
    if not bills:
        return None
    locked = PaymentOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("payer__person")
    return locked.get(number=number), bills


def _is_posted(order: PaymentOrder, *, trade_no: str) -> bool:
    """Whether this trade is in the books; an order that waits has none there."""
    if order.state in LIVE:
        return False
    return ledger.is_posted(kind="payment", channel=order.gateway, trade_no=trade_no)


def _is_given_back(order: PaymentOrder, *, trade_no: str) -> bool:
    """Whether this hall itself has asked the gateway to give back some of a trade that is in the books."""
    asked = Refund.objects.filter(order=order, trade_no=trade_no, way="original", tries__gt=0)
    return _is_posted(order, trade_no=trade_no) and asked.exists()


def move(order: PaymentOrder, *, event: Event, **changes: object) -> bool:
    """Take one edge of the policy; False when there is none from here. ConflictError when somebody was first."""
    to = step(order.state_now, event)
    if to is None:
        return False
    if to not in LIVE:
        changes = {"next_query_at": None, **changes}
    changed = PaymentOrder.objects.filter(pk=order.pk, state=order.state, version=order.version).update(
        state=to, version=F("version") + 1, **changes
    )
    if not changed:
        raise ConflictError(Reason("order.changed-meanwhile", {"number": order.number}))
    for name, value in (changes | {"state": str(to), "version": order.version + 1}).items():
        setattr(order, name, value)
    return True


def close_order(order: PaymentOrder, *, because: str) -> Applied:
    """Nothing can be paid on a locked order any more; its bills are free again."""
    if not move(order, event=Event.CLOSED, closed_because=because):
        return Applied.NOTHING
    OrderLine.objects.filter(order=order, is_live=True).update(is_live=False)
    return Applied.CLOSED


def _succeed(order: PaymentOrder, *, bills: Sequence[Bill], trade_no: str, paid_at: datetime) -> Applied:
    lines = _shares(order, bills=bills)
    if order.state == State.REVIEW:
        settle_doubts(order, how=OrderDoubt.AGREED, about=Outcome.PAID)
    paid = {"trade_no": trade_no, "paid_at": paid_at, "closed_because": ""}
    is_needed = _is_needed(order, bills=bills, lines=lines) and not _buys_nothing(order, bills=bills, paid_at=paid_at)
    if not is_needed or not move(order, event=Event.SUCCEEDED, **paid):
        return _give_back(order, trade_no=trade_no, paid_at=paid_at)
    entries = [ledger.Entry(account="contribution", fen=-fen, bill_id=bill_id) for bill_id, fen in lines.items()]
    _post_payment(order, trade_no=trade_no, paid_at=paid_at, entries=entries)
    OrderLine.objects.filter(order=order, is_live=True).update(is_live=False)
    day = paid_at.astimezone(clock.SHANGHAI).date()
    tell_payer(order, bills=bills, template="payment_paid")
    for bill in bills:
        pay_bill(bill, amount_fen=lines[bill.pk], paid_on=day, way=WAYS.get(order.gateway, WAY))
    return Applied.POSTED


def _shares(order: PaymentOrder, *, bills: Sequence[Bill]) -> dict[int, int]:
    """What of the order goes to each bill; all of it to the only one."""
    if len(bills) == 1:
        return {bills[0].pk: order.amount_fen}
    return dict(OrderLine.objects.filter(order=order).values_list("bill_id", "amount_fen"))


def _is_needed(order: PaymentOrder, *, bills: Sequence[Bill], lines: dict[int, int]) -> bool:
    """Every bill can still take its part, and no later order is about to pay it."""
    if any(bill.status not in (Bill.OPEN, Bill.PART_PAID) or lines[bill.pk] > bill.left_fen for bill in bills):
        return False
    return order.state in LIVE or not OrderLine.objects.filter(bill__in=lines, is_live=True).exists()


def _buys_nothing(order: PaymentOrder, *, bills: Sequence[Bill], paid_at: datetime) -> bool:
    """Whether one of them can give no cover any more: its enrollment has ended before the months that it is for.

    Of an order that was closed before, also what the page of the dues would refuse on the day of the payment.
    """
    plain = [bill for bill in bills if bill.enrollment is not None and not bill.basis]
    if any(_has_ended_before(bill) for bill in plain):
        return True
    if order.state in LIVE:
        return False
    day = paid_at.astimezone(clock.SHANGHAI).date()
    return any(why_not(bill.person, bills=[bill], paid_on=day) for bill in plain)


def _has_ended_before(bill: Bill) -> bool:
    """A year needs somebody who takes part; months before the end of the cover were owed for it."""
    found = bill.enrollment
    if found is None or found.status == Enrollment.ACTIVE:
        return False
    return bill.scheme == "390" or found.paused_on is None or bill.period_starts_on >= found.paused_on


def _give_back(order: PaymentOrder, *, trade_no: str, paid_at: datetime) -> Applied:
    """The money is booked as nobody's and refunded; a second trade of a paid order leaves the order as it is."""
    is_late = move(order, event=Event.UNNEEDED, trade_no=trade_no, paid_at=paid_at)
    OrderLine.objects.filter(order=order, is_live=True).update(is_live=False)
    trade = Trade(
        outcome=Outcome.PAID,
        order_number=order.number,
        trade_no=trade_no,
        amount_fen=order.amount_fen,
        paid_at=paid_at,
    )
    refund = return_trade(order, trade=trade, cause="late" if is_late else "double")
    tell_payer(order, bills=(), template="payment_refunding", key=refund.number)
    hints.hint("refunds")
    return Applied.REFUNDING


def return_trade(order: PaymentOrder, *, trade: Trade, cause: str) -> Refund:
    """Book a trade of a locked order as nobody's money, and set its return going."""
    fen = trade.amount_fen or 0
    entries = [ledger.Entry(account="suspense", fen=-fen)]
    _post_payment(order, trade_no=trade.trade_no, paid_at=trade.paid_at or clock.now(), entries=entries, fen=fen)
    return Refund.objects.create(
        number=public_number(prefix=REFUND_PREFIX, on=clock.today()),
        area_id=OrderLine.objects.filter(order=order).order_by("pk").values_list("bill__area", flat=True).first(),
        order=order,
        trade_no=trade.trade_no,
        amount_fen=fen,
        cause=cause,
        created_at=clock.now(),
        next_try_at=clock.now(),
    )


def _post_payment(
    order: PaymentOrder, *, trade_no: str, paid_at: datetime, entries: Sequence[ledger.Entry], fen: int | None = None
) -> None:
    ledger.post(
        ledger.Movement(
            kind="payment",
            channel=order.gateway,
            trade_no=trade_no,
            happened_at=paid_at,
            entries=[ledger.Entry(account="gateway", fen=order.amount_fen if fen is None else fen), *entries],
            order_id=order.pk,
        )
    )


def _doubt(order: PaymentOrder, *, trade: Trade) -> Applied:
    """The gateway names another amount, or has given the money back behind our back: staff look, nothing is posted."""
    if trade.trade_no and ledger.is_posted(kind="payment", channel=order.gateway, trade_no=trade.trade_no):
        is_given_back = Refund.objects.filter(order=order, trade_no=trade.trade_no, cause="mismatch").exists()
        if is_given_back:
            return Applied.REPEAT
    move(order, event=Event.MISMATCHED)
    _keep_doubt(order, trade=trade)
    log.error("payment_mismatch", order=order.number, state=order.state, outcome=str(trade.outcome))
    alarm(order, template="payment_mismatch")
    return Applied.MISMATCH


def _keep_doubt(order: PaymentOrder, *, trade: Trade) -> None:
    """What the gateway said, once; under the order's lock. A word that was settled before comes up again."""
    said = {"order": order, "outcome": str(trade.outcome), "trade_no": trade.trade_no, "said_fen": trade.amount_fen}
    if OrderDoubt.objects.open().filter(**said).exists():
        return
    OrderDoubt.objects.create(
        **said,
        number=public_number(prefix=DOUBT_PREFIX, on=clock.today()),
        expected_fen=order.amount_fen,
        paid_at=trade.paid_at,
        heard_at=clock.now(),
    )


def settle_doubts(
    order: PaymentOrder, *, how: str, only: OrderDoubt | None = None, about: Outcome | None = None
) -> None:
    """End the doubts of a locked order: all, one of them, or those in which the gateway said that.

    That it was paid after all is no answer to its having been given back.
    """
    found = OrderDoubt.objects.open().filter(order=order)
    if only is not None:
        found = found.filter(pk=only.pk)
    if about is not None:
        found = found.filter(outcome=about)
    found.update(settled_as=how, settled_at=clock.now())
