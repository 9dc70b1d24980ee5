"""When a stop takes effect, when the first cover begins, and the hole that may lie between (domain rule 2.3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from insured.policy.dates import Month, day_before, day_in, first_of_next_month, next_day
from insured.policy.rules import AREA, READING, AreaRules
from portal.errors import Reason

Scheme = Literal["310", "390"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopEffect:
    """What a stop does to the dates.

    From `effective_on` the status is 暂停参保 and nothing is covered. `last_covered_on` is the day before, or earlier
    where contributions had ended earlier. With `is_empty_period` no day was ever covered: write no coverage period.
    """

    effective_on: date
    last_covered_on: date
    is_empty_period: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMonths:
    """Which stop months a form may offer; `is_optional` where "as soon as approved" is a choice too."""

    earliest: Month
    latest: Month
    is_optional: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """The days without cover before the next one; `better_stop_month` is the stop month that makes it smaller."""

    days: int
    next_cover_on: date
    better_stop_month: Month | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCover:
    """The first covered day after a first payment into the employee scheme."""

    begins_on: date
    reasons: tuple[Reason, ...]


def stop_effect(
    scheme: Scheme,
    *,
    rules: AreaRules,
    approved_on: date,
    stop_month: Month | None = None,
    covered_from: date | None = None,
    covered_until: date | None = None,
) -> StopEffect:
    """The dates of a stop approved on that day.

    `stop_month` is the last month to be covered (390) or paid (310); without it a 390 record stops as soon as the area
    allows and a 310 record at the end of the month of approval. `covered_from` and `covered_until` bound the period
    that is being stopped, where they are known.
    """
    natural_on, why = _natural_effect(scheme, rules=rules, approved_on=approved_on, stop_month=stop_month)
    effective_on = max(natural_on, approved_on)
    last_covered_on = day_before(natural_on)
    if covered_until is not None:
        last_covered_on = min(last_covered_on, covered_until)
    reasons = [why]
    if natural_on < approved_on or (scheme == "390" and stop_month is not None and stop_month.last_day < approved_on):
        reasons.append(Reason("stop.not-before-approval", {"on": effective_on}, READING))
    is_empty_period = covered_from is not None and last_covered_on < covered_from
    if is_empty_period and scheme == "310" and covered_from is not None:
        paid = max(Month.of(last_covered_on).months_after(Month.of(covered_from)) + 2, 1)
        reasons.append(Reason("stop.empty-period", {"months": paid}, READING))
    elif is_empty_period and covered_from is not None:
        reasons.append(Reason("stop.not-begun", {"begins": covered_from}, READING))
    elif last_covered_on < day_before(effective_on):
        reasons.append(Reason("stop.cover-already-ended", {"last": last_covered_on}, AREA))
    if scheme == "310" and rules.personal_account_usable_after_stop:
        reasons.append(Reason("stop.account-usable", {}, AREA))
    return StopEffect(
        effective_on=effective_on,
        last_covered_on=last_covered_on,
        is_empty_period=is_empty_period,
        reasons=tuple(reasons),
    )


def _natural_effect(
    scheme: Scheme, *, rules: AreaRules, approved_on: date, stop_month: Month | None
) -> tuple[date, Reason]:
    """The first day without cover by the rule alone; for 310 it may lie before the approval."""
    if scheme == "390":
        return _resident_effect(rules=rules, approved_on=approved_on, stop_month=stop_month)
    month = stop_month or Month.of(approved_on)
    if rules.employee_stop_effect == "fifteenth":
        on = day_in((month + 1).year, (month + 1).month, 15)
        return on, Reason("stop.fifteenth", {"month": month, "on": on, "last": day_before(on)}, AREA)
    on = (month + 1).first_day
    return on, Reason("stop.paid-month", {"month": month, "on": on, "last": day_before(on)}, AREA)


def _resident_effect(*, rules: AreaRules, approved_on: date, stop_month: Month | None) -> tuple[date, Reason]:
    earliest = {
        "on_approval": approved_on,
        "next_day": next_day(approved_on),
        "next_month": first_of_next_month(approved_on),
    }[rules.resident_stop_effect]
    asked = earliest if stop_month is None else (stop_month + 1).first_day
    if stop_month is not None and asked > earliest:
        return asked, Reason("stop.later-month", {"month": stop_month, "on": asked, "last": day_before(asked)}, READING)
    code = f"stop.{rules.resident_stop_effect.replace('_', '-')}"
    return earliest, Reason(code, {"on": earliest, "last": day_before(earliest)}, AREA)


def stop_month_bounds(
    scheme: Scheme,
    *,
    rules: AreaRules,
    today: date,
    settled_through: Month | None = None,
    covered_until: date | None = None,
) -> StopMonths:
    """The months a stop form may offer.

    `settled_through` is the last month of a 310 record that is paid or closed: no stop month may lie before it, except
    that months paid ahead can be given up (their refund is another matter).
    `covered_until` is the last day of the 390 period, by default the end of this year.
    """
    this_month = Month.of(today)
    if scheme == "390":
        latest = max(Month.of(covered_until) if covered_until else Month(today.year, 12), this_month)
        params = {"earliest": this_month, "latest": latest}
        reason = Reason("stop-month.resident", params, READING)
        return StopMonths(earliest=this_month, latest=latest, is_optional=True, reasons=(reason,))
    earliest = min(settled_through or this_month, this_month)
    latest = this_month + rules.stop_months_ahead
    reason = Reason("stop-month.employee", {"earliest": earliest, "latest": latest}, READING)
    return StopMonths(earliest=earliest, latest=latest, is_optional=False, reasons=(reason,))


def check_stop_month(month: Month | None, *, bounds: StopMonths) -> tuple[Reason, ...]:
    """Why this stop month cannot be taken; empty when it can."""
    if month is None:
        return () if bounds.is_optional else (Reason("stop-month.missing", {}, READING),)
    if month < bounds.earliest:
        return (Reason("stop-month.too-early", {"month": month, "earliest": bounds.earliest}, READING),)
    if month > bounds.latest:
        return (Reason("stop-month.too-late", {"month": month, "latest": bounds.latest}, READING),)
    return ()


def unit_filing_month(filed_on: date, *, rules: AreaRules) -> Month:
    """The month a unit's reduction counts for: after the closing day it is filed for the next month."""
    late = filed_on.day > rules.unit_filing_day_to
    return Month.of(filed_on) + (1 if late else 0)


