"""What a later return means: for each way to come back, the wait, the first day that is covered again, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from insured.policy.comeback import History, PaidYear, Return, employee_return, resident_return
from insured.policy.dates import Month
from insured.policy.rules import AREA, DECREE_38, DECREE_43, AreaRules
from insured.policy.window import collection_window
from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Comeback:
    """One way to come back; the label is labels.COMEBACKS[code].

    `paid_on` is the day reckoned with, the last one of the collection window in the way "window". `begins_on` is None
    when that payment brings no benefit in its year. `months_due` are the months that must be paid (310).
    """

    code: str
    paid_on: date
    waiting_months: int
    begins_on: date | None
    months_due: tuple[Month, ...]
    is_paid_already: bool
    reasons: tuple[Reason, ...]


def renewal_outlook(scheme: str, *, rules: AreaRules) -> Reason:
    """Whether a stop touches the renewal."""
    if scheme == "310":
        params = {"grace": rules.interruption_grace_months, "waiting": rules.interruption_waiting_months}
        return Reason("after.renewal-employee", params, DECREE_43)
    opens = f"{rules.window_start_month}月{rules.window_start_day}日"
    closes = f"{rules.window_end_month}月{rules.window_end_day}日"
    return Reason("after.renewal-resident", {"opens": opens, "closes": closes}, AREA)


def back_payment_outlook(scheme: str) -> Reason:
    """Whether anything must be paid for the time of the stop."""
    if scheme == "310":
        return Reason("after.no-arrears-employee", source=AREA)
    return Reason("after.no-arrears-resident", source=DECREE_38)


def promise(days: int, *, on: date) -> Reason:
    """By when an application of today is decided."""
    return Reason("after.promised", {"days": days, "on": on}, AREA)


def resident_comebacks(
    month: Month,
    *,
    covered_years: Collection[int],
    today: date,
    rules: AreaRules,
    paid_years: Mapping[int, PaidYear] = MappingProxyType({}),
) -> tuple[Comeback, ...]:
    """The resident scheme in the year of that month: paid in the window before it, or only in the month itself.

    One way only in a year that is paid already.
    """
    history = History(covered_years=covered_years, last_scheme="390", paid_years=paid_years)
    if month.year in paid_years:
        on = max(month.first_day, today)
        return (_way("paid-ahead", resident_return(history, coverage_year=month.year, paid_on=on, rules=rules)),)
    window = collection_window(month.year, rules=rules)
    days = {"window": window.closes_on, "month": max(month.first_day, today)}
    if window.closes_on < today:
        del days["window"]
    return tuple(
        _way(code, resident_return(history, coverage_year=month.year, paid_on=paid_on, rules=rules))
        for code, paid_on in days.items()
    )


def employee_comebacks(month: Month, *, last_paid: Month, rules: AreaRules) -> tuple[Comeback, ...]:
    """The employee scheme paid again from that month on: with the missing months, or without them."""
    history = History(last_scheme="310", last_paid=last_paid)
    full = employee_return(history, paid_on=month.first_day, rules=rules)
    if not full.interrupted_months:
        return (_way("continued", full),)
    if not full.is_paid_up:
        return (_way("too-long", full),)
    bare = employee_return(history, paid_on=month.first_day, rules=rules, pays_gap=False)
    return _way("paid-up", full), _way("unpaid", bare)


def _way(code: str, back: Return) -> Comeback:
    return Comeback(
        code=code,
        paid_on=back.paid_on,
        waiting_months=back.waiting_months,
        begins_on=back.begins_on,
        months_due=back.months_due,
        is_paid_already=back.is_paid_already,
        reasons=back.reasons,
    )
