"""退费: what of a person's payments could be given back, with everything the conditions ask for already read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from insured.models import CoveragePeriod, Enrollment, InsuredPerson
from insured.policy.dates import Month
from payments.models import ContributionRecord
from payments.services.history import GIVEN_BACK
from payments.services.refundable import asked_back
from portal import clock
from portal.errors import Reason
from suspension import items
from suspension.models import Application
from suspension.policy.offer import Offer
from suspension.policy.refund import (
    Back,
    PaidRecord,
    RefundFacts,
    backs,
    check_ending,
    check_filing,
    check_refund,
    evidence,
    needs_proof,
    refund_checks,
)
from suspension.policy.stop import SOURCE_REFUND, Check, stop_checks
from suspension.services.facts import StopCase, read_stop_case
from suspension.services.offers import Papers, offer_on, papers_of

IRRELEVANT = frozenset({"active", "alive"})
"""Checks of a stop that do not stand in the way of one that a refund brings with it: it may be over, or they died."""


@dataclass(frozen=True)
class Claim:
    """What was paid for one enrollment, and for one coverage year of it, on the day on which it is asked back."""

    enrollment: Enrollment
    records: tuple[ContributionRecord, ...]
    facts: RefundFacts
    stop: StopCase | None

    @property
    def code(self) -> str:
        """Names the claim in an address: the number of its first payment."""
        return self.records[0].number if self.records else ""

    @property
    def year(self) -> int | None:
        """The coverage year of a resident's payment."""
        return self.facts.year or None

    @cached_property
    def paid_fen(self) -> int:
        """What the person has paid."""
        return sum(one.personal_fen for one in self.records)

    @cached_property
    def backs(self) -> tuple[Back, ...]:
        """What of it could come back."""
        return backs(self.facts)

    @cached_property
    def amount_fen(self) -> int:
        """All of it together."""
        return sum(one.amount_fen for one in self.backs)

    @cached_property
    def offer(self) -> Offer:
        """The materials of the form, on the day on which it was or is sent in. One statement."""
        return offer_on(items.REFUND, area_id=self.enrollment.area_id, on=self.facts.asked_on)

    @property
    def papers(self) -> Papers:
        """What it asks for by name."""
        return papers_of(self.offer)

    def checks(self, cause: str) -> tuple[Check, ...]:
        """The conditions, one by one."""
        return refund_checks(self.facts, cause=cause)

    def refused(self, cause: str) -> tuple[Reason, ...]:
        """Why no money comes back."""
        return check_refund(self.facts, cause=cause)

    def not_filed(self, cause: str) -> tuple[Reason, ...]:
        """Why nothing can be sent in."""
        return check_filing(self.facts, cause=cause)

    def evidence(self, cause: str) -> Reason:
        """What proves the cause."""
        return evidence(self.facts, cause=cause)

    def needs_proof(self, cause: str) -> bool:
        """Whether a material must."""
        return needs_proof(self.facts, cause=cause)

    @property
    def not_ended(self) -> tuple[Reason, ...]:
        """Why the cover cannot be ended with it."""
        return check_ending(self.facts)

    @property
    def ending(self) -> Reason:
        """What ends with it: the other result."""
        if self.stop is not None and self.facts.scheme == "390":
            return Reason("refund.ends-active", {"on": self.stop.effect(None).effective_on}, SOURCE_REFUND)
        if self.facts.scheme == "390":
            return Reason("refund.ends-year", {"year": self.facts.year}, SOURCE_REFUND)
        return Reason("refund.ended-already", source=SOURCE_REFUND)


def claims_of(person: InsuredPerson, *, today: date) -> tuple[Claim, ...]:
    """What this person could ask back, the newest first: resident years from this one on, months paid as flexible."""
    enrollments = _enrollments(person)
    records = _records(enrollments)
    found: list[Claim] = []
    for one in enrollments:
        if one.scheme == "390":
            years = {row.period_starts_on.year for row in records if row.enrollment_id == one.pk}
            found += [
                _claim(one, year=year, enrollments=enrollments, records=records, asked_on=today, own=None)
                for year in sorted(years, reverse=True)
                if year >= today.year
            ]
        elif one.is_flexible:
            claim = _claim(one, year=0, enrollments=enrollments, records=records, asked_on=today, own=None)
            if claim.records:
                found.append(claim)
    return tuple(found)


