"""Telling the desk about money that was paid and brings nothing yet."""

from insured.models import StaffAssignment
from portal import clock
from portal.notifications.models import Message
from portal.notifications.services import Recipient, tell
from suspension.models import Application
from suspension.policy.transitions import Role

DESK_ROLES = (Role.CASEWORKER, Role.SUPERVISOR)


def alarm_desk(application: Application) -> None:
    """Tell the caseworkers and supervisors of the area, once, that a paid case is held; call under its lock."""
    event_key = f"application:{application.number}:paid-held"
    if Message.objects.filter(dedupe_key__startswith=f"{event_key}:").exists():
        return
    rows = StaffAssignment.objects.valid_on(clock.today()).filter(area=application.area_id, role__in=DESK_ROLES)
    for user in {row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values():
        tell(
            event_key=f"{event_key}:{user.pk}",
            template="case_paid_held",
            params={"number": application.number or ""},
            to=Recipient(user=user, phone=None, email=None, area_code=application.area.code),
            subject_number=application.number or "",
            url_name="admin:suspension_application_review",
            channels=(),
        )
