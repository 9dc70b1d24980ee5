"""重复参保: two basic records paid for the same time, which one stays, and what is proposed (domain rule 2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from insured.policy.dates import Month, MonthSpan
from portal.errors import Reason

SOURCE = "医保发〔2020〕33号"
LONG_ENOUGH = 12
"""So many months of 310 without a gap decide for it."""
STUDENT = "1404"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRecord:
    """One basic record with the months it is paid for; `key` is the caller's. `is_home` where the person lives."""

    key: int
    scheme: str
    name: str
    area_name: str
    first: Month
    last: Month
    is_active: bool = True
    is_through_unit: bool = False
    is_home: bool = False
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two records for the same months: the one to keep, the one to end, and why."""

    keep: PaidRecord
    end: PaidRecord
    span: MonthSpan
    reasons: tuple[Reason, ...]


def find_duplicates(records: Sequence[PaidRecord], *, this: Month) -> tuple[Duplicate, ...]:
    """Every pair that is paid for the same months, this one or later; what is over is left alone."""
    found = []
    for one, other in combinations(records, 2):
        first, last = max(one.first, other.first, this), min(one.last, other.last)
        if one.key != other.key and first <= last:
            found.append(_resolve(one, other, first=first, last=last))
    return tuple(found)


def _resolve(one: PaidRecord, other: PaidRecord, *, first: Month, last: Month) -> Duplicate:
    keep, end, code = _choose(one, other, this=first)
    params = {
        "keep": keep.name,
        "keep_area": keep.area_name,
        "end": end.name,
        "end_area": end.area_name,
        "span": MonthSpan(first, last),
    }
    reasons = (
        Reason("duplicate.found", params, SOURCE),
        Reason(code, params, SOURCE),
        Reason("duplicate.proposal", params, SOURCE),
    )
    return Duplicate(keep=keep, end=end, span=MonthSpan(first, last), reasons=reasons)


def _choose(one: PaidRecord, other: PaidRecord, *, this: Month) -> tuple[PaidRecord, PaidRecord, str]:
    if one.scheme != other.scheme:
        keep, end = (one, other) if one.scheme == "310" else (other, one)
        if this.months_after(keep.first) >= LONG_ENOUGH:
            return keep, end, "duplicate.employee-long"
        if keep.is_active:
            return keep, end, "duplicate.employee-short"
        return end, keep, "duplicate.employee-over"
    if one.scheme == "310":
        keep, end = (
            (one, other) if (one.is_through_unit, one.first) >= (other.is_through_unit, other.first) else (other, one)
        )
        return keep, end, "duplicate.workplace"
    student = next((record for record in (one, other) if record.category == STUDENT), None)
    if student is not None:
        return student, other if student is one else one, "duplicate.school"
    keep, end = (one, other) if (one.is_home, one.first) >= (other.is_home, other.first) else (other, one)
    return keep, end, "duplicate.residence"
