"""Show a whole resident ID to staff: never without a logged reason, and not without end."""

from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import AccessLog
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
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    if AccessLog.objects.filter(user=by, action=ACTION, at__gte=midnight).count() >= DAILY_LIMIT:
        raise BusinessRuleError(Reason("desk.reveal-limit", {"limit": DAILY_LIMIT}))
    record_access(
        user=by,
        action=ACTION,
        subject_kind="application",
        subject_id=application.pk,
        reason=reason.strip(),
    )
    return application.person.id_number
