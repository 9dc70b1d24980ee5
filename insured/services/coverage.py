"""Stop coverage: the one writer of an enrollment's status and of the end of its periods."""

from datetime import date

from django.db.models import F
from django.db.models.functions import Now

from insured.models import CoveragePeriod, Enrollment
from portal.errors import ConflictError, Reason


def lock_enrollment(enrollment_id: int) -> Enrollment:
    """The first lock of every change to coverage; inside the caller's transaction."""
    return (
        Enrollment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person__user", "area", "employer")
        .get(pk=enrollment_id)
    )


def stop_coverage(enrollment: Enrollment, *, effective_on: date, last_covered_on: date, basis: str) -> None:
    """Set 暂停参保 from `effective_on`: periods end on `last_covered_on`, those that never begin are cancelled.

    The enrollment was locked by the caller; ConflictError when its status or version changed all the same.
    `basis` is the public number of what this rests on.
    """
    changed = Enrollment.objects.filter(pk=enrollment.pk, status=Enrollment.ACTIVE, version=enrollment.version).update(
        status=Enrollment.PAUSED, paused_on=effective_on, version=F("version") + 1
    )
    if not changed:
        raise ConflictError(Reason("coverage.changed-meanwhile"))
    enrollment.status, enrollment.paused_on = Enrollment.PAUSED, effective_on
    enrollment.version += 1
    for period in CoveragePeriod.objects.counting().filter(enrollment=enrollment):
        _end_period(period, last_covered_on=last_covered_on, basis=basis)


def _end_period(period: CoveragePeriod, *, last_covered_on: date, basis: str) -> None:
    """One row at a time: the database checks each change for overlap."""
    row = CoveragePeriod.objects.filter(pk=period.pk)
    if period.starts_on > last_covered_on:
        row.update(cancelled_at=Now(), closed_by=basis)
    elif period.ends_on is None or period.ends_on > last_covered_on:
        row.update(ends_on=last_covered_on, closed_by=basis)
