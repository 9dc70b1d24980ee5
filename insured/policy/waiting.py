"""The waiting period of the resident scheme: fixed and variable months, repair, floor, exemptions (domain rule 2.8)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from insured.policy.dates import add_months, day_before, next_day
from insured.policy.rules import AREA, DECREE_38, DECREE_FUJIAN, READING, AreaRules
from insured.policy.window import CollectionWindow, Phase, collection_window
from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFacts:
    """What is asked: a payment on a day for a coverage year, by a person with this history.

    `gap_years` as counted by `gap_years`; 0 for a first-time enrolee. `exempt_group` is a code of AreaRules
    .exempt_groups, `group_since` the day it was recognised where it only counts for a time.
    """

    coverage_year: int
    paid_on: date
    gap_years: int = 0
    repaired_years: int = 0
    is_first_time: bool = False
    birth_on: date | None = None
    exempt_group: str = ""
    group_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The arithmetic and its outcome: months = fixed + variable − repaired + floor.

    The fund pays from `benefit_start` to the end of the coverage year; it is None when that year brings no benefit.
    `years_to_pay` is how many times the current personal standard is due. `is_refused` means: do not take the money.
    `holds_until` is the last day on which a payment gives the same without waiting, None where that has no end.
    """

    fixed_months: int = 0
    variable_months: int = 0
    repaired_months: int = 0
    floor_months: int = 0
    months: int = 0
    years_to_pay: int = 1
    start_on: date | None = None
    benefit_start: date | None = None
    is_refused: bool = False
    holds_until: date | None = None
    reasons: tuple[Reason, ...] = ()


def gap_years(covered_years: Collection[int], *, coverage_year: int, rules: AreaRules) -> int:
    """The whole years without any basic scheme (310 or 390) just before the coverage year, as far as they count."""
    earlier = [year for year in covered_years if year < coverage_year]
    first_gap = max([rules.gap_counting_from_year, *(year + 1 for year in earlier)])
    return max(coverage_year - first_gap, 0)


def waiting_period(facts: WaitingFacts, *, rules: AreaRules) -> Waiting:
    """When a payment begins to give benefits, and why."""
    window = collection_window(facts.coverage_year, rules=rules)
    phase = window.phase(facts.paid_on)
    if phase == "not_open":
        params = {"year": facts.coverage_year, "opens": window.opens_on, "closes": window.closes_on}
        return Waiting(is_refused=True, reasons=(Reason("waiting.not-open", params, AREA),))
    if phase == "over":
        params = {"year": facts.coverage_year, "end": window.year_ends_on}
        return Waiting(is_refused=True, reasons=(Reason("waiting.year-over", params, DECREE_38),))
    ordinary = _ordinary(facts, rules=rules, window=window, phase=phase)
    exempt = _exempt(facts, rules=rules, window=window)
    is_better = exempt is not None and _start(exempt) < _start(ordinary)
    return _settled(exempt if exempt is not None and is_better else ordinary, rules=rules, window=window)


def waiting_on_return(covered_years: Collection[int], *, coverage_year: int, rules: AreaRules) -> Waiting:
    """What somebody is told who stops now and comes back in the collection window for that coverage year."""
    gap = gap_years(covered_years, coverage_year=coverage_year, rules=rules)
    paid_on = collection_window(coverage_year, rules=rules).closes_on
    return waiting_period(WaitingFacts(coverage_year=coverage_year, paid_on=paid_on, gap_years=gap), rules=rules)


def _start(waiting: Waiting) -> date:
    return waiting.benefit_start or date.max


def _ordinary(facts: WaitingFacts, *, rules: AreaRules, window: CollectionWindow, phase: Phase) -> Waiting:
    start_on, start_reason = _waiting_start(facts.paid_on, rules=rules, window=window, phase=phase)
    counted = _months(facts, rules=rules, phase=phase)
    begins = add_months(start_on, counted.months)
    total = Reason("waiting.none", {"start": begins}, DECREE_38)
    if counted.months:
        params = {"months": counted.months, "start": start_on, "last": day_before(begins), "begins": begins}
        total = Reason("waiting.total", params, DECREE_38)
    reasons = (start_reason, *counted.reasons, total)
    return replace(counted, start_on=start_on, benefit_start=begins, reasons=reasons)


def _waiting_start(paid_on: date, *, rules: AreaRules, window: CollectionWindow, phase: Phase) -> tuple[date, Reason]:
    """The day from which waiting is counted; never before the coverage year begins."""
    if phase == "window":
        params = {"closes": window.closes_on, "start": window.year_begins_on}
        return window.year_begins_on, Reason("waiting.in-window", params, AREA)
    if phase == "extension":
        counted_on = next_day(paid_on) if rules.extension_start == "next_day" else paid_on
        start_on = max(counted_on, window.year_begins_on)
        params = {"closes": window.closes_on, "start": start_on}
        return start_on, Reason("waiting.in-extension", params, DECREE_FUJIAN)
    start_on = max(paid_on, window.year_begins_on)
    ended = window.extension_ends_on or window.closes_on
    return start_on, Reason("waiting.late", {"ended": ended, "start": start_on}, DECREE_38)


