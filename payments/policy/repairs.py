"""补缴断保年度 on a bill: what each number of repaired years costs and brings, and which may be chosen (rule 2.8)."""

from dataclasses import dataclass

from insured.policy.rules import READING, AreaRules
from insured.policy.waiting import gap_years
from payments.policy.amounts import Line, total
from payments.policy.effects import PaidEffect, Payer
from portal.errors import Reason

MAX_REPAIRS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairWay:
    """A bill with so many repaired years, paid in full on a day."""

    years: int
    lines: tuple[Line, ...]
    effect: PaidEffect

    @property
    def amount_fen(self) -> int:
        """What the person pays, in fen."""
        return total(self.lines)

    @property
    def is_useful(self) -> bool:
        """Every one of its repaired years shortens the wait."""
        return self.years <= self.effect.repaired_years

    @property
    def is_offered(self) -> bool:
        """It may be chosen."""
        return not check_repair(self)


def repairable_years(year: int, *, payer: Payer, rules: AreaRules) -> int:
    """How many years before this one were missed; none for somebody who was never covered before."""
    if not any(one < year for one in payer.covered_years):
        return 0
    return min(gap_years(payer.covered_years, coverage_year=year, rules=rules), MAX_REPAIRS)


def check_repair(way: RepairWay) -> tuple[Reason, ...]:
    """Why it may not be chosen. No repair at all always may: that is how a choice is taken back."""
    if not way.years:
        return ()
    if not way.is_useful:
        params = {"years": way.years, "enough": way.effect.repaired_years}
        return (Reason("repair.useless", params, READING),)
    if way.effect.is_refused or way.effect.benefit_starts_on is None:
        return way.effect.reasons[-1:]
    return ()
