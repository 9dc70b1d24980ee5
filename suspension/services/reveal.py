"""Show a whole resident ID to staff: never without a logged reason, and not without end."""

import math
from datetime import timedelta

from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.limits import Limit, TooOften, hidden, spend
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction
from suspension.models import Application

DAILY_LIMIT = 50
ACTION = "reveal-id"


@business_transaction
def reveal_id(application: Application, *, reason: str, by: User) -> str:
    """The person's ID number; the log names who, whose, and why.

    BusinessRuleError without a reason, and after DAILY_LIMIT reveals of the day.
    """
    if not reason.strip():
        raise BusinessRuleError(Reason("desk.reveal-reason"))
    try:
        spend(Limit(ACTION, hidden(str(by.pk)), DAILY_LIMIT, _seconds_of_today_left()))
    except TooOften:
        raise BusinessRuleError(Reason("desk.reveal-limit", {"limit": DAILY_LIMIT})) from None
    record_access(
        user=by,
        action=ACTION,
        subject_kind="application",
        subject_id=application.pk,
        reason=reason.strip(),
    )
    return application.person.id_number


def _seconds_of_today_left() -> int:
    """Until midnight here, when the count begins anew."""
    now = timezone.localtime()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return math.ceil((midnight - now).total_seconds())
