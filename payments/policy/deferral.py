"""缓缴 of units (domain rule 2.4, 医保发〔2022〕21号): the unit's part later, without an application and a late fee."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from payments.policy.amounts import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferralFacts:
    """A unit's month: the day it is due on, and how many months of the running scheme the unit has deferred before."""

    month: Month
    due_on: date
    is_small: bool
    months_before: int


def deferred_until(facts: DeferralFacts, *, rules: AreaRules) -> date | None:
    """The last day of the unit's part; None where all of the month is due as ever. The due day stays the same."""
    if not (rules.deferral_is_open and facts.is_small and facts.months_before < rules.deferral_months):
        return None
    return (facts.month + rules.deferral_repay_months).first_day.replace(day=facts.due_on.day)


def split(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """What is due now, what the people themselves pay, and what is put off: the unit's part."""
    return [one for one in lines if one.part != "unit"], [one for one in lines if one.part == "unit"]
