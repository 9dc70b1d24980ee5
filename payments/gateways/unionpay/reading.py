"""What the gateway's pairs say: trades, refunds, amounts in fen; anything odd is a ValueError or a NoticeError."""

from collections.abc import Mapping
from datetime import datetime

from payments.gateways import wire
from payments.gateways.base import Outcome, RefundState, Trade, Verdict

SECOND = "%Y%m%d%H%M%S"
DONE = {"00", "A6"}
"""A6: done, with a fault that does not concern us."""
DOUBTFUL = {"03", "04", "05"}
"""Timed out or being handled: a query tells."""
MISSING = "34"
PAY, REFUND, QUERY, FILE = "01", "04", "00", "76"


def outcome_of(said: Mapping[str, str]) -> Outcome:
    """A query's answer: the query itself went well, and what became of the request it asked for."""
    if said.get("respCode") == MISSING:
        return Outcome.MISSING
    if said.get("respCode") not in DONE:
        return Outcome.UNKNOWN
    if said.get("origRespCode") in DONE:
        return Outcome.PAID
    return Outcome.WAITING if said.get("origRespCode") in DOUBTFUL else Outcome.CLOSED


def trade_of(said: Mapping[str, str], *, outcome: Outcome) -> Trade:
    """The payment of an answer or a notice."""
    return Trade(
        outcome=outcome,
        order_number=said["orderId"],
        trade_no=said["queryId"],
        amount_fen=wire.digits_of(said["txnAmt"]),
        paid_at=_paid_at(said),
    )


def refund_of(said: Mapping[str, str]) -> RefundState:
    """The refund of an answer or a notice; `orderId` is the refund's own number."""
    return RefundState(
        outcome=Outcome.REFUNDED,
        refund_number=said["orderId"],
        refund_trade_no=said["queryId"],
        amount_fen=wire.digits_of(said["txnAmt"]),
    )


def verdict_of(fields: Mapping[str, str]) -> Verdict:
    """What a genuine notice says; a refund names its payment by the gateway's number only."""
    is_done = fields["respCode"] in DONE
    if fields["txnType"] == PAY:
        return Verdict(is_genuine=True, trade=trade_of(fields, outcome=Outcome.PAID if is_done else Outcome.CLOSED))
    if fields["txnType"] != REFUND:
        raise wire.NoticeError("unreadable")
    trade = Trade(outcome=Outcome.UNKNOWN, order_number="", trade_no=fields["origQryId"])
    refund = refund_of(fields)
    if not is_done:
        refund = RefundState(outcome=Outcome.CLOSED, refund_number=refund.refund_number)
    return Verdict(is_genuine=True, kind="refund", trade=trade, refund=refund)


def _paid_at(said: Mapping[str, str]) -> datetime:
    """When the gateway handled it: month to second without a year, which is that of the request or the next one."""
    begun_at = wire.moment(said["txnTime"], SECOND)
    found = wire.moment(f"{begun_at.year}{said['traceTime']}", SECOND)
    return found if found.month >= begun_at.month else found.replace(year=found.year + 1)
