"""Tell whoever knows a case's number, the end of its owner's ID and of a phone how far the case has come."""

import hmac

from portal.accounts.services.limits import Limit, hidden, spend
from portal.errors import BusinessRuleError, Reason
from suspension.models import Application

TRIES_PER_HOUR = 5
TRIES_PER_ADDRESS = 30
HOUR = 3600


def look_up(*, number: str, id_last4: str, phone_last4: str, address: str) -> Application:
    """The case. BusinessRuleError is the same for an unknown number and for wrong digits; TooOften after 5 tries.

    Every try counts, also a right one: an answer tells nothing about the tries before it.
    """
    spend(
        Limit("progress-number-hour", hidden(number), TRIES_PER_HOUR, HOUR),
        Limit("progress-address-hour", hidden(address), TRIES_PER_ADDRESS, HOUR),
    )
    found = Application.objects.submitted().select_related("person", "enrollment", "area").filter(number=number).first()
    fits = (
        [
            _is_same(found.person.id_number[-4:], id_last4),
            _is_same(found.contact_phone[-4:], phone_last4) | _is_same((found.person.phone or "")[-4:], phone_last4),
        ]
        if found
        else [False]
    )
    if found is None or not all(fits):
        raise BusinessRuleError(Reason("case.progress-unknown"))
    return found


def _is_same(known: str, typed: str) -> bool:
    return hmac.compare_digest(known.upper().encode(), typed.encode())
