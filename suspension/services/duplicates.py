"""Find whether a person is paid for twice: 重复参保, with the resolution that is proposed, and agreeing to it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from insured.models import Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.policy.duplicates import Duplicate, PaidRecord, find_duplicates
from payments.models import ContributionRecord
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from suspension.models import Application
from suspension.services.comeback import record_code
from suspension.services.stop import StopRequest, save_draft

REFUNDS = ("20", "991")


def duplicates_of(person: InsuredPerson, *, today: date) -> tuple[Duplicate, ...]:
    """One statement: what was received for this month and later, by enrollment; what was paid back does not count."""
    return _duplicates([person], today=today)[person.pk]


def _duplicates(people: Collection[InsuredPerson], *, today: date) -> Mapping[int, tuple[Duplicate, ...]]:
    """As duplicates_of, for several people by their key; one statement, too."""
    paid: dict[int, list[ContributionRecord]] = {person.pk: [] for person in people}
    rows = ContributionRecord.objects.filter(person__in=list(paid), is_received=True, enrollment__is_basic=True)
    for row in rows.select_related("enrollment__area").order_by("enrollment_id", "period_starts_on", "id"):
        paid[row.person_id].append(row)
    return {
        person.pk: find_duplicates(list(_records(person, rows=paid[person.pk])), this=Month.of(today))
        for person in people
    }


def _records(person: InsuredPerson, *, rows: list[ContributionRecord]) -> Iterator[PaidRecord]:
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
            is_active=enrollment.status == "1",
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


class Step(StrEnum):
    """How the record that ends is ended; the wording is on the page."""

    STOP = "stop"
    UNIT = "unit"
    MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A duplicate with both records as they are, and what has to be done; `is_revived` where the kept one is paused."""

    duplicate: Duplicate
    keep: Enrollment
    end: Enrollment
    step: Step
    is_revived: bool

    @property
    def code(self) -> str:
        """How a form names the record that ends."""
        return record_code(self.end)

    @property
    def stamp(self) -> str:
        """What somebody saw: both records with their versions. Another one means that the proposal may have changed."""
        return f"{self.keep.pk}-{self.keep.version}-{self.end.pk}-{self.end.version}"


def resolutions_of(person: InsuredPerson, *, today: date) -> tuple[Resolution, ...]:
    """Every duplicate with its proposal (domain rule 2.6): two statements."""
    return resolutions_for([person], today=today)


def resolutions_for(people: Collection[InsuredPerson], *, today: date) -> tuple[Resolution, ...]:
    """Those of several people, one after the other; two statements, too."""
    by_person = _duplicates(people, today=today)
    found = [one for person in people for one in by_person[person.pk]]
    keys = {record.key for one in found for record in (one.keep, one.end)}
    known = Enrollment.objects.select_related("area", "employer", "person__user").in_bulk(keys) if keys else {}
    return tuple(_resolution(one, keep=known[one.keep.key], end=known[one.end.key]) for one in found)


def _resolution(duplicate: Duplicate, *, keep: Enrollment, end: Enrollment) -> Resolution:
    step = Step.MONEY
    if end.status == Enrollment.ACTIVE:
        step = Step.UNIT if end.is_through_unit else Step.STOP
    is_revived = keep.status == Enrollment.PAUSED and not keep.is_through_unit
    return Resolution(duplicate=duplicate, keep=keep, end=end, step=step, is_revived=is_revived)


def agree(person: InsuredPerson, *, record: str, by: User) -> Application:
    """同意这样处理: the stop of the record that ends, filled in as a draft; the person checks it and sends it in.

    BusinessRuleError when that record is not, or no longer, the one to stop.
    """
    found = resolutions_of(person, today=clock.today())
    one = next((one for one in found if one.code == record and one.step is Step.STOP), None)
    if one is None:
        raise BusinessRuleError(Reason("duplicate.changed"))
    request = stop_request(one, phone=by.phone or "", email=by.email or "", today=clock.today())
    return save_draft(request, enrollment_id=one.end.pk, by=by)


def stop_request(one: Resolution, *, phone: str, email: str, today: date) -> StopRequest:
    """The stop of the record that ends, as the person agrees to it."""
    return StopRequest(
        reason_code="duplicate",
        stop_month=None if one.end.scheme == "390" else today.replace(day=1),
        contact_phone=phone,
        contact_email=email,
        note=f"重复参保，同意保留{one.keep.area.name}的{one.keep.get_scheme_display()}。",
    )
