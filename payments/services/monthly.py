"""The bills of 灵活就业 of every month, begun by the clock: one run per area; without a standard the desk is told."""

from django.db.models import Exists, OuterRef

from insured.labels import FLEXIBLE_WORKER
from insured.models import Enrollment, PoolingArea, StaffAssignment
from insured.policy.dates import Month
from payments.models import AssessmentRun
from payments.services.assessment import FLEXIBLE, open_run
from payments.services.opening import employee_standard
from payments.services.telling import FINANCE_ROLES
from portal import clock
from portal.notifications.models import Message
from portal.notifications.services import Recipient, tell
from portal.sweep import each
from portal.transactions import business_transaction


def start_due() -> int:
    """Begin this month's run in every area with somebody to bill; how many are new. Saying it again begins nothing."""
    payers = Enrollment.objects.active().filter(area=OuterRef("pk"), scheme="310", category=FLEXIBLE_WORKER)
    month = Month.of(clock.today()).first_day
    begun = AssessmentRun.objects.filter(area=OuterRef("pk"), kind=FLEXIBLE, period_starts_on=month)
    areas = PoolingArea.objects.filter(Exists(payers), ~Exists(begun)).order_by("pk")
    return each(start_month, list(areas.values_list("pk", flat=True)), event="month_not_billed")


@business_transaction
def start_month(area_id: int) -> bool:
    """Begin this month's run of one area; False when it was begun, or there is no standard: then the desk is told."""
    area = PoolingArea.objects.get(pk=area_id)
    month = Month.of(clock.today())
    if AssessmentRun.objects.filter(area=area, kind=FLEXIBLE, period_starts_on=month.first_day).exists():
        return False
    if employee_standard(area.pk, month=month) is None:
        _alarm(area, month=month)
        return False
    open_run(kind=FLEXIBLE, area=area, first=month.first_day, by=None)
    return True


def _alarm(area: PoolingArea, *, month: Month) -> None:
    """Tell finance and the supervisors of the area, each once a month."""
    rows = StaffAssignment.objects.valid_on(clock.today()).filter(area=area, role__in=FINANCE_ROLES)
    for user in {row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values():
        event_key = f"area:{area.pk}:no-standard:{month.iso()}:{user.pk}"
        if Message.objects.filter(dedupe_key__startswith=f"{event_key}:").exists():
            continue
        tell(
            event_key=event_key,
            template="payment_no_standard",
            params={"place": area.name, "month": str(month)},
            to=Recipient(user=user, phone=None, email=None, area_code=area.code),
            url_name="admin:payments_assessmentrun_changelist",
            channels=(),
        )
