"""What the platform's JSON says: trades, refunds, amounts; anything odd is a ValueError or a NoticeError."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from payments.gateways import wire
from payments.gateways.base import Outcome, RefundState, Trade

CHINA = "CNY"
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
TRADE_STATES = {
    "SUCCESS": Outcome.PAID,
    "REFUND": Outcome.REFUNDED,
    "NOTPAY": Outcome.WAITING,
    "USERPAYING": Outcome.WAITING,
    "PAYERROR": Outcome.WAITING,
    "CLOSED": Outcome.CLOSED,
    "REVOKED": Outcome.CLOSED,
}
REFUND_STATES = {
    "SUCCESS": Outcome.REFUNDED,
    "PROCESSING": Outcome.WAITING,
    "CLOSED": Outcome.CLOSED,
    "ABNORMAL": Outcome.CLOSED,
}
"""ABNORMAL: the payer's bank sent the money back."""


def parsed(body: bytes) -> dict[str, Any]:
    """A JSON object without repeated names. ValueError or NoticeError for anything else."""
    found = json.loads(body.decode(), object_pairs_hook=_once, parse_float=str)
    if not isinstance(found, dict):
        raise ValueError("Not an object.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise wire.NoticeError("repeated-field")
    return dict(pairs)


def fen_of(value: object) -> int:
    """A whole number of fen; JSON's true is none."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**12:
        raise ValueError("Not an amount in fen.")
    return value


def trade_of(said: Mapping[str, Any]) -> Trade:
    """What an answer or a notice says of the payment; NoticeError for another currency."""
    outcome, amount = TRADE_STATES.get(said["trade_state"], Outcome.UNKNOWN), said.get("amount") or {}
    if amount.get("currency", CHINA) != CHINA:
        raise wire.NoticeError("wrong-currency")
    is_paid = outcome in {Outcome.PAID, Outcome.REFUNDED}
    return Trade(
        outcome=outcome,
        order_number=str(said["out_trade_no"]),
        trade_no=str(said["transaction_id"]) if is_paid else "",
        amount_fen=fen_of(amount["total"]) if is_paid else None,
        paid_at=_moment(said["success_time"]) if is_paid else None,
    )


def refund_of(said: Mapping[str, Any], *, state: str) -> RefundState:
    """What an answer or a notice says of a refund; NoticeError for another currency."""
    if said["amount"].get("currency", CHINA) != CHINA:
        raise wire.NoticeError("wrong-currency")
    return RefundState(
        outcome=REFUND_STATES.get(state, Outcome.UNKNOWN),
        refund_number=str(said["out_refund_no"]),
        refund_trade_no=str(said["refund_id"]),
        amount_fen=fen_of(said["amount"]["refund"]),
    )


def _moment(text: str) -> datetime:
    """RFC 3339 with its offset. ValueError without one."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("No offset.")
    return at
