"""The only writer of contribution records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from payments.models import ContributionRecord
from payments.services.numbers import CHUNK, free_numbers

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
    extra_personal_fen: int = 0
    extra_unit_fen: int = 0
    is_received: bool = True


def record_contributions(rows: Iterable[NewContribution]) -> list[ContributionRecord]:
    """Records in the order of `rows`, each with a voucher number of its own. Call inside one transaction.atomic()."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Record contributions inside one transaction.atomic().")
    wanted = list(rows)
    numbers = free_numbers(ContributionRecord, prefix=NUMBER_PREFIX, days=[row.paid_on for row in wanted])
    return ContributionRecord.objects.bulk_create(
        (_record(row, number=number) for row, number in zip(wanted, numbers, strict=True)), batch_size=CHUNK
    )


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
        extra_personal_fen=row.extra_personal_fen,
        extra_unit_fen=row.extra_unit_fen,
        paid_on=row.paid_on,
    )
