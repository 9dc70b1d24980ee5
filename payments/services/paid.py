"""A bill paid in full becomes contribution records: one of the person, or one of everybody on a unit's bill."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from insured.models import Enrollment
from insured.services.coverage import mark_unit_paid_through
from payments.models import Bill, BillLine
from payments.policy.amounts import EXTRA
from payments.services.pooled import credit
from payments.services.records import NewContribution, record_contributions

EMPLOYEES = "310"
"""职工医保: what an employee pays is credited to them, what the unit pays is not, nor 补充医疗保险费
(国办发〔2021〕14号)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a bill is one person's, in fen."""

    personal_fen: int
    unit_fen: int
    fiscal_fen: int
    aid_fen: int
    base_fen: int | None = None
    extra_personal_fen: int = 0
    extra_unit_fen: int = 0

    @classmethod
    def of(cls, lines: Sequence[BillLine]) -> Self:
        """The sums of a person's lines; the base is that of the first."""
        personal, unit, fiscal, aid = (
            sum(line.amount_fen for line in lines if line.part == part)
            for part in ("personal", "unit", "fiscal", "aid")
        )
        extra_personal, extra_unit = _extra(lines)
        return cls(
            personal,
            unit,
            fiscal,
            aid,
            base_fen=lines[0].base_fen,
            extra_personal_fen=extra_personal,
            extra_unit_fen=extra_unit,
        )


def _extra(lines: Iterable[BillLine]) -> tuple[int, int]:
    """补充医疗保险费 of the person and of the unit, in fen: its lines are known by their formula."""
    found = [line for line in lines if line.reason_code == EXTRA]
    personal, unit = (sum(line.amount_fen for line in found if line.part == part) for part in ("personal", "unit"))
    return personal, unit


def record_person(bill: Bill, *, paid_on: date, way: str) -> None:
    """The person's record with the fiscal and the aid part, which come with the payment and never without it."""
    if bill.enrollment is not None:
        extra_personal, extra_unit = _extra(bill.lines.filter(reason_code=EXTRA))
        parts = Parts(
            bill.personal_fen,
            bill.unit_fen,
            bill.fiscal_fen,
            bill.aid_fen,
            base_fen=bill.base_fen,
            extra_personal_fen=extra_personal,
            extra_unit_fen=extra_unit,
        )
        record_contributions([_record(bill, enrollment=bill.enrollment, parts=parts, paid_on=paid_on, way=way)])


def record_unit_month(bill: Bill, *, paid_on: date, way: str) -> None:
    """A record of each person on the unit's bill who is still enrolled with it.

    A line without a person, as of an undeclared month, is nobody's record until the unit declares.
    """
    lines: dict[int, list[BillLine]] = defaultdict(list)
    for line in bill.lines.filter(person__isnull=False).order_by("position"):
        lines[line.person_id or 0].append(line)
    enrollments = list(
        Enrollment.objects.filter(employer=bill.employer_id, scheme=bill.scheme, person__in=lines).order_by("pk")
    )
    record_contributions(
        _record(bill, enrollment=one, parts=Parts.of(lines[one.person_id]), paid_on=paid_on, way=way)
        for one in enrollments
    )
    if bill.scheme == EMPLOYEES:
        parts = {one.person_id: Parts.of(lines[one.person_id]) for one in enrollments}
        personal = {person: one.personal_fen - one.extra_personal_fen for person, one in parts.items()}
        credit(personal, kind="contribution", bill=bill)
    mark_unit_paid_through([one.pk for one in enrollments], month=bill.period_ends_on)


def _record(bill: Bill, *, enrollment: Enrollment, parts: Parts, paid_on: date, way: str) -> NewContribution:
    return NewContribution(
        person_id=enrollment.person_id,
        enrollment_id=enrollment.pk,
        employer_id=enrollment.employer_id,
        area_id=bill.area_id,
        scheme=bill.scheme,
        kind=bill.kind,
        way=way,
        period_starts_on=bill.period_starts_on,
        period_ends_on=bill.period_ends_on,
        base_fen=parts.base_fen,
        personal_fen=parts.personal_fen,
        unit_fen=parts.unit_fen,
        fiscal_fen=parts.fiscal_fen,
        aid_fen=parts.aid_fen,
        extra_personal_fen=parts.extra_personal_fen,
        extra_unit_fen=parts.extra_unit_fen,
        paid_on=paid_on,
    )
