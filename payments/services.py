"""The only writer of standards and contribution records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from payments.models import ContributionRecord, ContributionStandard
from portal.identity import public_number

CHUNK = 500
NUMBER_PREFIX = "PZ"
"""凭证号 begin with 凭证's initials."""


@dataclass(frozen=True, slots=True)
class NewContribution:
    """One payment for the months from `period_starts_on` to `period_ends_on` (both first days), in fen."""

    person_id: int
    enrollment_id: int
    employer_id: int
    area_id: int
    scheme: str
    way: str
    period_starts_on: date
    period_ends_on: date
    personal_fen: int
    paid_on: date
    kind: str = "10"
    base_fen: int | None = None
    unit_fen: int = 0
    fiscal_fen: int = 0
    aid_fen: int = 0
    is_received: bool = True


@dataclass(frozen=True, slots=True)
class Standard:
    """What one coverage year costs, in fen, and where that is written."""

    area_id: int
    scheme: str
    coverage_year: int
    personal_fen: int
    fiscal_fen: int
    source: str
    is_provisional: bool = False


def record_contributions(rows: Iterable[NewContribution]) -> list[ContributionRecord]:
    """Records in the order of `rows`, each with a voucher number of its own. Call inside one transaction.atomic()."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Record contributions inside one transaction.atomic().")
    wanted = list(rows)
    numbers = _free_numbers([row.paid_on for row in wanted])
    return ContributionRecord.objects.bulk_create(
        (_record(row, number=number) for row, number in zip(wanted, numbers, strict=True)), batch_size=CHUNK
    )


def set_standard(row: Standard) -> ContributionStandard:
    """Set or replace the standard of an area, scheme and coverage year."""
    standard, _ = ContributionStandard.objects.update_or_create(
        area_id=row.area_id,
        scheme=row.scheme,
        coverage_year=row.coverage_year,
        defaults={
            "personal_fen": row.personal_fen,
            "fiscal_fen": row.fiscal_fen,
            "source": row.source,
            "is_provisional": row.is_provisional,
        },
    )
    return standard


def _record(row: NewContribution, *, number: str) -> ContributionRecord:
    return ContributionRecord(
        number=number,
        person_id=row.person_id,
        enrollment_id=row.enrollment_id,
        employer_id=row.employer_id,
        area_id=row.area_id,
        scheme=row.scheme,
        kind=row.kind,
        way=row.way,
        is_received=row.is_received,
        period_starts_on=row.period_starts_on,
        period_ends_on=row.period_ends_on,
        base_fen=row.base_fen,
        personal_fen=row.personal_fen,
        unit_fen=row.unit_fen,
        fiscal_fen=row.fiscal_fen,
        aid_fen=row.aid_fen,
        paid_on=row.paid_on,
    )


def _free_numbers(days: Sequence[date]) -> list[str]:
    """A number for each day that neither this batch nor the table has; a bulk load is big enough to meet a repeat."""
    seen: set[str] = set()
    numbers = [_fresh_number(day, seen=seen) for day in days]
    taken: set[str] = set()
    for start in range(0, len(numbers), CHUNK):
        some = ContributionRecord.objects.filter(number__in=numbers[start : start + CHUNK])
        taken.update(some.values_list("number", flat=True))
    return [
        _fresh_number(day, seen=seen) if number in taken else number for day, number in zip(days, numbers, strict=True)
    ]


def _fresh_number(day: date, *, seen: set[str]) -> str:
    number = public_number(prefix=NUMBER_PREFIX, on=day)
    while number in seen:
        number = public_number(prefix=NUMBER_PREFIX, on=day)
    seen.add(number)
    return number
