"""Find whether a person is paid for twice: 重复参保, with the resolution that is proposed."""

from collections.abc import Iterator
from datetime import date

from insured.models import InsuredPerson
from insured.policy.dates import Month
from insured.policy.duplicates import Duplicate, PaidRecord, find_duplicates
from payments.models import ContributionRecord

REFUNDS = ("20", "991")


def duplicates_of(person: InsuredPerson, *, today: date) -> tuple[Duplicate, ...]:
    """One statement: what was received for this month and later, by enrollment; what was paid back does not count."""
    return find_duplicates(list(_records(person)), this=Month.of(today))


def _records(person: InsuredPerson) -> Iterator[PaidRecord]:
    rows = list(
        ContributionRecord.objects.filter(person=person, is_received=True, enrollment__is_basic=True)
        .select_related("enrollment__area")
        .order_by("enrollment_id", "period_starts_on", "id")
    )
    returned = {(row.enrollment_id, row.period_starts_on) for row in rows if row.kind in REFUNDS}
    by_enrollment: dict[int, list[ContributionRecord]] = {}
    for row in rows:
        if row.kind not in REFUNDS and (row.enrollment_id, row.period_starts_on) not in returned:
            by_enrollment.setdefault(row.enrollment_id, []).append(row)
    for paid in by_enrollment.values():
        enrollment = paid[0].enrollment
        # A resident's year counts by itself, months that are paid one after the other count together.
        first = paid[-1].period_starts_on if enrollment.scheme == "390" else _run_start(paid)
        yield PaidRecord(
            key=enrollment.pk,
            scheme=enrollment.scheme,
            name=enrollment.get_scheme_display(),
            area_name=enrollment.area.name,
            first=Month.of(first),
            last=_until(paid, is_open=enrollment.status == "1" and enrollment.scheme == "310"),
            is_through_unit=enrollment.is_through_unit,
            is_home=enrollment.area_id == person.area_id,
            category=enrollment.category,
        )


def _run_start(paid: list[ContributionRecord]) -> date:
    """The first month of the run of months that ends with the last one."""
    start = Month.of(paid[-1].period_starts_on)
    for row in reversed(paid[:-1]):
        if Month.of(row.period_ends_on) + 1 < start:
            break
        start = min(start, Month.of(row.period_starts_on))
    return start.first_day


def _until(paid: list[ContributionRecord], *, is_open: bool) -> Month:
    """The last paid month; an employee's record that is active goes on."""
    last = Month.of(paid[-1].period_ends_on)
    return last + 12 if is_open else last
