"""May this coverage be stopped, now and by this person: asked at the notice, at submission, approval and effect."""

from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, MonthSpan
from insured.policy.effective import StopEffect, StopMonths, check_stop_month, stop_effect, unit_filing_month
from insured.policy.rules import READING, AreaRules
from payments.policy.owed import unpaid_months
from portal.errors import Reason

ACTIVE, PAUSED, ENDED = "1", "2", "4"
SOURCE_UNIT = "社会保险法第58条；本统筹区规则"
SOURCE_AREA = "本统筹区规则"
SOURCE_REFUND = "医保办函〔2021〕11号第16条"
SOURCE_ONE = "医保发〔2020〕33号"
SOURCE_FORM = "停保登记表（演示取值）"
RESUME_MONTHS_AHEAD = 60
NAMED_MONTHS = 4
"""More months than these are named by the first and the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFacts:
    """What the rules need to know on the day the stop is asked for.

    `open_number`, `pending_number` and `elsewhere_number` name another application that is in the way.
    `filing_opens_on` is set while the area takes no stops. `paid_through` is known of people who pay by the month.
    """

    scheme: str
    status: str
    is_through_unit: bool
    unit_name: str
    is_deceased: bool
    open_number: str
    pending_number: str
    pending_on: date | None
    months: StopMonths
    asked_in: Month
    paused_on: date | None = None
    elsewhere_number: str = ""
    elsewhere_area: str = ""
    filing_day_from: int = 1
    filing_day_to: int = 31
    filing_opens_on: date | None = None
    paid_through: Month | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One automatic check, green or red; the label is labels.CHECKS[code]."""

    code: str
    reasons: tuple[Reason, ...]

    @property
    def is_ok(self) -> bool:
        """Green."""
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFiling:
    """What becomes of an employee's stop that the unit files today: the last paid month, and the dates."""

    month: Month
    effect: StopEffect
    reason: Reason


def stop_checks(facts: StopFacts, *, month: Month | None, resume: Month | None = None) -> tuple[Check, ...]:
    """Every check with its answer, in the order the desk shows them."""
    return (
        Check("active", _active(facts)),
        Check("own-account", _own_account(facts)),
        Check("alive", (Reason("stop.deceased", source=SOURCE_AREA),) if facts.is_deceased else ()),
        Check("only-one", _only_one(facts)),
        Check("window", _window(facts)),
        Check("month", check_stop_month(month, bounds=facts.months)),
        Check("resume", check_resume_month(resume, month=month, facts=facts)),
    )


def check_stop(facts: StopFacts, *, month: Month | None, resume: Month | None = None) -> tuple[Reason, ...]:
    """Why this stop cannot go on; empty when it can."""
    return tuple(reason for check in stop_checks(facts, month=month, resume=resume) for reason in check.reasons)


def check_may_start(facts: StopFacts) -> tuple[Reason, ...]:
    """The same before a month was chosen."""
    return check_stop(facts, month=facts.months.earliest)


def check_may_draft(facts: StopFacts) -> tuple[Reason, ...]:
    """Why the form cannot even be filled in; while the area takes no stops it can, and be kept."""
    checks = stop_checks(facts, month=facts.months.earliest)
    return tuple(reason for check in checks if check.code != "window" for reason in check.reasons)


def check_complete(*, reason_code: str, contact_phone: str) -> tuple[Reason, ...]:
    """What a draft that was put aside still lacks."""
    return tuple(
        Reason(code, source=SOURCE_FORM)
        for code, value in (("stop.reason-missing", reason_code), ("stop.phone-missing", contact_phone))
        if not value
    )


def resume_months(facts: StopFacts, *, month: Month | None) -> tuple[Month, Month]:
    """The first and the last month in which a return can be foreseen: after the last covered one."""
    return max(month or facts.asked_in, facts.asked_in) + 1, facts.asked_in + RESUME_MONTHS_AHEAD


def check_resume_month(resume: Month | None, *, month: Month | None, facts: StopFacts) -> tuple[Reason, ...]:
    """Why this month of return cannot be foreseen; none given is fine."""
    earliest, latest = resume_months(facts, month=month)
    if resume is not None and resume < earliest:
        return (Reason("resume-month.too-early", {"month": resume, "earliest": earliest}, SOURCE_FORM),)
    if resume is not None and resume > latest:
        return (Reason("resume-month.too-late", {"month": resume, "latest": latest}, SOURCE_FORM),)
    return ()


