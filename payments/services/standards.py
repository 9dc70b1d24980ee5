"""The only writer of standards: what a resident year costs, and the bases and rates of employees."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.models import ContributionStandard, EmployeeStandard


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeRates:
    """Bases in fen and rates as shares (0.075 is 7.5%), in force from a day on."""

    area_id: int
    starts_on: date
    floor_fen: int
    cap_fen: int
    unit_rate: Decimal
    personal_rate: Decimal
    flexible_rate: Decimal
    source: str
    ends_on: date | None = None
    flexible_base_share: Decimal = Decimal(1)
    extra_unit_fen: int = 0
    extra_personal_fen: int = 0
    late_fee_rate: Decimal = Decimal("0.0005")
    is_late_fee_capped: bool = True
    undeclared_factor: Decimal = Decimal("1.10")
    due_day: int = 25


def set_employee_standard(row: EmployeeRates) -> EmployeeStandard:
    """Set or replace what an area asks of employees from that day on."""
    standard, _ = EmployeeStandard.objects.update_or_create(
        area_id=row.area_id,
        starts_on=row.starts_on,
        defaults={
            "ends_on": row.ends_on,
            "floor_fen": row.floor_fen,
            "cap_fen": row.cap_fen,
            "unit_rate": row.unit_rate,
            "personal_rate": row.personal_rate,
            "flexible_rate": row.flexible_rate,
            "flexible_base_share": row.flexible_base_share,
            "extra_unit_fen": row.extra_unit_fen,
            "extra_personal_fen": row.extra_personal_fen,
            "late_fee_rate": row.late_fee_rate,
            "is_late_fee_capped": row.is_late_fee_capped,
            "undeclared_factor": row.undeclared_factor,
            "due_day": row.due_day,
            "source": row.source,
        },
    )
    return standard
