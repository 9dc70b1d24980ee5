"""How the services that give money back are called, for the comparison of lock orders."""

from collections.abc import Callable
from datetime import date
from typing import Any

from payments.gateways.base import Outcome
from payments.models import Bill, Refund
from payments.services import dropping, giving_back, late_parts, refunds
from portal.accounts.models import User
from tests.payments import booth as booths
from tests.payments import refunding

Call = Callable[[], object]
E, B, P = "insured_enrollment", "payments_bill", "payments_paymentorder"


def _paid(scene: Any) -> Bill:
    bill = booths.bill_of(scene.person.enrollments.get())
    refunding.paid_order(bill, by=scene.account)
    return bill


def _asked(scene: Any) -> tuple[Refund, tuple[User, User]]:
    bill = _paid(scene)
    return refunding.asked(bill)[0], refunding.two(bill)


def _released(scene: Any) -> tuple[Refund, tuple[User, User]]:
    refund, makers = _asked(scene)
    return refunding.released(refund, makers=makers), makers


def _done(scene: Any) -> tuple[Refund, tuple[User, User]]:
    refund, makers = _released(scene)
    return refunding.arrived(refund), makers


def _returned(scene: Any) -> tuple[Refund, tuple[User, User]]:
    refund, makers = _done(scene)
    given = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    return refunds.take_return(refund.number, text="收款卡已注销", **given), makers


def _ask_back(scene: Any) -> Call:
    bill = _paid(scene)
    return lambda: refunding.asked(bill)


def _propose(scene: Any) -> Call:
    bill = _paid(scene)
    scene.person.enrollments.get().periods.all().delete()
    order, makers = bill.order_lines.get().order, refunding.two(bill)
    given = {"amount_fen": 1, "text": "多收退还差额", "token": refunding.token(), "by": makers[0]}
    return lambda: giving_back.propose(order.number, bill_number=bill.number, **given)


def _late_part(scene: Any) -> Call:
    bill = _paid(scene)
    part = {"status": Bill.PART_PAID, "payable_fen": bill.payable_fen + 1, "personal_fen": bill.personal_fen + 1}
    Bill.objects.filter(pk=bill.pk).update(basis="YB1", due_on=date(2020, 1, 1), **part)
    given = {"account": None, "text": "逾期未缴足", "token": refunding.token(), "by": refunding.two(bill)[0]}
    return lambda: late_parts.give_back(bill.number, **given)


def _make(scene: Any) -> Call:
    refund, makers = _asked(scene)
    return lambda: refunding.made(refund, by=makers[0])


def _release(scene: Any) -> Call:
    refund, makers = _asked(scene)
    refund = refunding.made(refund, by=makers[0])
    return lambda: refunding.released(refund, makers=makers)


def _send_back(scene: Any) -> Call:
    refund, makers = _asked(scene)
    refund = refunding.made(refund, by=makers[0])
    given = {"version": refund.version, "token": refunding.token(), "by": makers[1]}
    return lambda: giving_back.send_back(refund.number, text="金额与申请不符", **given)


def _drop(scene: Any) -> Call:
    refund, makers = _asked(scene)
    refund = refunding.made(refund, by=makers[0])
    given = {"version": refund.version, "token": refunding.token(), "by": makers[1]}
    return lambda: dropping.drop(refund.number, text="参保人不退了", **given)


def _retry(scene: Any) -> Call:
    refund, makers = _released(scene)
    refund = refunding.arrived(refund, outcome=Outcome.CLOSED)
    given = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    return lambda: giving_back.retry(refund.number, **given)


def _take_return(scene: Any) -> Call:
    refund, makers = _done(scene)
    given = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    return lambda: refunds.take_return(refund.number, text="收款卡已注销", **given)


def _reissued(scene: Any) -> tuple[Refund, tuple[User, User]]:
    refund, makers = _returned(scene)
    given = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    return giving_back.reissue(refund.number, account=refunding.ACCOUNT, **given), makers


def _reissue(scene: Any) -> Call:
    refund, makers = _returned(scene)
    given = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    return lambda: giving_back.reissue(refund.number, account=refunding.ACCOUNT, **given)


def _confirm_payout(scene: Any) -> Call:
    refund, makers = _reissued(scene)
    refund = refunding.released(refund, makers=makers)
    given = {"version": refund.version, "token": refunding.token(), "by": makers[0]}
    return lambda: refunds.confirm_payout(refund.number, reference="回单0001", **given)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "payments.services.late_parts.give_back": (_late_part, [E, B]),
    "payments.services.dropping.drop": (_drop, [E, B, P]),
    "payments.services.giving_back.ask_back": (_ask_back, [E, B]),
    "payments.services.giving_back.make": (_make, []),
    "payments.services.giving_back.propose": (_propose, [E, B]),
    "payments.services.giving_back.reissue": (_reissue, [E, B, P]),
    "payments.services.giving_back.release": (_release, []),
    "payments.services.giving_back.retry": (_retry, []),
    "payments.services.giving_back.send_back": (_send_back, [E, B]),
    "payments.services.refunds.confirm_payout": (_confirm_payout, [E, B, P]),
    "payments.services.refunds._take_return": (_take_return, [E, B, P]),
}
"""Service → how it is called, and the tables it locks."""
