"""How the services of the personal account and of 支付密码 are called, for the comparison of lock orders."""

from collections.abc import Callable
from typing import Any

from payments.gateways.base import RefundRequest
from payments.models import PaymentOrder
from payments.services import family, ledger, paypass, pooled
from portal import clock
from tests import factories
from tests.payments import booth as booths

Call = Callable[[], object]
E, B, P, A = "insured_enrollment", "payments_bill", "payments_paymentorder", "payments_accountentry"


def _order(scene: Any) -> tuple[factories.InsuredPerson, PaymentOrder]:
    """An employee's order for the scene's person, who has agreed."""
    worker = factories.employee(of=factories.employer(area=scene.person.area))
    pooled.credit({worker.pk: 50_000}, kind="opening")
    relation = factories.relation(person=worker, relative=scene.person, kind="3")
    type(relation).objects.filter(pk=relation.pk).update(invited_at=clock.now(), consented_at=clock.now())
    bill = booths.bill_of(scene.person.enrollments.get())
    order = booths.opened(bill, by=factories.account_of(worker))
    return worker, order


def _pay(scene: Any) -> Call:
    worker, order = _order(scene)
    return lambda: family.pay_from_account(order.number, by=factories.account_of(worker))


def _take(scene: Any) -> Call:
    worker, order = _order(scene)
    return lambda: pooled.take(worker, order=order)


def _back(scene: Any) -> Call:
    _pay(scene)()
    order = PaymentOrder.objects.get()
    request = RefundRequest(
        order_number=order.number,
        trade_no="GZ",
        refund_number="TK1",
        begun_at=clock.now(),
        total_fen=order.amount_fen,
        refund_fen=order.amount_fen,
        reason="",
        notify_url="",
    )
    return lambda: pooled._back(request)


def _credit(scene: Any) -> Call:
    return lambda: pooled.credit({scene.person.pk: 100}, kind="opening")


def _openings(scene: Any) -> Call:
    return lambda: ledger.post_openings({scene.person.number: 100}, channel="account")


def _set(scene: Any) -> Call:
    return lambda: paypass._write("258013", by=scene.account)


def _set_before(act: Callable[[Any], object]) -> Callable[[Any], Call]:
    def arrange(scene: Any) -> Call:
        _set(scene)()
        return lambda: act(scene)

    return arrange


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "payments.services.family.pay_from_account": (_pay, [E, B, P, A]),
    "payments.services.pooled.take": (_take, [A]),
    "payments.services.pooled._back": (_back, [A]),
    "payments.services.ledger.post_openings": (_openings, []),
    "payments.services.pooled.credit": (_credit, [A]),
    "payments.services.paypass._write": (_set, []),
    "payments.services.paypass._end": (_set_before(lambda scene: paypass._end(by=scene.account)), []),
    "payments.services.paypass._try": (_set_before(lambda scene: paypass._try(scene.account)), []),
    "payments.services.paypass._forgive": (_set_before(lambda scene: paypass._forgive(scene.account)), []),
}
