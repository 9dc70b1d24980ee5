"""The one writer of an enrollment's status and of its periods: stops, resumes, and extends it after a payment."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Now

from insured.models import CoveragePeriod, Enrollment
from insured.policy.dates import Month, day_before, next_day
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


def lapse_coverage(enrollment: Enrollment, *, last_covered_on: date, today: date, basis: str) -> bool:
    """End open cover that nobody paid on; the enrollment stays 正常参保. False where none is open any more.

    Cover that has not begun, because a waiting period runs, is left alone. The enrollment was locked by the caller.
    """
    running = CoveragePeriod.objects.counting().filter(enrollment=enrollment, ends_on=None, starts_on__lte=today)
    periods = list(running)
    for period in periods:
        _end_period(period, last_covered_on=last_covered_on, basis=basis)
    return bool(periods)


def mark_paid_through(enrollment: Enrollment, *, month: date) -> None:
    """Move 已缴至 forward, never back. ConflictError when the enrollment changed since it was read."""
    latest = max(enrollment.last_paid_month or month, month)
    changed = Enrollment.objects.filter(pk=enrollment.pk, status=enrollment.status, version=enrollment.version).update(
        last_paid_month=latest, version=F("version") + 1
    )
    if not changed:
        raise ConflictError(Reason("coverage.changed-meanwhile"))
    enrollment.last_paid_month = latest
    enrollment.version += 1


def mark_unit_paid_through(enrollment_ids: Collection[int], *, month: date) -> None:
    """The same for everybody on a unit's bill, in one statement."""
    behind = Q(last_paid_month__isnull=True) | Q(last_paid_month__lt=month)
    Enrollment.objects.filter(behind, pk__in=enrollment_ids).update(last_paid_month=month, version=F("version") + 1)


def extend_coverage(enrollment: Enrollment, *, starts_on: date, ends_on: date | None, basis: str) -> None:
    """Cover these days as far as no basic scheme covers the person on them already; no `ends_on` goes on.

    Every run of free days becomes a period. One that reaches the end of the same enrollment's period that begins later
    is no new one: that period begins earlier instead. The caller holds the enrollment's lock and has found it active.
    `basis` is the public number of what this rests on.
    """
    known = list(
        CoveragePeriod.objects.counting().filter(person=enrollment.person_id, is_basic=True).order_by("starts_on")
    )
    own = (one for one in known if one.enrollment_id == enrollment.pk and one.ends_on == ends_on)
    later = next((one for one in own if one.starts_on > starts_on), None)
    for first, last in _free_days(starts_on, ends_on, taken=[one for one in known if one is not later]):
        if later is not None and last == later.ends_on:
            CoveragePeriod.objects.filter(pk=later.pk, starts_on__gt=first).update(starts_on=first, opened_by=basis)
            continue
        CoveragePeriod.objects.create(
            enrollment=enrollment,
            person_id=enrollment.person_id,
            is_basic=enrollment.is_basic,
            starts_on=first,
            ends_on=last,
            opened_by=basis,
        )


def _free_days(
    starts_on: date, ends_on: date | None, *, taken: Iterable[CoveragePeriod]
) -> Iterator[tuple[date, date | None]]:
    """Every run of days that nothing else covers, in order as `taken` are."""
    for period in taken:
        if ends_on is not None and period.starts_on > ends_on:
            break
        if period.starts_on > starts_on:
            yield starts_on, day_before(period.starts_on)
        if period.ends_on is None:
            return
        starts_on = max(starts_on, next_day(period.ends_on))
    if ends_on is None or starts_on <= ends_on:
        yield starts_on, ends_on


def resume_coverage(
    enrollment: Enrollment, *, starts_on: date, ends_on: date | None, paid_through: Month, joined_on: date, basis: str
) -> CoveragePeriod:
    """Set 正常参保 and open the period that was paid for; whatever was paused, lapsed or not begun yet.

    The enrollment was locked by the caller; ConflictError when its version changed all the same, or when the person
    takes part in another basic scheme by now. The database refuses a period that overlaps another.
    `paid_through` is the last paid month, `basis` the public number of what this rests on.
    """
    others = Enrollment.objects.active().filter(person=enrollment.person_id, is_basic=True).exclude(pk=enrollment.pk)
    if enrollment.is_basic and others.exists():
        raise ConflictError(Reason("coverage.changed-meanwhile"))
    changes: dict[str, date | None] = {"paused_on": None, "last_paid_month": paid_through.first_day}
    if enrollment.status != Enrollment.ACTIVE:
        changes["joined_on"] = joined_on
    if enrollment.status == Enrollment.NONE:
        changes["first_joined_on"] = joined_on
    changed = (
        Enrollment.objects.filter(pk=enrollment.pk, version=enrollment.version)
        .exclude(status=Enrollment.ENDED)
        .update(status=Enrollment.ACTIVE, version=F("version") + 1, **changes)
    )
    if not changed:
        raise ConflictError(Reason("coverage.changed-meanwhile"))
    for name, value in changes.items():
        setattr(enrollment, name, value)
    enrollment.status, enrollment.version = Enrollment.ACTIVE, enrollment.version + 1
    return CoveragePeriod.objects.create(
        enrollment=enrollment,
        person_id=enrollment.person_id,
        is_basic=enrollment.is_basic,
        starts_on=starts_on,
        ends_on=ends_on,
        opened_by=basis,
    )