def first_employee_cover(paid_on: date, *, rules: AreaRules, is_flexible: bool = False) -> FirstCover:
    """When cover of 310 begins after a first payment on that day, at the earliest."""
    if rules.employee_start_effect == "after_30_days":
        begins_on = paid_on + timedelta(days=30)
        return FirstCover(begins_on=begins_on, reasons=(Reason("cover.after-30-days", {"on": begins_on}, AREA),))
    waiting = rules.flexible_first_waiting_months if is_flexible else 0
    begins_on = (Month.of(paid_on) + 1 + waiting).first_day
    if waiting:
        return FirstCover(
            begins_on=begins_on,
            reasons=(Reason("cover.flexible-waiting", {"months": waiting, "on": begins_on}, AREA),),
        )
    return FirstCover(begins_on=begins_on, reasons=(Reason("cover.next-month", {"on": begins_on}, AREA),))


def hole_before(next_cover_on: date, *, last_covered_on: date) -> Hole:
    """The days without cover between the last covered day and the next cover."""
    days = max((next_cover_on - last_covered_on).days - 1, 0)
    if not days:
        reason = Reason("hole.none", {"last": last_covered_on, "next": next_cover_on}, READING)
        return Hole(days=0, next_cover_on=next_cover_on, better_stop_month=None, reasons=(reason,))
    params = {
        "days": days,
        "first": next_day(last_covered_on),
        "until": day_before(next_cover_on),
        "next": next_cover_on,
    }
    reasons = [Reason("hole.days", params, READING)]
    month_before = Month.of(next_cover_on) + -1
    better = month_before if month_before.last_day > last_covered_on else None
    if better is not None:
        reasons.append(Reason("hole.later-month", {"month": better, "last": better.last_day}, READING))
    return Hole(days=days, next_cover_on=next_cover_on, better_stop_month=better, reasons=tuple(reasons))
