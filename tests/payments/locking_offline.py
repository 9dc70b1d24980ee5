"""How the services of money outside the gateways are called, for the comparison of lock orders."""

from collections.abc import Callable
from typing import Any

from payments.models import Bill, OfflinePayment
from payments.services import bills, offline
from portal import clock
from tests.payments import owed, receipts

Call = Callable[[], object]
E, B, R = "insured_enrollment", "payments_bill", "payments_offlinepayment"


def _bill(scene: Any) -> Bill:
    return bills.open_bill(owed.resident_year(scene.person.enrollments.get(), year=2026))


def _entered(scene: Any, bill: Bill | None) -> OfflinePayment:
    return receipts.entered(bill, area=scene.person.area, paid_on=clock.today())


def _enter(scene: Any) -> Call:
    bill = _bill(scene)
    return lambda: _entered(scene, bill)


def _confirm(scene: Any) -> Call:
    found = _entered(scene, _bill(scene))
    return lambda: receipts.confirmed(found)


def _refuse(scene: Any) -> Call:
    found, by = _entered(scene, _bill(scene)), receipts.finance(scene.person.area)
    return lambda: offline.refuse(found.number, version=1, text="金额与流水不符。", token=receipts.token(), by=by)


def _suspended(scene: Any) -> OfflinePayment:
    return receipts.confirmed(_entered(scene, None))


def _propose_bill(scene: Any) -> Call:
    bill, found, by = _bill(scene), _suspended(scene), receipts.finance(scene.person.area)
    more = {"version": found.version, "token": receipts.token(), "by": by}
    return lambda: offline.propose_bill(found.number, bill_number=bill.number, **more)


def _propose_return(scene: Any) -> Call:
    found, by = _suspended(scene), receipts.finance(scene.person.area)
    more = {"version": found.version, "token": receipts.token(), "by": by}
    return lambda: offline.propose_return(found.number, text="付款人要求退回。", **more)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "payments.services.offline.enter": (_enter, [E, B]),
    "payments.services.offline.confirm": (_confirm, [E, B, R]),
    "payments.services.offline.refuse": (_refuse, [E, B, R]),
    "payments.services.offline.propose_bill": (_propose_bill, [E, B]),
    "payments.services.offline.propose_return": (_propose_return, []),
}
