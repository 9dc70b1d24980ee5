"""How the services of the reconciliation are called, for the comparison of lock orders: they lock nothing."""

import secrets
from collections.abc import Callable
from typing import Any

from payments.models import BillFile, Difference
from payments.services import reconciliation
from portal.accounts.models import User
from tests import factories
from tests.payments import paying

Call = Callable[[], object]


def _file() -> BillFile:
    return reconciliation._store("alipay", day=paying.DAY, lines=[paying.strange()])


def _finance(scene: Any) -> User:
    return factories.staff(area=scene.person.area, role="finance")


def _store(_scene: Any) -> Call:
    return _file


def _explained(scene: Any) -> Callable[[], Difference]:
    number, by = _file().differences.get().number, _finance(scene)
    return lambda: reconciliation.explain(number, reason="平台次日补入账单。", version=1, token=_token(), by=by)


def _close_difference(scene: Any) -> Call:
    number, by = _explained(scene)().number, _finance(scene)
    return lambda: reconciliation.close_difference(number, version=2, token=_token(), by=by)


def _close_day(scene: Any) -> Call:
    _close_difference(scene)()
    by = _finance(scene)
    return lambda: reconciliation.close_day("alipay", paying.DAY, token=_token(), by=by)


def _token() -> str:
    return secrets.token_urlsafe(24)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "payments.services.reconciliation._store": (_store, []),
    "payments.services.reconciliation.explain": (_explained, []),
    "payments.services.reconciliation.close_difference": (_close_difference, []),
    "payments.services.reconciliation.close_day": (_close_day, []),
}
