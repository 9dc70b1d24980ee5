"""Looks, exports and reveals by staff: each is logged, none without end, and who reaches the limit is noticed."""

import math
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from insured.labels import DISCLOSURES
from insured.models import StaffAssignment
from portal import clock
from portal.accounts.models import User
from portal.accounts.services.limits import Limit, TooOften, hidden, spend, used
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, Reason
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

ALARM = "limit-reached"
"""Action of the row in the access log that says that somebody has used up a limit; the reason names which."""
WATCHING = ("supervisor", "auditor")


@business_transaction
def disclose(kind: str, *, subject_kind: str, subject_id: int, purpose: str = "", reason: str = "", by: User) -> None:
    """Log one look, export or reveal (a key of DISCLOSURES) and count it for the day.

    BusinessRuleError beyond settings.DAILY_LIMITS. Whoever uses up a limit is told of to the supervisors and auditors
    of their areas.
    """
    capacity = settings.DAILY_LIMITS[kind]
    limit = Limit(kind, hidden(str(by.pk)), capacity, _seconds_of_today_left())
    try:
        spend(limit)
    except TooOften:
        raise BusinessRuleError(Reason("disclosure.limit", {"what": DISCLOSURES[kind], "limit": capacity})) from None
    record_access(
        user=by, action=kind, subject_kind=subject_kind, subject_id=subject_id, purpose=purpose, reason=reason
    )
    if used(limit) == capacity:
        _sound_alarm(kind, capacity=capacity, by=by)


def _sound_alarm(kind: str, *, capacity: int, by: User) -> None:
    today = clock.today()
    what = DISCLOSURES[kind]
    record_access(user=by, action=ALARM, subject_kind="account", subject_id=by.pk, reason=f"{what}：{capacity}次")
    watching = (
        StaffAssignment.objects.valid_on(today)
        .filter(role__in=WATCHING, area__in=StaffAssignment.objects.posted_in(by))
        .exclude(user=by)
        .select_related("user", "area")
        .order_by("pk")
    )
    for user_id, one in {one.user_id: one for one in watching}.items():
        tell(
            event_key=f"disclosure:{kind}:{by.pk}:{today.isoformat()}:{user_id}",
            template="disclosure_limit",
            params={"who": by.display_name, "what": what, "limit": capacity, "happened_on": today.isoformat()},
            to=Recipient(user=one.user, phone=None, email=None, area_code=one.area.code),
        )


def _seconds_of_today_left() -> int:
    """Until midnight here, when the count begins anew."""
    now = timezone.localtime()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return math.ceil((midnight - now).total_seconds())