def _active(facts: StopFacts) -> tuple[Reason, ...]:
    if facts.status == ACTIVE:
        return ()
    if facts.status == ENDED:
        return (Reason("stop.ended", source=SOURCE_AREA),)
    if facts.status == PAUSED and facts.paused_on:
        return (Reason("stop.already-stopped", {"on": facts.paused_on}, SOURCE_AREA),)
    return (Reason("stop.not-active", source=SOURCE_AREA),)


def _own_account(facts: StopFacts) -> tuple[Reason, ...]:
    if facts.is_through_unit:
        return (Reason("stop.through-unit", {"unit": facts.unit_name}, SOURCE_UNIT),)
    return ()


def _only_one(facts: StopFacts) -> tuple[Reason, ...]:
    if facts.open_number:
        return (Reason("stop.already-open", {"number": facts.open_number}, SOURCE_AREA),)
    if facts.pending_number and facts.pending_on:
        return (Reason("stop.already-approved", {"number": facts.pending_number, "on": facts.pending_on}, SOURCE_AREA),)
    if facts.elsewhere_number:
        params = {"number": facts.elsewhere_number, "area": facts.elsewhere_area}
        return (Reason("stop.open-elsewhere", params, SOURCE_ONE),)
    return ()


def _window(facts: StopFacts) -> tuple[Reason, ...]:
    if facts.filing_opens_on is None:
        return ()
    params = {"first": facts.filing_day_from, "last": facts.filing_day_to, "opens": facts.filing_opens_on}
    return (Reason("stop.window-closed", params, READING),)


def stop_advice(facts: StopFacts, *, reason_code: str, month: Month | None) -> tuple[Reason, ...]:
    """What does not fit and is worth a second look: it warns the applicant and the desk, and stops nobody."""
    is_employee_scheme = facts.scheme == "310"
    found: list[Reason] = []
    if reason_code == "retire":
        code = "advice.retire-employee" if is_employee_scheme else "advice.retire-resident"
        found.append(Reason(code, source=SOURCE_AREA))
    if reason_code == "unit-closed" and not facts.is_through_unit:
        found.append(Reason("advice.no-unit", source=SOURCE_AREA))
    if reason_code == "joined-310" and is_employee_scheme:
        found.append(Reason("advice.already-employee", source=SOURCE_AREA))
    if is_employee_scheme and month and (unpaid := unpaid_months(facts.paid_through, through=month)):
        params = {"paid": facts.paid_through, "stop": month, "months": named_months(unpaid)}
        found.append(Reason("advice.unpaid", params, SOURCE_AREA))
    return tuple(found)


def named_months(months: tuple[Month, ...]) -> str:
    """A few months by name, many by the first and the last."""
    if len(months) > NAMED_MONTHS:
        return f"{MonthSpan(months[0], months[-1])}（共{len(months)}个月）"
    return "、".join(str(month) for month in months)


def unit_filing(today: date, *, rules: AreaRules, covered_until: date | None = None) -> UnitFiling:
    """The stop of an employee when the unit files it today: after the closing day it counts for the next month."""
    month = unit_filing_month(today, rules=rules)
    effect = stop_effect("310", rules=rules, approved_on=today, stop_month=month, covered_until=covered_until)
    code = "unit.this-month" if month == Month.of(today) else "unit.next-month"
    params = {
        "day": rules.unit_filing_day_to,
        "month": month,
        "last": effect.last_covered_on,
        "on": effect.effective_on,
    }
    return UnitFiling(month=month, effect=effect, reason=Reason(code, params, READING))


def refund_outlook(
    scheme: str,
    *,
    covered_from: date | None,
    today: date,
    paid_through: Month | None = None,
    stop_month: Month | None = None,
) -> Reason:
    """Whether money comes back: not once the benefit period has begun; months or a year paid ahead can."""
    if scheme == "310":
        last = stop_month or Month.of(today)
        if paid_through is not None and paid_through > last:
            ahead = {"paid": paid_through, "span": MonthSpan(last + 1, paid_through)}
            return Reason("stop.refund-ahead", ahead, SOURCE_REFUND)
        return Reason("stop.no-refund-monthly", source=SOURCE_REFUND)
    if covered_from is not None and covered_from > today:
        return Reason("stop.refund-possible", {"begins": covered_from}, SOURCE_REFUND)
    if paid_through is not None and paid_through.year > today.year:
        params = {"year": paid_through.year, "begins": Month(paid_through.year, 1).first_day}
        return Reason("stop.refund-next-year", params, SOURCE_REFUND)
    return Reason("stop.no-refund", source=SOURCE_REFUND)
