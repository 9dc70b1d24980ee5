"""What coming back on a day brings: the wait, the first covered day, what must be paid (domain rules 2.3, 2.5, 2.8)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from insured.policy.dates import Month, months_between, next_day
from insured.policy.effective import first_employee_cover
from insured.policy.interruption import SwitchTreatment, payment_effect, switch_treatment
from insured.policy.rules import AREA, DECREE_38, READING, AreaRules
from insured.policy.waiting import Waiting, WaitingFacts, gap_years, waiting_period
from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidYear:
    """A coverage year of the record that is paid for and not given back.

    `begins_on` is the first day of benefits that its payment gave; None where it gave none, because the record was
    paused.
    """

    paid_on: date
    begins_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a return is reckoned from; everything is as far as it is known on the day of the payment.

    `covered_years` are the years with cover by any basic scheme. `last_scheme` is the one that covered last, until
    `covered_until`, for `covered_months` without a gap. `last_paid` is the last paid month of a 310 record.
    `paid_years` are those of the 390 record one returns to.
    """

    covered_years: Collection[int] = ()
    last_scheme: str = ""
    covered_until: date | None = None
    covered_months: int = 0
    last_paid: Month | None = None
    birth_on: date | None = None
    exempt_group: str = ""
    group_since: date | None = None
    paid_years: Mapping[int, PaidYear] = field(default_factory=dict)

    def is_first_time(self, *, coverage_year: int) -> bool:
        """Not covered by a basic scheme in any year before; a month of 310 that gave no cover is no gap either."""
        return not any(year < coverage_year for year in self.covered_years)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One way to come back. The fund pays from `begins_on`; None when the payment brings no benefit in its year.

    `covered_from` is the first covered day, earlier than `begins_on` where interrupted months are reimbursed too, and
    `covered_until` the last one, None for a scheme that is paid by the month. `years_to_pay` counts personal standards
    of the coverage year, `months_due` the months of 310. `is_refused` means: do not take the money. `holds_until`
    is the last day on which a payment without waiting still has none, where that ends.
    """

    scheme: str
    paid_on: date
    waiting_months: int
    begins_on: date | None
    covered_from: date | None
    covered_until: date | None = None
    coverage_year: int = 0
    repaired_years: int = 0
    years_to_pay: int = 0
    months_due: tuple[Month, ...] = ()
    interrupted_months: int = 0
    is_paid_up: bool = True
    is_refused: bool = False
    holds_until: date | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def is_paid_already(self) -> bool:
        """Nothing is due: the year, or this month, is paid for."""
        return not self.years_to_pay and not self.months_due


def resident_return(
    history: History, *, coverage_year: int, paid_on: date, rules: AreaRules, repaired_years: int = 0
) -> Return:
    """The resident scheme for that coverage year; one that is paid for already costs nothing and needs no new wait."""
    if coverage_year in history.paid_years:
        return _paid_year_return(history, coverage_year=coverage_year, on=paid_on, rules=rules)
    is_first_time = history.is_first_time(coverage_year=coverage_year)
    gap = gap_years(history.covered_years, coverage_year=coverage_year, rules=rules)
    waiting = waiting_period(
        WaitingFacts(
            coverage_year=coverage_year,
            paid_on=paid_on,
            gap_years=0 if is_first_time else gap,
            repaired_years=repaired_years,
            is_first_time=is_first_time,
            birth_on=history.birth_on,
            exempt_group=history.exempt_group,
            group_since=history.group_since,
        ),
        rules=rules,
    )
    switched = _switch(history, to="390", paid_on=paid_on, rules=rules)
    if switched and waiting.months and not (waiting.is_refused and waiting.start_on is None):
        waiting = _without_wait(waiting, switched, coverage_year=coverage_year, paid_on=paid_on)
    begins = _after_cover(waiting.benefit_start, history=history)
    end = date(coverage_year, 12, 31)
    return Return(
        scheme="390",
        paid_on=paid_on,
        waiting_months=waiting.months,
        begins_on=begins if begins and begins <= end else None,
        covered_from=begins if begins and begins <= end else None,
        covered_until=end,
        coverage_year=coverage_year,
        repaired_years=waiting.repaired_months,
        years_to_pay=waiting.years_to_pay,
        is_refused=waiting.is_refused or (begins is not None and begins > end),
        holds_until=waiting.holds_until,
        reasons=waiting.reasons,
    )


def _paid_year_return(history: History, *, coverage_year: int, on: date, rules: AreaRules) -> Return:
    """Cover goes on from that day; years paid ahead behind it are covered again, too."""
    begins, end = _paid_year_begins(history, coverage_year=coverage_year, rules=rules), date(coverage_year, 12, 31)
    last = coverage_year
    while last + 1 in history.paid_years:
        last += 1
    until = date(last, 12, 31)
    waits_on = begins is not None and begins > on and begins > date(coverage_year, 1, 1)
    first = _after_cover(max(begins, on), history=history) if begins else None
    if first is None or first > end:
        reason = Reason("comeback.year-gone", {"year": coverage_year}, DECREE_38)
        first = None
    else:
        code = "comeback.year-paid-waits" if waits_on else "comeback.year-paid"
        reason = Reason(code, {"year": coverage_year, "begins": first, "end": until}, READING)
    return Return(
        scheme="390",
        paid_on=on,
        waiting_months=max(Month.of(first).months_after(Month.of(on)), 1) if first and waits_on else 0,
        begins_on=first,
        covered_from=first,
        covered_until=until,
        coverage_year=coverage_year,
        is_refused=first is None,
        reasons=(reason,),
    )


def _paid_year_begins(history: History, *, coverage_year: int, rules: AreaRules) -> date | None:
    """The first day of benefits of a payment that was made before: as it was given, else by the rules of its day."""
    paid = history.paid_years[coverage_year]
    if paid.begins_on is not None:
        return paid.begins_on
    rest = {year: one for year, one in history.paid_years.items() if year != coverage_year}
    earlier = replace(history, paid_years=rest, covered_until=None)
    return resident_return(earlier, coverage_year=coverage_year, paid_on=paid.paid_on, rules=rules).begins_on


def useful_repairs(history: History, *, coverage_year: int, paid_on: date, rules: AreaRules) -> int:
    """The most years whose repair shortens the wait; more would be money for nothing."""
    gap = gap_years(history.covered_years, coverage_year=coverage_year, rules=rules)
    most = resident_return(
        history, coverage_year=coverage_year, paid_on=paid_on, rules=rules, repaired_years=max(gap, 0)
    )
    return most.repaired_years


def employee_return(history: History, *, paid_on: date, rules: AreaRules, pays_gap: bool = True) -> Return:
    """The employee scheme paid by oneself from that month on; with `pays_gap` the missing months are paid, too."""
    switched = _switch(history, to="310", paid_on=paid_on, rules=rules)
    covered_until = Month.of(history.covered_until) if history.covered_until else None
    last_paid = covered_until if switched and covered_until else history.last_paid
    if last_paid is None:
        return _first_employee_return(history, paid_on=paid_on, rules=rules)
    this = Month.of(paid_on)
    if last_paid >= this:
        return _paid_ahead_return(history, paid_on=paid_on, last_paid=last_paid)
    months = months_between(last_paid + 1, this) if pays_gap else (this,)
    effect = payment_effect(rules=rules, last_paid=last_paid, paid_on=paid_on, months_paid=months)
    bears_gap = pays_gap and effect.is_paid_up
    begins = _after_cover(effect.benefit_start, history=history)
    reasons = effect.reasons
    if effect.waiting_months and rules.personal_account_usable_after_stop:
        reasons = (*reasons, Reason("comeback.account-usable", {}, AREA))
    return Return(
        scheme="310",
        paid_on=paid_on,
        waiting_months=effect.waiting_months,
        begins_on=begins,
        covered_from=_after_cover(effect.covered_from, history=history),
        months_due=effect.months_due if bears_gap else (this,),
        interrupted_months=effect.interrupted_months,
        is_paid_up=effect.is_paid_up,
        reasons=(*(switched.reasons if switched else ()), *reasons),
    )


def _paid_ahead_return(history: History, *, paid_on: date, last_paid: Month) -> Return:
    """This month is paid already: nothing is due now, and cover goes on where it ended."""
    begins = _after_cover(paid_on, history=history)
    return Return(
        scheme="310",
        paid_on=paid_on,
        waiting_months=0,
        begins_on=begins,
        covered_from=begins,
        reasons=(Reason("comeback.paid-ahead", {"last": last_paid, "begins": begins}, READING),),
    )


def _first_employee_return(history: History, *, paid_on: date, rules: AreaRules) -> Return:
    """Nobody has ever paid this scheme: cover begins by the rule of the first payment."""
    first = first_employee_cover(paid_on, rules=rules, is_flexible=True)
    begins = _after_cover(first.begins_on, history=history)
    months = max(Month.of(first.begins_on).months_after(Month.of(paid_on)) - 1, 0)
    return Return(
        scheme="310",
        paid_on=paid_on,
        waiting_months=months,
        begins_on=begins,
        covered_from=begins,
        months_due=(Month.of(paid_on),),
        reasons=first.reasons,
    )


def _switch(history: History, *, to: str, paid_on: date, rules: AreaRules) -> SwitchTreatment | None:
    """Coming from the other basic scheme with hardly a gap; None when that gives nothing."""
    if history.covered_until is None or history.last_scheme in ("", to):
        return None
    treatment = switch_treatment(
        rules=rules,
        covered_months=history.covered_months,
        last_covered=Month.of(history.covered_until),
        paid_on=paid_on,
    )
    return treatment if treatment.is_continuous else None


def _without_wait(waiting: Waiting, switched: SwitchTreatment, *, coverage_year: int, paid_on: date) -> Waiting:
    begins = max(paid_on, date(coverage_year, 1, 1))
    reason = Reason("comeback.switched", {"begins": begins, "end": date(coverage_year, 12, 31)}, READING)
    return replace(
        waiting,
        months=0,
        years_to_pay=1,
        repaired_months=0,
        benefit_start=begins,
        is_refused=False,
        reasons=(*switched.reasons, reason),
    )


def _after_cover(begins: date | None, *, history: History) -> date | None:
    """Never a day that is covered already."""
    if begins is None or history.covered_until is None:
        return begins
    return max(begins, next_day(history.covered_until))
