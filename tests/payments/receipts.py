"""Money outside the gateways: a receipt as it is entered, and the two people of finance."""

import secrets
from datetime import date
from typing import Any

from insured.models import PoolingArea
from payments.models import Bill, OfflinePayment
from payments.services import offline
from portal.accounts.models import User
from tests import factories


def token() -> str:
    """A form's."""
    return secrets.token_urlsafe(24)


def finance(area: PoolingArea) -> User:
    """Somebody of finance."""
    return factories.staff(area=area, role="finance", name="钱财务")


def receipt(bill: Bill | None, *, area: PoolingArea, **more: Any) -> offline.Receipt:
    """A bank transfer of 10 March, of what is left of a bill or of 400 yuan for nobody knows what."""
    given: dict[str, Any] = {
        "channel": "bank",
        "receipt_no": f"B{secrets.token_hex(6)}",
        "amount_fen": bill.left_fen if bill else 40_000,
        "paid_on": date(2026, 3, 10),
        "payer_name": "苏文岚",
        "area_id": area.pk,
        "bill_number": bill.number if bill else "",
    }
    return offline.Receipt(**(given | more))


def entered(bill: Bill | None, *, area: PoolingArea, by: User | None = None, **more: Any) -> OfflinePayment:
    """It stands there and waits for a second person."""
    return offline.enter(receipt(bill, area=area, **more), token=token(), by=by or finance(area))


def confirmed(found: OfflinePayment, *, by: User | None = None) -> OfflinePayment:
    """The second person has said yes."""
    found.refresh_from_db()
    return offline.confirm(found.number, version=found.version, token=token(), by=by or finance(found.area))
