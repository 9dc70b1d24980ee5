"""A notice of a gateway: stored as it came, judged, applied, and answered after the commit."""

import hashlib
from collections.abc import Mapping

from payments.gateways import gateway as gateway_of
from payments.gateways.base import Answer, Outcome, Verdict
from payments.models import GatewayNotice, NoticeVerdict
from payments.services.refunds import apply_refund
from payments.services.results import Applied, apply_result, note_return
from portal import clock
from portal.audit.services import current_request_id
from portal.transactions import business_transaction

KEPT_HEADERS = ("content-type", "wechatpay-")
"""Beginnings of the headers that a signature rests on; cookies and the like are nobody's business here."""


def receive(gateway: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """Store, judge and apply a notice; what to answer. KeyError for a gateway that this hall has no keys for.

    A repeat is accepted. What is forged, or about an order that nobody knows, is not: then the gateway comes again.
    """
    way = gateway_of(gateway)
    notice = _store(gateway, headers=headers, body=body)
    verdict = way.verify(headers, body)
    return way.accepted() if _apply(notice, verdict=verdict) else way.refused()


@business_transaction
def _store(gateway: str, *, headers: Mapping[str, str], body: bytes) -> GatewayNotice:
    return GatewayNotice.objects.create(
        gateway=gateway,
        headers={name: value for name, value in headers.items() if name.lower().startswith(KEPT_HEADERS)},
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        received_at=clock.now(),
        request_id=current_request_id(),
    )


@business_transaction
def _apply(notice: GatewayNotice, *, verdict: Verdict) -> bool:
    """Whether the gateway need not come again."""
    result = _result(notice.gateway, verdict=verdict)
    trade, refund = verdict.trade, verdict.refund
    NoticeVerdict.objects.create(
        notice=notice,
        result=result,
        detail=verdict.code[:200],
        order_number=(trade.order_number if trade else refund.refund_number if refund else "")[:64],
        trade_no=(trade.trade_no if trade else refund.refund_trade_no if refund else "")[:64],
        at=clock.now(),
    )
    return result not in ("forged", Applied.UNKNOWN_ORDER)


def _result(gateway: str, *, verdict: Verdict) -> str:
    if not verdict.is_genuine:
        return "forged"
    if verdict.kind == "refund":
        # It names its payment too, as one that is given back: what the hall itself asked for is no news about that.
        if verdict.refund is not None and apply_refund(verdict.refund, gateway=gateway):
            return "refunded"
        is_gone = verdict.refund is not None and verdict.refund.outcome == Outcome.REFUNDED
        return note_return(verdict.trade, gateway=gateway) if is_gone and verdict.trade else Applied.UNKNOWN_ORDER
    return apply_result(verdict.trade, gateway=gateway) if verdict.trade is not None else Applied.UNKNOWN_ORDER
