"""What a period costs, line by line, and how each amount comes about (domain rules 2.1 and 2.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from insured.policy.dates import Month
from portal.errors import Reason
from portal.money import share

FRAME_310 = "国发〔1998〕44号"
STANDARD = "本统筹区缴费标准"
FUNDING = "本统筹区资助参保标准"


EXTRA = "bill.extra"
"""The formula of 补充医疗保险费, by which its lines are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a statement; `reason` says the formula. `part` is personal, unit, fiscal, aid or late_fee."""

    part: str
    amount_fen: int
    reason: Reason
    base_fen: int | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraLine:
    """A fixed amount per person and month beside the basic scheme, such as 大额医疗费用补助 (330)."""

    name: str
    part: str
    amount_fen: int
    source: str = STANDARD

    def line(self, *, month: Month) -> Line:
        """The same as a line of a month's statement."""
        params = {"month": month, "name": self.name, "amount_fen": self.amount_fen}
        return Line(part=self.part, amount_fen=self.amount_fen, reason=Reason(EXTRA, params, self.source))


def percent(rate: Decimal) -> str:
    """0.075 → "7.5%"."""
    return f"{(rate * 100).normalize():f}%"


def total(lines: Iterable[Line], *parts: str) -> int:
    """The sum of the lines of these parts, in fen; of personal, unit and late fee when none is named."""
    wanted = parts or ("personal", "unit", "late_fee")
    return sum(line.amount_fen for line in lines if line.part in wanted)


def resident_lines(
    *,
    year: int,
    personal_fen: int,
    fiscal_fen: int,
    aid_fen: int = 0,
    repair_years: int = 0,
    category: str = "",
    source: str = STANDARD,
) -> tuple[Line, ...]:
    """A coverage year of the resident scheme: the person pays the standard less the aid, never less than nothing.

    Each repaired year (补缴断保年度) costs the current personal standard once more, without aid or fiscal money.
    """
    aid = min(max(aid_fen, 0), personal_fen)
    params = {"year": year, "standard_fen": personal_fen, "aid_fen": aid}
    code = "bill.resident-funded" if aid else "bill.resident-year"
    lines = [Line(part="personal", amount_fen=personal_fen - aid, reason=Reason(code, params, source))]
    if repair_years:
        repair = Reason("bill.repair", {"years": repair_years, "standard_fen": personal_fen}, source)
        lines.append(Line(part="personal", amount_fen=personal_fen * repair_years, reason=repair))
    if aid:
        who = Reason("bill.aid", {"category": category, "aid_fen": aid}, FUNDING)
        lines.append(Line(part="aid", amount_fen=aid, reason=who))
    if fiscal_fen:
        lines.append(Line(part="fiscal", amount_fen=fiscal_fen, reason=Reason("bill.fiscal", {"year": year}, source)))
    return tuple(lines)


def flexible_lines(*, months: Iterable[Month], base_fen: int, rate: Decimal) -> tuple[Line, ...]:
    """Months of somebody in flexible employment, who pays everything oneself; rounded once per month."""
    return tuple(
        Line(
            part="personal",
            amount_fen=share(base_fen, rate=rate),
            base_fen=base_fen,
            rate=rate,
            reason=Reason(
                "bill.flexible-month", {"month": month, "base_fen": base_fen, "rate": percent(rate)}, STANDARD
            ),
        )
        for month in sorted(months)
    )


def clamped_base(wage_fen: int, *, floor_fen: int, cap_fen: int) -> int:
    """缴费基数: the own average monthly wage of last year, not below the floor and not above the cap."""
    return min(max(wage_fen, floor_fen), cap_fen)


def employee_lines(
    *,
    month: Month,
    wage_fen: int,
    floor_fen: int,
    cap_fen: int,
    unit_rate: Decimal,
    personal_rate: Decimal,
    extra: Sequence[ExtraLine] = (),
    source: str = FRAME_310,
) -> tuple[Line, ...]:
    """A month of an employee: the unit's and the person's share of the clamped base, each rounded once."""
    base_fen = clamped_base(wage_fen, floor_fen=floor_fen, cap_fen=cap_fen)
    code = "bill.share-of-wage"
    if base_fen != wage_fen:
        code = "bill.share-of-floor" if base_fen == floor_fen else "bill.share-of-cap"
    shares = [
        Line(
            part=part,
            amount_fen=share(base_fen, rate=rate),
            base_fen=base_fen,
            rate=rate,
            reason=Reason(
                code, {"month": month, "wage_fen": wage_fen, "base_fen": base_fen, "rate": percent(rate)}, source
            ),
        )
        for part, rate in (("unit", unit_rate), ("personal", personal_rate))
    ]
    return (*shares, *(one.line(month=month) for one in extra))
