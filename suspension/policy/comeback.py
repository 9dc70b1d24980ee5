"""What a later return means: for each way to come back, the wait, the first day that is covered again, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, months_between
from insured.policy.interruption import PaymentEffect, payment_effect
from insured.policy.rules import AREA, DECREE_38, DECREE_43, AreaRules
from insured.policy.waiting import WaitingFacts, gap_years, waiting_on_return, waiting_period
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
    month: Month, *, covered_years: Collection[int], today: date, rules: AreaRules
) -> tuple[Comeback, ...]:
    """The resident scheme in the year of that month: paid in the window before it, or only in the month itself."""
    window = collection_window(month.year, rules=rules)
    ways: list[Comeback] = []
    if window.closes_on >= today:
        waiting = waiting_on_return(covered_years, coverage_year=month.year, rules=rules)
        ways.append(
            Comeback(
                code="window",
                paid_on=window.closes_on,
                waiting_months=waiting.months,
                begins_on=waiting.benefit_start,
                months_due=(),
                reasons=waiting.reasons,
            )
        )
    paid_on = max(month.first_day, today)
    gap = gap_years(covered_years, coverage_year=month.year, rules=rules)
    late = waiting_period(WaitingFacts(coverage_year=month.year, paid_on=paid_on, gap_years=gap), rules=rules)
    ways.append(
        Comeback(
            code="month",
            paid_on=paid_on,
            waiting_months=late.months,
            begins_on=late.benefit_start,
            months_due=(),
            reasons=late.reasons,
        )
    )
    return tuple(ways)


def employee_comebacks(month: Month, *, last_paid: Month, rules: AreaRules) -> tuple[Comeback, ...]:
    """The employee scheme paid again from that month on: with the missing months, or without them."""
    paid_on = month.first_day
    all_months = months_between(last_paid + 1, month)
    full = payment_effect(rules=rules, last_paid=last_paid, paid_on=paid_on, months_paid=all_months)
    if not full.interrupted_months:
        return (_paid("continued", full, paid_on=paid_on),)
    if not full.is_paid_up:
        return (_paid("too-long", full, paid_on=paid_on),)
    bare = payment_effect(rules=rules, last_paid=last_paid, paid_on=paid_on, months_paid=(month,))
    return _paid("paid-up", full, paid_on=paid_on), _paid("unpaid", bare, paid_on=paid_on)


def _paid(code: str, effect: PaymentEffect, *, paid_on: date) -> Comeback:
    return Comeback(
        code=code,
        paid_on=paid_on,
        waiting_months=effect.waiting_months,
        begins_on=effect.benefit_start,
        months_due=effect.months_due if code != "unpaid" else (Month.of(paid_on),),
        reasons=effect.reasons,
    )
