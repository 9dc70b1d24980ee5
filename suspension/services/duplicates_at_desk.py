"""重复参保 at the desk: who of one's areas is paid for twice, and the stop that settles it, entered for the person."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from insured.models import Enrollment
from insured.policy.dates import Month
from insured.services.coverage import lock_enrollment
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.audit.services import record_access, use_form_token
from portal.errors import ConflictError, Reason
from portal.transactions import business_transaction
from suspension.models import Application
from suspension.policy.transitions import OPEN_STATES
from suspension.services import walk_in
from suspension.services.duplicates import Resolution, Step, resolutions_of, stop_request

REASON = "处理重复参保"


def paid_twice(user: User, *, today: date) -> QuerySet[Enrollment]:
    """Records that may be one half of a duplicate, one of its halves in an area of the staff member; in order.

    Of two records one at least is stopped, and is paid into this month or later: those are few, and have an index.
    Whether the months really meet is resolutions_for's to say.
    """
    areas, this = duties_of(user).area_ids, Month.of(today).first_day
    other = (
        Enrollment.objects.filter(person=OuterRef("person"), is_basic=True)
        .filter(Q(status=Enrollment.ACTIVE) | Q(last_paid_month__gte=this))
        .exclude(pk=OuterRef("pk"))
        .exclude(status=Enrollment.NONE)
    )
    return (
        Enrollment.objects.filter(
            Q(area__in=areas) | Exists(other.filter(area__in=areas)),
            Exists(other),
            is_basic=True,
            status__in=[Enrollment.PAUSED, Enrollment.ENDED],
            last_paid_month__gte=this,
        )
        .select_related("person__area")
        .order_by("last_paid_month", "id")
    )


def open_cases(found: tuple[Resolution, ...]) -> dict[int, Application]:
    """Key of each record that ends → the application that waits for a decision on it. One statement."""
    ends = {one.end.pk for one in found}
    rows = Application.objects.filter(enrollment__in=ends, state__in=OPEN_STATES, is_coverage_changing=True)
    return {row.enrollment_id: row for row in rows}


@business_transaction
def settle(enrollment_id: int, *, stamp: str, is_identity_checked: bool, token: str, by: User) -> Application:
    """Enter the stop of the record that ends, for the person who agrees at the counter; a colleague decides it.

    The event names who entered it and for whom, the person is told, the look at them is logged. AlreadyDone when this
    form was sent before; ConflictError when the proposal is not the one with this stamp any more; BusinessRuleError
    with every reason why it cannot be filed.
    """
    enrollment, today = lock_enrollment(enrollment_id), clock.today()
    person = enrollment.person
    found = resolutions_of(person, today=today)
    one = next((one for one in found if one.end.pk == enrollment_id and one.step is Step.STOP), None)
    if one is None or one.stamp != stamp:
        # A form that was sent before goes to its result, whatever came of it.
        use_form_token(token, address=reverse("admin:suspension_application_duplicates"))
        raise ConflictError(Reason("duplicate.changed-at-desk"))
    record_access(
        user=by, action="duplicate", subject_kind="insuredperson", subject_id=person.pk, purpose="case", reason=REASON
    )
    return walk_in.enter(
        stop_request(one, phone=person.phone or "", email=person.email, today=today),
        enrollment_id=enrollment_id,
        is_identity_checked=is_identity_checked,
        token=token,
        by=by,
    )
