"""重复参保 at the desk: who of one's areas is paid for twice, and the stop that settles it, entered for the person."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from insured.models import Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.services.coverage import lock_enrollment
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from portal.audit.services import record_access, use_form_token
from portal.errors import ConflictError, Reason
from portal.transactions import business_transaction
from suspension.models import Application, DuplicateFinding
from suspension.policy.transitions import OPEN_STATES
from suspension.services import walk_in
from suspension.services.duplicates import Resolution, Step, resolutions_for, resolutions_of, stop_request

REASON = "处理重复参保"
CHUNK = 500
"""Records that are looked at in one transaction."""


def look_for_duplicates() -> int:
    """Go through all records that may be half of a duplicate and keep the list of the desk; how many stand on it.

    Chunk by chunk, flat in memory. One that is cut off leaves a list that is right in part; the next puts it right.
    """
    started, today, after = clock.now(), clock.today(), (date.min, 0)
    while rows := _suspects(today=today, after=after):
        _note([row.person for row in rows], today=today, at=started)
        after = (rows[-1].last_paid_month or date.max, rows[-1].pk)
    DuplicateFinding.objects.filter(found_at__lt=started).delete()
    return DuplicateFinding.objects.count()


def _suspects(*, today: date, after: tuple[date, int]) -> list[Enrollment]:
    """The next records that are stopped and paid into this month or later, of people who have another one like it.

    Of two records one at least is stopped: at most one basic record is active.
    """
    this = Month.of(today).first_day
    other = (
        Enrollment.objects.filter(person=OuterRef("person"), is_basic=True)
        .filter(Q(status=Enrollment.ACTIVE) | Q(last_paid_month__gte=this))
        .exclude(pk=OuterRef("pk"))
        .exclude(status=Enrollment.NONE)
    )
    month, pk = after
    rows = Enrollment.objects.filter(
        Q(last_paid_month__gt=month) | Q(last_paid_month=month, pk__gt=pk),
        Exists(other),
        is_basic=True,
        status__in=[Enrollment.PAUSED, Enrollment.ENDED],
        last_paid_month__gte=max(this, month),
    )
    return list(rows.select_related("person").order_by("last_paid_month", "id")[:CHUNK])


@business_transaction
def _note(people: list[InsuredPerson], *, today: date, at: datetime) -> None:
    """Put those of them who do pay twice on the list of both areas. Five statements."""
    found = resolutions_for(list({person.pk: person for person in people}.values()), today=today)
    wanted = {(one.end.person_id, area) for one in found for area in (one.keep.area_id, one.end.area_id)}
    known = {
        (row.person_id, row.area_id): row.pk
        for row in DuplicateFinding.objects.filter(person__in={person for person, _ in wanted})
    }
    again = DuplicateFinding.objects.filter(pk__in=[known[one] for one in wanted & known.keys()], found_at__lt=at)
    again.update(found_at=at)
    DuplicateFinding.objects.bulk_create(
        DuplicateFinding(person_id=person, area_id=area, found_at=at) for person, area in sorted(wanted - known.keys())
    )


def paid_twice(user: User) -> QuerySet[DuplicateFinding]:
    """Who was found, one of the halves in an area of the staff member, each once; those found first come first.

    Whether the months still meet is resolutions_for's to say.
    """
    areas = duties_of(user).area_ids
    earlier = DuplicateFinding.objects.filter(person=OuterRef("person"), area__in=areas, area__lt=OuterRef("area"))
    mine = DuplicateFinding.objects.filter(~Exists(earlier), area__in=areas)
    return mine.select_related("person__area").order_by("area_id", "id")


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
