"""Months of flexible employment that nobody paid end the cover: 正常参保, without benefits until it is caught up."""

from datetime import date

from insured.labels import FLEXIBLE_CATEGORIES
from insured.models import CoveragePeriod, Enrollment
from insured.policy.dates import Month, next_day
from insured.policy.interruption import interruption_outlook, lapsed_on
from insured.services.coverage import lapse_coverage, lock_enrollment
from payments.services.effects import read_rules
from portal import clock
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

SCHEME = "310"


@business_transaction
def lapse_one(enrollment_id: int) -> bool:
    """End the cover of one enrollment with its last paid month, and tell the person; False when it was paid meanwhile.

    A payment within the months of grace reaches back to that day, a later one waits (insured.policy.interruption).
    """
    today = clock.today()
    enrollment = lock_enrollment(enrollment_id)
    last_paid = Month.of(enrollment.last_paid_month) if enrollment.last_paid_month else None
    last_covered_on = lapsed_on(last_paid=last_paid, today=today) if last_paid else None
    if enrollment.status != Enrollment.ACTIVE or not enrollment.is_flexible or last_covered_on is None:
        return False
    basis = f"LAPSE{last_covered_on:%Y%m}"
    if not lapse_coverage(enrollment, last_covered_on=last_covered_on, today=today, basis=basis):
        return False
    _tell(enrollment, last_paid=Month.of(last_covered_on), today=today)
    return True


def lapse_unpaid(*, limit: int = 1000) -> int:
    """End all cover that a whole month was not paid for, one transaction each; how many."""
    today = clock.today()
    before = (Month.of(today) + -1).first_day
    running = CoveragePeriod.objects.counting().filter(ends_on=None, starts_on__lte=today)
    unpaid = running.filter(
        enrollment__status=Enrollment.ACTIVE,
        enrollment__scheme=SCHEME,
        enrollment__category__in=FLEXIBLE_CATEGORIES,
        enrollment__last_paid_month__lt=before,
    )
    found = list(unpaid.order_by("enrollment_id").values_list("enrollment_id", flat=True)[:limit])
    return sum(lapse_one(pk) for pk in found)


def _tell(enrollment: Enrollment, *, last_paid: Month, today: date) -> None:
    person = enrollment.person
    outlook = interruption_outlook(rules=read_rules(enrollment.area_id, on=today), last_paid=last_paid)
    tell(
        event_key=f"enrollment:{enrollment.pk}:lapsed:{last_paid.iso()}",
        template="payment_lapsed",
        params={
            "month": str(last_paid),
            "happened_on": next_day(last_paid.last_day).isoformat(),
            "payable_until_on": outlook.pay_up_by.isoformat(),
        },
        to=Recipient(user=person.user, phone=person.phone, email=person.email or None, area_code=enrollment.area.code),
        url_name="arrears",
    )
