"""What the rules of an area say to everybody: conditions, times, steps and the wait, each with its source."""

from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, months_between
from insured.policy.interruption import PaymentEffect, payment_effect
from insured.policy.rules import AREA, DECREE_38, DECREE_43, READING, RULE_FIELDS, AreaRules
from insured.policy.waiting import Waiting, WaitingFacts, waiting_period
from insured.policy.window import Phase, collection_window
from portal.errors import Reason

UNLAWFUL = "《中华人民共和国社会保险法》；本统筹区缴费标准"
VARIABLE = {"A": "book.wait-variable-a", "B": "book.wait-variable-b"}
MOST_GAPS = 6
MONTHS_PAST_GRACE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence that goes around, and what holds here."""

    text: str
    answer: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentRow:
    """Somebody with that many years without cover: paid in the window, and with every useful year repaired."""

    gap_years: int
    plain: Waiting
    repaired: Waiting | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """A continuous member who pays in this phase, and somebody with one year without cover."""

    phase: Phase
    paid_on: date
    continuous: Waiting
    broken: Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeRow:
    """Somebody of the employee scheme who pays that day after that many missing months."""

    months: int
    paid_up: PaymentEffect
    unpaid: PaymentEffect | None


def _source(name: str) -> str:
    return RULE_FIELDS[name].source


def why_renew(rules: AreaRules, *, fiscal_fen: int) -> tuple[Reason, ...]:
    """为什么要续保."""
    found = [
        Reason("book.why-cover", {}, DECREE_38),
        Reason("book.why-wait", {"months": rules.fixed_waiting_months}, DECREE_38),
        Reason("book.why-interruption", {"grace": rules.interruption_grace_months}, DECREE_43),
        Reason("book.why-bonus", {}, DECREE_38),
    ]
    if fiscal_fen:
        found.insert(1, Reason("book.why-fiscal", {"fiscal_fen": fiscal_fen}, AREA))
    return tuple(found)


def conditions(rules: AreaRules) -> tuple[Reason, ...]:
    """条件."""
    return (
        Reason("book.cond-record", {}, AREA),
        Reason("book.cond-one", {}, "医保发〔2020〕33号"),
        Reason("book.cond-qualified", {}, AREA),
        Reason("book.cond-age", {"age": rules.flexible_min_age}, _source("flexible_min_age")),
        Reason("book.cond-unit", {}, "《中华人民共和国社会保险法》第58条"),
    )


def times(rules: AreaRules, *, day: date) -> tuple[Reason, ...]:
    """什么时候办: the window of the next coverage year, its extension, and the months of flexible employment."""
    window = collection_window(day.year + 1, rules=rules)
    days: dict[str, object] = {"year": window.coverage_year, "opens": window.opens_on, "closes": window.closes_on}
    found = [Reason("book.time-window", days, AREA)]
    if window.extension_ends_on:
        starts = "book.time-extension-next" if rules.extension_start == "next_day" else "book.time-extension-day"
        found.append(Reason(starts, {"ends": window.extension_ends_on}, _source("extension_start")))
    ended = window.extension_ends_on or window.closes_on
    late = {"ended": ended, "months": rules.fixed_waiting_months, "end": window.year_ends_on}
    found.append(Reason("book.time-late", late, DECREE_38))
    found.append(flexible_months(rules))
    return tuple(found)


def flexible_months(rules: AreaRules) -> Reason:
    """When flexible workers may come back."""
    if len(rules.renewal_months) == 12:
        return Reason("book.time-flexible-always", {}, _source("flexible_renewal_months"))
    named = "、".join(f"{month}月" for month in rules.renewal_months)
    return Reason("book.time-flexible-months", {"months": named}, _source("flexible_renewal_months"))


def steps(rules: AreaRules) -> tuple[Reason, ...]:
    """流程."""
    return (
        Reason("book.step-plan", {}, AREA),
        Reason("book.step-apply", {}, AREA),
        Reason("book.step-review", {"days": rules.promised_working_days}, _source("promised_working_days")),
        Reason("book.step-correct", {"days": rules.correction_working_days}, _source("correction_working_days")),
        Reason("book.step-pay", {"days": rules.comeback_payment_days}, _source("comeback_payment_days")),
        Reason("book.step-done", {}, AREA),
    )


def renewal_claims(rules: AreaRules, *, day: date) -> tuple[Claim, ...]:
    """常见说法."""
    window = collection_window(day.year + 1, rules=rules)
    days: dict[str, object] = {"opens": window.opens_on, "closes": window.closes_on}
    return (
        Claim(text="续保时间为每年的4月和10月", answer=Reason("book.claim-april", days, AREA)),
        Claim(
            text="须年满16周岁（部分地区需年满18周岁）",
            answer=Reason("book.claim-age", {"age": rules.flexible_min_age}, _source("flexible_min_age")),
        ),
        Claim(text="保费金额根据年龄、性别、职业等因素而定", answer=Reason("book.claim-price", {}, UNLAWFUL)),
        Claim(text="保险公司会发布续保通知", answer=Reason("book.claim-notice", {}, AREA)),
        Claim(text="续保后有效期与原医保相同", answer=Reason("book.claim-period", {}, DECREE_38)),
    )


def waiting_claims(rules: AreaRules) -> tuple[Claim, ...]:
    """常见说法 of the wait."""
    params = {"months": rules.fixed_waiting_months}
    longest = {"grace": rules.interruption_grace_months, "waiting": rules.interruption_waiting_months}
    return (
        Claim(text="断交续交后等1-3个月，重大疾病等3-6个月", answer=Reason("book.claim-illness", params, DECREE_38)),
        Claim(text="职工医保断缴后自动转为居民医保", answer=Reason("book.claim-resident", {}, DECREE_43)),
        Claim(text="中断超过3个月要等待6个月", answer=Reason("book.claim-six", longest, DECREE_43)),
    )


def waiting_rules(rules: AreaRules) -> tuple[Reason, ...]:
    """怎么算: the parts of the residents' wait."""
    found = [
        Reason("book.wait-fixed", {"months": rules.fixed_waiting_months}, DECREE_38),
        Reason(VARIABLE[rules.gap_count], {}, _source("gap_count")),
        Reason("book.wait-repair", {}, DECREE_38),
        Reason(
            "book.wait-floor",
            {"years": rules.waiting_floor_gap_years, "months": rules.waiting_floor_months},
            DECREE_38,
        ),
        Reason("book.wait-from", {"year": rules.gap_counting_from_year}, DECREE_38),
        Reason("book.wait-paid-year", {}, READING),
    ]
    if "newborn" in rules.exempt_group_codes:
        found.append(Reason("book.wait-newborn", {"days": rules.newborn_days}, _source("newborn_days")))
    return tuple(found)


