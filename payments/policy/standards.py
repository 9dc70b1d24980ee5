"""Whether a standard may be put in force: amounts that make sense, and nothing asked for by the old one yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.errors import Reason

SOURCE_BASE = "基数下限不高于上限，费率以比例表示"
SOURCE_BILLED = "已经按现行标准开出的账单不改价"
LAST_DUE_DAY = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeTerms:
    """What a draft asks of employees: bases in fen, shares as decimals."""

    starts_on: date
    floor_fen: int
    cap_fen: int
    shares: tuple[Decimal, ...]
    due_day: int


def check_resident_standard(*, personal_fen: int, is_billed: bool) -> tuple[Reason, ...]:
    """Why a coverage year may not cost that."""
    reasons = []
    if personal_fen <= 0:
        reasons.append(Reason("standard.no-amount"))
    if is_billed:
        reasons.append(Reason("standard.billed", source=SOURCE_BILLED))
    return tuple(reasons)


def check_employee_standard(terms: EmployeeTerms, *, is_billed: bool) -> tuple[Reason, ...]:
    """Why these bases and rates may not hold."""
    reasons = []
    if terms.starts_on.day != 1:
        reasons.append(Reason("standard.not-first-day"))
    if terms.floor_fen <= 0:
        reasons.append(Reason("standard.no-amount"))
    if terms.cap_fen < terms.floor_fen:
        reasons.append(Reason("standard.cap-below-floor", source=SOURCE_BASE))
    if not are_shares(terms.shares):
        reasons.append(Reason("standard.not-a-share", source=SOURCE_BASE))
    if not 1 <= terms.due_day <= LAST_DUE_DAY:
        reasons.append(Reason("standard.due-day", {"last": LAST_DUE_DAY}))
    if is_billed:
        reasons.append(Reason("standard.billed", source=SOURCE_BILLED))
    return tuple(reasons)


def are_shares(values: Iterable[Decimal]) -> bool:
    """Each between nothing and everything."""
    return all(0 <= value <= 1 for value in values)