def _months(facts: WaitingFacts, *, rules: AreaRules, phase: Phase) -> Waiting:
    """The months of waiting, without their dates."""
    if facts.coverage_year < rules.gap_counting_from_year:
        return Waiting(reasons=(Reason("waiting.before-rule", {"year": rules.gap_counting_from_year}, DECREE_38),))
    gap = 0 if facts.is_first_time else facts.gap_years
    if gap:
        return _months_of_gap(gap, repaired_years=facts.repaired_years, rules=rules)
    who = Reason("waiting.first-time" if facts.is_first_time else "waiting.continuous", {}, DECREE_38)
    if phase != "late":
        return Waiting(reasons=(who,))
    fixed = rules.fixed_waiting_months
    return Waiting(
        fixed_months=fixed,
        months=fixed,
        reasons=(who, Reason("waiting.fixed-late", {"months": fixed}, DECREE_38)),
    )


def _months_of_gap(gap: int, *, repaired_years: int, rules: AreaRules) -> Waiting:
    """The months of somebody with a gap; a repair that could not shorten the waiting is not charged."""
    fixed = rules.fixed_waiting_months
    variable = gap if rules.gap_count == "A" else gap - 1
    least = rules.waiting_floor_months if gap >= rules.waiting_floor_gap_years else 0
    repaired = min(repaired_years, variable, max(fixed + variable - least, 0))
    bare = fixed + variable - repaired
    floor = max(least - bare, 0)
    reasons = [
        Reason("waiting.fixed-gap", {"years": gap, "months": fixed}, DECREE_38),
        Reason(f"waiting.variable-{rules.gap_count.lower()}", {"years": gap, "months": variable}, AREA),
    ]
    if repaired:
        params = {"years": repaired, "months": repaired, "times": repaired + 1}
        reasons.append(Reason("waiting.repaired", params, DECREE_38))
    if repaired_years > repaired:
        reasons.append(Reason("waiting.repair-useless", {"years": repaired_years, "enough": repaired}, READING))
    if floor or (least and repaired_years > repaired):
        params = {"years": rules.waiting_floor_gap_years, "months": least}
        reasons.append(Reason("waiting.floor", params, DECREE_38))
    return Waiting(
        fixed_months=fixed,
        variable_months=variable,
        repaired_months=repaired,
        floor_months=floor,
        months=bare + floor,
        years_to_pay=1 + repaired,
        reasons=tuple(reasons),
    )


def _exempt(facts: WaitingFacts, *, rules: AreaRules, window: CollectionWindow) -> Waiting | None:
    """The outcome for somebody who need not wait, None for everybody else."""
    if facts.birth_on is not None and "newborn" in rules.exempt_group_codes:
        born = facts.birth_on
        young_until, baby_until = born + timedelta(days=rules.newborn_days), add_months(born, 12)
        if born <= facts.paid_on <= young_until:
            begins = max(born, window.year_begins_on)
            params: dict[str, object] = {"days": rules.newborn_days, "begins": begins}
            reason = Reason("waiting.newborn-from-birth", params, AREA)
            return _without_waiting(begins, until=young_until, reason=reason)
        if born < facts.paid_on <= baby_until:
            begins = max(next_day(facts.paid_on), window.year_begins_on)
            params = {"days": rules.newborn_days, "begins": begins}
            reason = Reason("waiting.newborn-next-day", params, AREA)
            return _without_waiting(begins, until=baby_until, reason=reason)
    if facts.exempt_group == "newborn" or facts.exempt_group not in rules.exempt_group_codes:
        return None
    since = facts.group_since
    until = since + timedelta(days=rules.exempt_days) if since is not None else None
    if since is not None and until is not None and not since <= facts.paid_on <= until:
        return None
    begins = max(next_day(facts.paid_on), window.year_begins_on)
    return _without_waiting(begins, until=until, reason=Reason("waiting.exempt", {"begins": begins}, AREA))


def _without_waiting(begins: date, *, until: date | None, reason: Reason) -> Waiting:
    return Waiting(start_on=begins, benefit_start=begins, holds_until=until, reasons=(reason,))


def _settled(waiting: Waiting, *, rules: AreaRules, window: CollectionWindow) -> Waiting:
    """The same with the last day of the year looked at: a benefit that would begin later does not begin."""
    begins, end = waiting.benefit_start, window.year_ends_on
    if begins is None or begins <= end:
        return replace(waiting, reasons=(*waiting.reasons, Reason("waiting.until", {"end": end}, DECREE_38)))
    code = "waiting.refused" if rules.useless_payment_is_refused else "waiting.useless"
    reason = Reason(code, {"begins": begins, "year": window.coverage_year, "end": end}, READING)
    return replace(
        waiting,
        benefit_start=None,
        is_refused=rules.useless_payment_is_refused,
        reasons=(*waiting.reasons, reason),
    )
