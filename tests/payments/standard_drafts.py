"""Drafts of standards, as an administrator hands them in."""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from insured.models import PoolingArea, RuleDraft
from insured.services.drafts import NewDraft, draft_rules
from payments.services.standards import EmployeeRates, set_employee_standard
from portal.accounts.models import User

GROUND = "示医保〔2026〕5号"
EMPLOYEE = {
    "floor_fen": 450_000,
    "cap_fen": 2_300_000,
    "unit_rate": "0.080000",
    "personal_rate": "0.020000",
    "flexible_rate": "0.100000",
    "flexible_base_share": "1.000000",
    "extra_unit_fen": 0,
    "extra_personal_fen": 700,
    "late_fee_rate": "0.000500",
    "is_late_fee_capped": True,
    "undeclared_factor": "1.10",
    "due_day": 25,
}


def resident(*, area: PoolingArea, by: User, year: int = 2027, **changes: Any) -> RuleDraft:
    """400 yuan a year and 700 from the state, if nothing else is said."""
    values = {"coverage_year": year, "personal_fen": 40_000, "fiscal_fen": 70_000, "is_provisional": False} | changes
    return _drafted("resident", date(year, 1, 1), values, area=area, by=by)


def employee(*, area: PoolingArea, by: User, on: date = date(2026, 5, 1), **changes: Any) -> RuleDraft:
    """A floor of 4,500 yuan, if nothing else is said."""
    return _drafted("employee", on, EMPLOYEE | {"starts_on": on.isoformat()} | changes, area=area, by=by)


def _drafted(kind: str, on: date, values: dict[str, Any], *, area: PoolingArea, by: User) -> RuleDraft:
    new = NewDraft(kind=kind, area_id=area.pk, effective_from=on, values=values, ground=GROUND)
    return draft_rules(new, token=secrets.token_urlsafe(24), by=by)


def old_rates(area: PoolingArea) -> None:
    """What holds in March."""
    set_employee_standard(
        EmployeeRates(
            area_id=area.pk,
            starts_on=date(2025, 1, 1),
            floor_fen=443_300,
            cap_fen=2_216_500,
            unit_rate=Decimal("0.08"),
            personal_rate=Decimal("0.02"),
            flexible_rate=Decimal("0.1"),
            source="演示",
        )
    )
