"""Telling auditors and administrators that a walk along the audit chain found something."""

from insured.models import StaffAssignment
from insured.policy.roles import StaffRole
from portal import clock
from portal.audit import labels
from portal.audit.models import AuditCheck
from portal.audit.services import claim_slot
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

WATCHING = (StaffRole.AUDITOR, StaffRole.ADMINISTRATOR)
JOB = "audit-alarm"
LATEST = 20
"""Checks looked at: the walk of a day is told within minutes."""


def tell_of_faults() -> int:
    """Tell of every finished check with faults that was not told yet; how many. May run twice, or be killed."""
    found = AuditCheck.objects.filter(finished_at__isnull=False, fault_count__gt=0).order_by("-id")[:LATEST]
    return sum(tell_of_check(check) for check in found)


@business_transaction
def tell_of_check(check: AuditCheck) -> bool:
    """Say where the first fault is and how many there are, once to each of them; False when it was said before.

    By mail as well: whoever can change rows of the hall could remove its messages.
    """
    if not claim_slot(JOB, slot=str(check.pk)):
        return False
    table, row_id, fault = check.faults[0]
    watching = StaffAssignment.objects.valid_on(clock.today()).filter(role__in=WATCHING).select_related("user", "area")
    for user_id, one in {one.user_id: one for one in watching.order_by("pk")}.items():
        tell(
            event_key=f"audit-check:{check.pk}:{user_id}",
            template="audit_chain_broken",
            params={
                "place": labels.fault_place(table, row_id=row_id, fault=fault),
                "what": labels.FAULTS[fault],
                "count": check.fault_count,
            },
            to=Recipient(user=one.user, phone=None, email=one.user.email, area_code=one.area.code),
            url_name="admin:audit_auditcheck_changelist" if one.role == StaffRole.AUDITOR else "",
        )
    return True
