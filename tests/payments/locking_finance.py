"""How the services of finance are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from payments.models import OrderDoubt, Proposal
from payments.services import assessment, closing, doubts, proposals, reconciliation, results
from portal.accounts.models import User
from tests import factories
from tests.payments import booth as booths
from tests.payments import locking, locking_orders

Call = Callable[[], object]
E, B, P = "insured_enrollment", "payments_bill", "payments_paymentorder"


def _finance(scene: Any) -> User:
    return factories.staff(area=scene.person.area, role="finance")


def _doubt(scene: Any, *, is_gone: bool = False) -> OrderDoubt:
    order = locking_orders.paying(scene)
    if is_gone:
        trade = booths.Trade(outcome=booths.Outcome.REFUNDED, order_number=order.number, trade_no="T", amount_fen=1)
    else:
        trade = booths.paid(order, amount_fen=1)
    results.apply_result(trade, gateway="alipay")
    return OrderDoubt.objects.get()


def _proposal(scene: Any) -> Proposal:
    area_id = scene.person.area_id
    new = proposals.NewProposal(
        kind="category",
        area_id=area_id,
        subject="x",
        reason="示例市文件。",
        values={
            "category": None,
            "name": "低保对象",
            "is_full": False,
            "aid_fen": 34_500,
            "first_year": 2026,
            "last_year": None,
        },
    )
    return proposals.propose(new, token=secrets.token_urlsafe(24), by=_finance(scene))


def _propose(scene: Any) -> Call:
    return lambda: _proposal(scene)


def _decide(scene: Any) -> Call:
    made, by = _proposal(scene), _finance(scene)
    return lambda: proposals._decide(made.number, version=1, is_approved=True, text="", by=by)


def _give_back(scene: Any) -> Call:
    number = _doubt(scene).number
    return lambda: doubts.give_back(number)


def _close_doubt(scene: Any) -> Call:
    number = _doubt(scene, is_gone=True).number
    return lambda: doubts.close_doubt(number)


def _close_period(scene: Any) -> Call:
    maker, by = _finance(scene), _finance(scene)
    area_id, day = scene.person.area_id, date(2026, 3, 9)
    return lambda: closing.close_period(area_id, kind="day", starts_on=day, prepared_by=maker, by=by)


def _pause(scene: Any) -> Call:
    run, by = locking.start_run(scene)(), _finance(scene)
    return lambda: assessment.pause_run(run.number, by=by)


def _resume(scene: Any) -> Call:
    run, by = locking.start_run(scene)(), _finance(scene)
    assessment.pause_run(run.number, by=by)
    return lambda: assessment.resume_run(run.number, by=by)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "payments.services.assessment.pause_run": (_pause, []),
    "payments.services.assessment.resume_run": (_resume, []),
    "payments.services.closing.close_period": (_close_period, []),
    "payments.services.doubts.give_back": (_give_back, [E, B, P]),
    "payments.services.doubts.close_doubt": (_close_doubt, [E, B, P]),
    "payments.services.reconciliation.tell_differences": (lambda _scene: reconciliation.tell_differences, []),
    "payments.services.proposals.propose": (_propose, []),
    "payments.services.proposals._decide": (_decide, []),
}
"""Service → how it is called, and the tables it locks."""
