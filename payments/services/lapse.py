"""Months of flexible employment that nobody paid end the cover: 正常参保, without benefits until it is caught up."""

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from insured.labels import FLEXIBLE_WORKER
from insured.models import CoveragePeriod, Enrollment
from insured.policy.dates import Month, next_day
from insured.policy.interruption import interruption_outlook, lapsed_on
from insured.services.coverage import lapse_coverage, lock_enrollment
from payments.models import Bill, ContributionRecord
from payments.services.effects import open_periods, read_rules
from portal import clock
from portal.notifications.services import Recipient, tell
from portal.sweep import each
from portal.transactions import business_transaction

SCHEME = "310"
A_MONTH = timedelta(days=31)
"""From the first of a month to the first of the next one, and never to the one after that."""


@business_transaction
def lapse_one(enrollment_id: int) -> bool:
    """End the cover of one enrollment that was billed and not paid, and tell the person; False when it was meanwhile.

    A payment within the months of grace reaches back to that day, a later one waits (insured.policy.interruption).
    """
    today = clock.today()
    enrollment = lock_enrollment(enrollment_id)
    period = _unpaid(today).filter(enrollment=enrollment).first()
    if period is None or enrollment.last_paid_month is None:
        return False
    last_paid = Month.of(enrollment.last_paid_month)
    payments = [Month.of(day) for day in (period.opener_paid_on, period.last_paid_on) if day]
    last_covered_on = lapsed_on(last_paid=last_paid, paid_in=max(payments, default=None), today=today)
    if last_covered_on is None:
        return False
    basis = f"LAPSE{last_covered_on:%Y%m}"
    if not lapse_coverage(enrollment, last_covered_on=last_covered_on, today=today, basis=basis):
        return False
    _tell(enrollment, period=period, last_paid=last_paid, last_covered_on=last_covered_on, today=today)
    return True


def lapse_unpaid(*, limit: int = 1000) -> int:
    """End all cover that a whole month was not paid for, one transaction each; how many."""
    found = _unpaid(clock.today()).order_by("enrollment_id").values_list("enrollment_id", flat=True)
    return each(lapse_one, list(found[:limit]), event="cover_not_lapsed")


def is_lapsing(enrollment_id: int, *, today: date) -> bool:
    """Whether the next sweep ends this cover, so that nothing is to be built on it. One statement."""
    return _unpaid(today).filter(enrollment=enrollment_id).exists()


def _unpaid(today: date) -> QuerySet[Any, Any]:
    """Open cover of people who pay by the month, where the first unpaid month was billed and its deadline has passed.

    Not of those who paid something in the month before this one or since: that may have bought this one. The retired
    pay nothing and lose nothing; nor does anybody for months that nobody billed.
    """
    before = (Month.of(today) + -1).first_day
    last_paid = OuterRef("enrollment__last_paid_month")
    first_unpaid = Bill.objects.overdue(today).filter(
        enrollment=OuterRef("enrollment"),
        basis="",
        period_starts_on__gt=last_paid,
        period_starts_on__lte=ExpressionWrapper(last_paid + A_MONTH, output_field=DateField()),
    )
    paid = ContributionRecord.objects.filter(
        enrollment=OuterRef("enrollment"), period_ends_on=last_paid, is_received=True
    )
    rows: QuerySet[Any, Any] = open_periods().annotate(
        last_paid_on=Subquery(paid.order_by("-id").values("paid_on")[:1])
    )
    return rows.filter(
        Exists(first_unpaid),
        Q(opener_paid_on=None) | Q(opener_paid_on__lt=before),
        Q(last_paid_on=None) | Q(last_paid_on__lt=before),
        starts_on__lte=today,
        enrollment__status=Enrollment.ACTIVE,
        enrollment__scheme=SCHEME,
        enrollment__category=FLEXIBLE_WORKER,
        enrollment__last_paid_month__lt=before,
    )


def _tell(
    enrollment: Enrollment, *, period: CoveragePeriod, last_paid: Month, last_covered_on: date, today: date
) -> None:
    person = enrollment.person
    outlook = interruption_outlook(rules=read_rules(enrollment.area_id, on=today), last_paid=last_paid)
    tell(
        event_key=f"period:{period.pk}:lapsed",
        template="payment_lapsed",
        params={
            "month": str(last_paid),
            "happened_on": next_day(last_covered_on).isoformat(),
            "payable_until_on": outlook.pay_up_by.isoformat(),
        },
        to=Recipient(user=person.user, phone=person.phone, email=person.email or None, area_code=enrollment.area.code),
        url_name="arrears",
    )