def claim_of(enrollment: Enrollment, *, year: int | None, today: date, own: Application | None) -> Claim:
    """The claim behind an application; its conditions are those of the day on which it was sent in."""
    asked_on = own.submitted_at.astimezone(clock.SHANGHAI).date() if own and own.submitted_at else today
    enrollments = _enrollments(enrollment.person)
    records = _records(enrollments)
    return _claim(
        enrollment, year=year or 0, enrollments=enrollments, records=records, asked_on=asked_on, own=own, today=today
    )


def _enrollments(person: InsuredPerson) -> list[Enrollment]:
    found = Enrollment.objects.filter(person=person, is_basic=True).exclude(status=Enrollment.NONE)
    return list(found.select_related("person__user", "area", "employer").order_by("-id"))


def _records(enrollments: Iterable[Enrollment]) -> list[ContributionRecord]:
    """What was paid and not given back as a record of its own, the earliest first."""
    found = ContributionRecord.objects.filter(enrollment__in=list(enrollments)).exclude(kind__in=GIVEN_BACK)
    return list(found.order_by("period_starts_on", "id"))


def _claim(
    enrollment: Enrollment,
    *,
    year: int,
    enrollments: Collection[Enrollment],
    records: Collection[ContributionRecord],
    asked_on: date,
    own: Application | None,
    today: date | None = None,
) -> Claim:
    employed_from = _employed_from(enrollments) if enrollment.is_flexible else None
    since = employed_from or Month.of(asked_on)
    mine = tuple(
        row
        for row in records
        if row.enrollment_id == enrollment.pk
        and (row.period_starts_on.year == year if year else Month.of(row.period_ends_on) >= since)
    )
    gone = asked_back(mine, basis=(own.number or "") if own else "")
    stop = read_stop_case(enrollment, today=today or asked_on, own=own) if enrollment.status == "1" else None
    others = [one for one in enrollments if one.pk != enrollment.pk]
    facts = RefundFacts(
        scheme=enrollment.scheme,
        status=enrollment.status,
        is_through_unit=enrollment.is_through_unit,
        unit_name=enrollment.employer.name,
        asked_on=asked_on,
        year=year,
        records=tuple(_paid(row, gone=gone) for row in mine),
        is_deceased=enrollment.person.is_deceased,
        joined_310_on=next((one.joined_on for one in others if one.scheme == "310" and one.status == "1"), None),
        resident_elsewhere=next((one.area.name for one in others if one.scheme == "390" and one.status == "1"), ""),
        paid_twice_in=_paid_elsewhere(others, records=records, year=year),
        employed_from=employed_from,
        stop_reasons=_stop_reasons(stop),
    )
    return Claim(enrollment=enrollment, records=mine, facts=facts, stop=stop)


def _paid(row: ContributionRecord, *, gone: Mapping[int, int]) -> PaidRecord:
    return PaidRecord(
        number=row.number,
        first=Month.of(row.period_starts_on),
        last=Month.of(row.period_ends_on),
        personal_fen=row.personal_fen,
        aid_fen=row.aid_fen,
        is_received=row.is_received,
        back_fen=gone.get(row.pk, 0),
    )


def _stop_reasons(stop: StopCase | None) -> tuple[Reason, ...]:
    if stop is None:
        return ()
    checks = stop_checks(stop.facts, month=stop.facts.months.earliest)
    return tuple(reason for check in checks if check.code not in IRRELEVANT for reason in check.reasons)


def _paid_elsewhere(others: Iterable[Enrollment], *, records: Collection[ContributionRecord], year: int) -> str:
    """Where else the same coverage year was paid."""
    areas = {one.pk: one.area.name for one in others if one.scheme == "390"}
    paid = (row for row in records if row.enrollment_id in areas and row.period_starts_on.year == year)
    return next((areas[row.enrollment_id] for row in paid if row.is_received), "")


def _employed_from(enrollments: Iterable[Enrollment]) -> Month | None:
    """The first month that the unit's own cover gives; before it the flexible months are needed."""
    employed = [one.pk for one in enrollments if one.is_through_unit and one.status == Enrollment.ACTIVE]
    if not employed:
        return None
    periods = CoveragePeriod.objects.counting().filter(enrollment__in=employed)
    starts_on = periods.order_by("-starts_on").values_list("starts_on", flat=True).first()
    return Month.of(starts_on) if starts_on else None
