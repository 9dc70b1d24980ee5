"""How the services of orders, notices and the ledger are called, for the comparison of lock orders."""

from collections.abc import Callable
from typing import Any

from payments.gateways.base import Outcome, RefundState, Verdict
from payments.models import Bill, PaymentOrder, Refund
from payments.services import asking, ledger, notices, orders, refunds, results
from portal import clock
from tests.payments import booth as booths

Call = Callable[[], object]
E, B, P = "insured_enrollment", "payments_bill", "payments_paymentorder"
KEY = "k" * 24


def _bill(scene: Any) -> Bill:
    return booths.bill_of(scene.person.enrollments.get())


def _order(scene: Any) -> PaymentOrder:
    return booths.opened(_bill(scene), by=scene.account)


def paying(scene: Any) -> PaymentOrder:
    order = _order(scene)
    orders._start(order.number, gateway="alipay", by=scene.account)
    order.refresh_from_db()
    return order


def _refund(scene: Any) -> Refund:
    order = paying(scene)
    results.apply_result(booths.paid(order, amount_fen=order.amount_fen), gateway="alipay")
    results.apply_result(booths.paid(order, amount_fen=order.amount_fen, trade_no="T2"), gateway="alipay")
    return Refund.objects.get()


def _open(scene: Any) -> Call:
    wanted = booths.request_for(_bill(scene), key=KEY)
    return lambda: orders._open(wanted, by=scene.account)


def _start(scene: Any) -> Call:
    order = _order(scene)
    return lambda: orders._start(order.number, gateway="alipay", by=scene.account)


def _cancel(scene: Any) -> Call:
    order = _order(scene)
    return lambda: orders._cancel(order.number, by=scene.account)


def _apply_result(scene: Any) -> Call:
    order = paying(scene)
    return lambda: results.apply_result(booths.paid(order, amount_fen=order.amount_fen), gateway="alipay")


def _note_return(scene: Any) -> Call:
    order = paying(scene)
    return lambda: results.note_return(booths.paid(order, amount_fen=order.amount_fen), gateway="alipay")


def _claim_query(scene: Any) -> Call:
    order = paying(scene)
    return lambda: asking._claim(order.number)


def _expire(scene: Any) -> Call:
    order = _order(scene)
    return lambda: asking._expire(order.number)


def _claim_refund(scene: Any) -> Call:
    refund = _refund(scene)
    return lambda: refunds._claim(refund.number)


def _apply_refund(scene: Any) -> Call:
    refund = _refund(scene)
    done = RefundState(outcome=Outcome.REFUNDED, refund_number=refund.number)
    return lambda: refunds.apply_refund(done, gateway="alipay")


def _post(_scene: Any) -> Call:
    sides = [ledger.Entry(account="gateway", fen=1), ledger.Entry(account="suspense", fen=-1)]
    movement = ledger.Movement(kind="payment", channel="alipay", trade_no="T", happened_at=clock.now(), entries=sides)
    return lambda: ledger.post(movement)


def _store(_scene: Any) -> Call:
    return lambda: notices._store("alipay", headers={}, body=b"x")


def _apply_notice(scene: Any) -> Call:
    order = paying(scene)
    notice = notices._store("alipay", headers={}, body=b"x")
    verdict = Verdict(is_genuine=True, trade=booths.paid(order, amount_fen=order.amount_fen))
    return lambda: notices._apply(notice, verdict=verdict)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "payments.services.asking._claim": (_claim_query, []),
    "payments.services.asking._expire": (_expire, [P]),
    "payments.services.ledger.post": (_post, []),
    "payments.services.notices._apply": (_apply_notice, [E, B, P]),
    "payments.services.notices._store": (_store, []),
    "payments.services.orders._cancel": (_cancel, [P]),
    "payments.services.orders._open": (_open, [E, B]),
    "payments.services.orders._start": (_start, [P]),
    "payments.services.refunds._claim": (_claim_refund, []),
    "payments.services.refunds.apply_refund": (_apply_refund, [P]),
    "payments.services.results.apply_result": (_apply_result, [E, B, P]),
    "payments.services.results.note_return": (_note_return, [E, B, P]),
}
"""Service → how it is called, and the tables it locks."""
