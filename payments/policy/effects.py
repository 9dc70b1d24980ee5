"""What a payment in full gives: the days of benefits of a resident year, or of months paid one by one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, first_of_next_month
from insured.policy.effective import first_employee_cover
from insured.policy.interruption import payment_effect
from insured.policy.rules import DECREE_43, AreaRules
from insured.policy.waiting import WaitingFacts, gap_years, waiting_period
from portal.errors import Reason

AIDED = "aided"
"""The code of AreaRules.exempt_groups for people who are funded by medical aid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """What the rules ask about a person: years with cover, when born, and since when recognised for aid."""

    born_on: date | None
    covered_years: frozenset[int]
    recognised_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidEffect:
    """Benefits from `benefit_starts_on`; cover is written from `covered_from`, which may lie before (retroactive).

    `benefit_ends_on` is None where the next month goes on. With `is_refused` no money is to be taken. `repaired_years`
    are those that shorten the wait.
    """

    covered_from: date | None
    benefit_starts_on: date | None
    benefit_ends_on: date | None = None
    is_refused: bool = False
    reasons: tuple[Reason, ...] = ()
    repaired_years: int = 0


def resident_effect(year: int, *, paid_on: date, payer: Payer, rules: AreaRules, repaired_years: int = 0) -> PaidEffect:
    """A year of the resident scheme paid on that day, with its waiting period (domain rule 2.8)."""
    waiting = waiting_period(
        WaitingFacts(
            coverage_year=year,
            paid_on=paid_on,
            gap_years=gap_years(payer.covered_years, coverage_year=year, rules=rules),
            repaired_years=repaired_years,
            is_first_time=not any(one < year for one in payer.covered_years),
            birth_on=payer.born_on,
            exempt_group=AIDED if payer.recognised_on else "",
            group_since=payer.recognised_on,
        ),
        rules=rules,
    )
    begins = waiting.benefit_start
    return PaidEffect(
        covered_from=begins,
        benefit_starts_on=begins,
        benefit_ends_on=date(year, 12, 31) if begins else None,
        is_refused=waiting.is_refused,
        reasons=waiting.reasons,
        repaired_years=waiting.repaired_months,
    )


def monthly_effect(
    *,
    paid_on: date,
    last_paid: Month | None,
    months_paid: Collection[Month],
    rules: AreaRules,
    waits_until: date | None = None,
    is_new_wait: bool = False,
) -> PaidEffect:
    """Months of flexible employment paid on that day after `last_paid` (domain rule 2.5); None is a first payment.

    `waits_until` is the first day of the open cover that an earlier payment gave: a month paid after that one ends no
    waiting, unless it catches up the very gap that made the cover begin with the next month: that cover was given by a
    payment of the same month (`is_new_wait`). A small gap caught up in the last month of an older waiting ends nothing.
    """
    if last_paid is None:
        first = first_employee_cover(paid_on, rules=rules, is_flexible=True)
        begins, benefits, reasons, catches_up = first.begins_on, first.begins_on, first.reasons, False
    else:
        found = payment_effect(rules=rules, last_paid=last_paid, paid_on=paid_on, months_paid=months_paid)
        begins, benefits, reasons = found.covered_from, found.benefit_start, found.reasons
        catches_up = found.is_paid_up and found.interrupted_months > 0
    is_next_month = waits_until is not None and waits_until <= first_of_next_month(paid_on)
    ends_waiting = catches_up and is_new_wait and is_next_month
    if waits_until is not None and waits_until > begins and not ends_waiting:
        waits = Reason("effect.waits-on", {"start": waits_until}, DECREE_43)
        return PaidEffect(covered_from=waits_until, benefit_starts_on=max(benefits, waits_until), reasons=(waits,))
    return PaidEffect(covered_from=begins, benefit_starts_on=benefits, reasons=reasons)
