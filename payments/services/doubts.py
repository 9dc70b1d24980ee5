"""存疑订单: kept when a gateway's word does not fit an order, settled by its own new word or by two people."""

from payments.gateways.base import Outcome, Trade
from payments.models import OrderDoubt, OrderLine, PaymentOrder
from payments.policy.orders import State
from payments.services import asking, ledger, results
from payments.services.telling import tell_payer
from portal import hints
from portal.accounts.models import User
from portal.accounts.services.limits import Limit, spend
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.transactions import business_transaction

ASKED_AN_HOUR = 60


def ask_again(number: str, *, by: User) -> results.Applied:
    """Ask the gateway at once; a word that fits now settles the doubt. TooOften beyond ASKED_AN_HOUR per person."""
    doubt = OrderDoubt.objects.in_charge_of(by).select_related("order").get(number=number)
    spend(Limit("payment-doubt", str(by.pk), ASKED_AN_HOUR, 3600))
    return asking.ask(doubt.order.number)


def check_with_gateway(doubt: OrderDoubt) -> None:
    """Before anything is settled by people, outside of a transaction: BusinessRuleError unless it still says so.

    Of a paid order, which the gateway knows by its other trade, it says nothing new.
    """
    heard = asking.ask(doubt.order.number)
    doubt.refresh_from_db()
    if doubt.settled_at:
        raise ConflictError(Reason("doubt.settled", {"number": doubt.number, "how": doubt.get_settled_as_display()}))
    if heard == results.Applied.NOTHING:
        raise BusinessRuleError(Reason("doubt.gateway-silent", {"gateway": doubt.order.get_gateway_display()}))


@business_transaction
def give_back(number: str) -> None:
    """Book what came as nobody's money and send it back; the order is closed, and its bills can be paid anew."""
    doubt, order = _locked(number)
    if doubt.outcome != Outcome.PAID or not doubt.trade_no or not doubt.said_fen:
        raise BusinessRuleError(Reason("doubt.no-money"))
    if ledger.is_posted(kind="payment", channel=order.gateway, trade_no=doubt.trade_no):
        raise ConflictError(Reason("doubt.booked-already", {"trade_no": doubt.trade_no}))
    if order.state == State.REVIEW:
        results.close_order(order, because="doubt")
    trade = Trade(
        outcome=Outcome.PAID,
        order_number=order.number,
        trade_no=doubt.trade_no,
        amount_fen=doubt.said_fen,
        paid_at=doubt.paid_at or doubt.heard_at,
    )
    refund = results.return_trade(order, trade=trade, cause="mismatch")
    results.settle_doubts(order, how=OrderDoubt.GIVEN_BACK, only=doubt)
    tell_payer(order, bills=(), template="payment_doubt_back", key=refund.number, amount_fen=doubt.said_fen)
    hints.hint("refunds")


@business_transaction
def close_doubt(number: str) -> None:
    """No money is at the gateway: the order is closed, and its bills can be paid anew. Nothing is booked."""
    doubt, order = _locked(number)
    if doubt.outcome == Outcome.PAID and order.state == State.REVIEW:
        raise BusinessRuleError(Reason("doubt.money-there"))
    was_in_review = order.state == State.REVIEW
    if was_in_review:
        results.close_order(order, because="doubt")
    results.settle_doubts(order, how=OrderDoubt.CLOSED, only=doubt)
    if was_in_review:
        tell_payer(order, bills=(), template="payment_doubt_closed", key=doubt.number)


def _locked(number: str) -> tuple[OrderDoubt, PaymentOrder]:
    """The doubt with its order and bills locked from the top; ConflictError when it is settled."""
    doubt = OrderDoubt.objects.select_related("order").get(number=number)
    found = results.locked_order(doubt.order.number, gateway=doubt.order.gateway)
    doubt = OrderDoubt.objects.get(pk=doubt.pk)
    if found is None or doubt.settled_at:
        raise ConflictError(Reason("doubt.settled", {"number": number, "how": doubt.get_settled_as_display()}))
    return doubt, found[0]


def area_of(doubt: OrderDoubt) -> int:
    """The pooling area of the bills of its order."""
    return OrderLine.objects.filter(order=doubt.order_id).order_by("pk").values_list("bill__area", flat=True)[0]