def phase_rows(rules: AreaRules, *, coverage_year: int) -> tuple[PhaseRow, ...]:
    """The wait by when one pays: on the last day of each phase, and some weeks after the last one."""
    window = collection_window(coverage_year, rules=rules)
    ended = window.extension_ends_on or window.closes_on
    late = (Month.of(max(ended, date(coverage_year, 1, 1))) + 1).first_day
    days: list[tuple[Phase, date]] = [("window", window.closes_on)]
    if window.extension_ends_on:
        days.append(("extension", window.extension_ends_on))
    days.append(("late", late))
    return tuple(
        PhaseRow(
            phase=phase,
            paid_on=paid_on,
            continuous=_resident(rules, year=coverage_year, paid_on=paid_on),
            broken=_resident(rules, year=coverage_year, paid_on=paid_on, gap=1),
        )
        for phase, paid_on in days
    )


def resident_rows(rules: AreaRules, *, coverage_year: int) -> tuple[ResidentRow, ...]:
    """The wait by years without cover, as many as there can be by then, paid in the window."""
    closes_on = collection_window(coverage_year, rules=rules).closes_on
    most = max(min(coverage_year - rules.gap_counting_from_year, MOST_GAPS), 0)
    rows = []
    for gap in range(most + 1):
        plain = _resident(rules, year=coverage_year, paid_on=closes_on, gap=gap)
        repaired = _resident(rules, year=coverage_year, paid_on=closes_on, gap=gap, repaired=gap)
        rows.append(
            ResidentRow(gap_years=gap, plain=plain, repaired=repaired if repaired.repaired_months else None)
        )  # fmt: skip
    return tuple(rows)


def employee_rows(rules: AreaRules, *, day: date) -> tuple[EmployeeRow, ...]:
    """The wait by missing months, paid that day; beyond the grace nothing can be caught up."""
    this = Month.of(day)
    rows = []
    for months in range(1, rules.interruption_grace_months + MONTHS_PAST_GRACE):
        last_paid = this + -(months + 1)
        due = months_between(last_paid + 1, this)
        paid_up = payment_effect(rules=rules, last_paid=last_paid, paid_on=day, months_paid=due)
        unpaid = payment_effect(rules=rules, last_paid=last_paid, paid_on=day, months_paid=(this,))
        rows.append(EmployeeRow(months=months, paid_up=paid_up, unpaid=None if paid_up.waiting_months else unpaid))
    return tuple(rows)


def _resident(rules: AreaRules, *, year: int, paid_on: date, gap: int = 0, repaired: int = 0) -> Waiting:
    return waiting_period(
        WaitingFacts(coverage_year=year, paid_on=paid_on, gap_years=gap, repaired_years=repaired), rules=rules
    )  # fmt: skip
