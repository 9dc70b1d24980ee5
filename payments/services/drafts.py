"""Standards as drafts: what holds now, why a draft may not be, and putting it in force by services/standards.py."""

from datetime import date
from decimal import Decimal
from typing import Any

from insured.models import RuleDraft
from insured.services.draft_kinds import DraftKind, Values
from payments.models import Bill, ContributionStandard, EmployeeStandard
from payments.policy.amounts import percent
from payments.policy.standards import EmployeeTerms, check_employee_standard, check_resident_standard
from payments.services.standards import EmployeeRates, Standard, set_employee_standard, set_standard
from portal.errors import Reason
from portal.money import yuan

RESIDENT_SCHEME, EMPLOYEE_SCHEME = "390", "310"
SHARES = ("unit_rate", "personal_rate", "flexible_rate", "flexible_base_share", "late_fee_rate")
"""Shares of employees; a share is kept as a text with six decimals, the factor with two."""
FACTOR = "undeclared_factor"
RESIDENT_NAMES = {
    "coverage_year": "参保年度",
    "personal_fen": "个人缴费",
    "fiscal_fen": "财政补助",
    "is_provisional": "暂定标准",
}
EMPLOYEE_NAMES = {
    "starts_on": "执行开始日",
    "floor_fen": "缴费基数下限（月）",
    "cap_fen": "缴费基数上限（月）",
    "unit_rate": "单位费率",
    "personal_rate": "个人费率",
    "flexible_rate": "灵活就业费率",
    "flexible_base_share": "灵活就业基数占下限的比例",
    "extra_unit_fen": "大额补助单位部分（每人每月）",
    "extra_personal_fen": "大额补助个人部分（每人每月）",
    "late_fee_rate": "滞纳金日费率",
    "is_late_fee_capped": "滞纳金不超过本金",
    "undeclared_factor": "未申报按上月的倍数核定",
    "due_day": "每月最迟缴费日",
}


def as_share(value: Decimal) -> str:
    """A share as a draft keeps it."""
    return f"{value:.6f}"


def as_factor(value: Decimal) -> str:
    """A factor as a draft keeps it."""
    return f"{value:.2f}"


def shown(name: str, value: Any) -> str:
    """A value as it is read by people."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if name.endswith("_fen"):
        return f"{yuan(value)}元"
    if name in SHARES:
        return percent(Decimal(value))
    return str(value)


def _resident_now(area_id: int, on: date) -> Values:
    """The standard of that year, else of the newest year before."""
    rows = ContributionStandard.objects.filter(area=area_id, scheme=RESIDENT_SCHEME, coverage_year__lte=on.year)
    return rows.order_by("-coverage_year").values(*RESIDENT_NAMES).first() or {}


def _resident_refused(draft: RuleDraft) -> tuple[Reason, ...]:
    year = draft.effective_from.year
    billed = Bill.objects.exclude(status=Bill.VOID).filter(
        area=draft.area_id,
        scheme=RESIDENT_SCHEME,
        period_starts_on__lte=date(year, 12, 31),
        period_ends_on__gte=draft.effective_from,
    )
    return check_resident_standard(personal_fen=draft.values["personal_fen"], is_billed=billed.exists())


def _set_resident(draft: RuleDraft) -> None:
    values = draft.values
    set_standard(
        Standard(
            area_id=draft.whose_area,
            scheme=RESIDENT_SCHEME,
            coverage_year=draft.effective_from.year,
            personal_fen=values["personal_fen"],
            fiscal_fen=values["fiscal_fen"],
            source=draft.ground,
            is_provisional=values["is_provisional"],
        )
    )


def _employee_now(area_id: int, on: date) -> Values:
    """The bases and rates in force on that day."""
    found = EmployeeStandard.objects.valid_on(on).filter(area=area_id).order_by("-starts_on").first()
    if found is None:
        return {}
    values = {name: getattr(found, name) for name in EMPLOYEE_NAMES}
    texts = {name: as_share(values[name]) for name in SHARES}
    return values | texts | {"starts_on": found.starts_on.isoformat(), FACTOR: as_factor(found.undeclared_factor)}


def _employee_refused(draft: RuleDraft) -> tuple[Reason, ...]:
    values = draft.values
    billed = Bill.objects.exclude(status=Bill.VOID).filter(
        area=draft.area_id, scheme=EMPLOYEE_SCHEME, period_ends_on__gte=draft.effective_from
    )
    terms = EmployeeTerms(
        starts_on=draft.effective_from,
        floor_fen=values["floor_fen"],
        cap_fen=values["cap_fen"],
        shares=tuple(Decimal(values[name]) for name in SHARES),
        due_day=values["due_day"],
    )
    return check_employee_standard(terms, is_billed=billed.exists())


def _set_employee(draft: RuleDraft) -> None:
    decimals = {name: Decimal(draft.values[name]) for name in (*SHARES, FACTOR)}
    values = draft.values | decimals | {"starts_on": draft.effective_from}
    set_employee_standard(EmployeeRates(area_id=draft.whose_area, source=draft.ground, **values))


RESIDENT = DraftKind(
    names=RESIDENT_NAMES,
    now=_resident_now,
    refused=_resident_refused,
    put_in_force=_set_resident,
    shown=shown,
)
EMPLOYEE = DraftKind(
    names=EMPLOYEE_NAMES,
    now=_employee_now,
    refused=_employee_refused,
    put_in_force=_set_employee,
    shown=shown,
)
