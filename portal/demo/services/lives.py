"""What somebody was covered by and paid, month by month and year by year, as plain rows ready to be written."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from portal.money import share

FLOOR_FEN, CAP_FEN = 443_300, 2_216_500
UNIT_RATE, PERSONAL_RATE, FLEXIBLE_RATE = Decimal("0.075"), Decimal("0.02"), Decimal("0.10")
"""Bases and rates of the demo district: domain reference 2.2."""
STANDARDS: dict[int, tuple[int, int]] = {
    2021: (28_000, 55_000),
    2022: (32_000, 58_000),
    2023: (35_000, 61_000),
    2024: (38_000, 64_000),
    2025: (40_000, 67_000),
    2026: (40_000, 70_000),
    2027: (40_000, 70_000),
}
"""Coverage year → personal and fiscal part in fen: table 2.1; the one of 2027 is the demo's own."""
PROVISIONAL_YEAR = 2027
FIRST_YEAR = 2021
"""Records reach back six years."""
BY_BANK, BY_TAX = "08", "02"
"""Contribution ways 银行代收, 税务征收."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One contribution record without its owner."""

    starts_on: date
    ends_on: date
    paid_on: date
    personal_fen: int
    unit_fen: int = 0
    fiscal_fen: int = 0
    aid_fen: int = 0
    base_fen: int | None = None
    way: str = BY_TAX
    kind: str = "10"


@dataclass(frozen=True, slots=True)
class Life:
    """One enrollment with its periods and payments; `unit` is a unit number, or the kind of a virtual unit.

    `area` is that of the record where it is not the person's own.
    """

    scheme: str
    unit: str
    category: str
    joined_on: date
    first_joined_on: date
    periods: tuple[tuple[date, date | None], ...]
    payments: tuple[Payment, ...]
    status: str = "1"
    paused_on: date | None = None
    last_paid_month: date | None = None
    area: str = ""


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of its month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def later(month: date, *, months: int) -> date:
    """The first day of the month so many months later, or earlier when negative."""
    total = month.year * 12 + month.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """Every month's first day from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [later(first, months=step) for step in range(max(count, 0))]


def clamp(wage_fen: int) -> int:
    """缴费基数: the wage, not under the floor and not over the cap."""
    return min(max(wage_fen, FLOOR_FEN), CAP_FEN)


def monthly(
    months: list[date], *, wage_fen: int, is_flexible: bool, pay_day: int, raise_percent: int = 0
) -> tuple[Payment, ...]:
    """职工医保 month by month, rounded per line; the wage is that of the last year and was less in those before it."""
    rows = []
    for month in months:
        years_back = months[-1].year - month.year
        wage = wage_fen * (100 - raise_percent * years_back) // 10_000 * 100
        rows.append(
            _month(month, base_fen=FLOOR_FEN if is_flexible else clamp(wage), is_flexible=is_flexible, day=pay_day)
        )
    return tuple(rows)


def _month(month: date, *, base_fen: int, is_flexible: bool, day: int) -> Payment:
    return Payment(
        starts_on=month,
        ends_on=month,
        paid_on=month.replace(day=day),
        personal_fen=share(base_fen, rate=FLEXIBLE_RATE if is_flexible else PERSONAL_RATE),
        unit_fen=0 if is_flexible else share(base_fen, rate=UNIT_RATE),
        base_fen=base_fen,
        way=BY_BANK if is_flexible else BY_TAX,
    )


def yearly(year: int, *, paid_on: date, aid_fen: int = 0) -> Payment:
    """城乡居民医保 of one coverage year; the fiscal part comes with the payment."""
    personal, fiscal = STANDARDS[year]
    aid = min(aid_fen, personal)
    return Payment(
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 1),
        paid_on=paid_on,
        personal_fen=personal - aid,
        fiscal_fen=fiscal,
        aid_fen=aid,
    )


def year_of(year: int, *, starts_on: date | None = None, ends_on: date | None = None) -> tuple[date, date]:
    """The covered days of a year, whole or in part."""
    return starts_on or date(year, 1, 1), ends_on or date(year, 12, 31)


def employee(
    *,
    unit: str,
    since: date,
    until: date,
    wage_fen: int,
    is_flexible: bool = False,
    is_paused: bool = False,
    pay_day: int = 20,
    raise_percent: int = 0,
) -> Life:
    """职工医保 paid from the month `since` to the month `until`; cover begins the month after the first payment."""
    begins = later(since, months=1)
    ends = last_of(until) if is_paused else None
    has_cover = ends is None or ends >= begins
    return Life(
        scheme="310",
        unit=unit,
        category="1103" if is_flexible else "1101",
        joined_on=since,
        first_joined_on=since,
        periods=((begins, ends),) if has_cover else (),
        payments=monthly(
            months_between(max(since, date(FIRST_YEAR, 1, 1)), until),
            wage_fen=wage_fen,
            is_flexible=is_flexible,
            pay_day=pay_day,
            raise_percent=raise_percent,
        ),
        status="2" if is_paused else "1",
        paused_on=later(until, months=1) if is_paused else None,
        last_paid_month=until,
    )


def resident(*, category: str, years: list[int], pay_month: int, pay_day: int, joined_on: date) -> Life:
    """城乡居民医保 of whole years, each paid in the collection window before it."""
    payments = tuple(yearly(year, paid_on=date(year - 1, pay_month, pay_day)) for year in years)
    return Life(
        scheme="390",
        unit="08",
        category=category,
        joined_on=joined_on,
        first_joined_on=joined_on,
        periods=tuple(year_of(year) for year in years),
        payments=payments,
        last_paid_month=date(years[-1], 12, 1) if years else None,
    )


def paused(life: Life, *, on: date) -> Life:
    """The same life stopped from `on`: what lies behind that day is cut off, what was paid stays."""
    periods = tuple((start, min(end or date.max, on - timedelta(days=1))) for start, end in life.periods if start < on)
    return replace(life, periods=periods, status="2", paused_on=on)
