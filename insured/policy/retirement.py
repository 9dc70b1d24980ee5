"""退休年限: the age, the years needed, what is missing, what a one-off payment would be (domain rule 2.10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from insured.policy.dates import Length, Month, add_months
from insured.policy.rules import AREA, RULE_FIELDS, AreaRules
from insured.policy.years import SOURCE_LAW
from portal.errors import Reason

MALE = "男"
COUNTED = f"网厅缴费记录；{SOURCE_LAW}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirementFacts:
    """Months of the employee scheme, each under one name only.

    `paid_months` were paid in this area, `transferred_months` came in by a transfer, `deemed_months` count without
    a payment (视同). `elsewhere_months` were paid in another area of the hall and were not transferred: they do not
    count.
    """

    born_on: date
    sex: str
    paid_months: int
    transferred_months: int = 0
    deemed_months: int = 0
    elsewhere_months: int = 0
    base_fen: int | None = None
    """The base that a one-off payment is reckoned from, in fen; None where the area has none."""

    @property
    def actual_months(self) -> int:
        """实际缴费: here or elsewhere."""
        return self.paid_months + self.transferred_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """From when, how many months are missing of the years that count and of those paid, and what they would cost.

    `total_months` is 累计 and `local_months` 本地实际缴费, as the area counts them. `missing_months` is the larger of
    what is missing of both: each month that is paid counts for both.
    """

    retires_on: date
    has_reached_age: bool
    total_months: int
    local_months: int
    needed_months: int
    needed_paid_months: int
    missing_months: int
    lump_fen: int | None
    reasons: tuple[Reason, ...]

    @property
    def is_enough(self) -> bool:
        """Nothing is missing."""
        return self.missing_months == 0


def retirement(facts: RetirementFacts, *, today: date, rules: AreaRules) -> Retirement:
    """What holds for somebody today; money is rounded half up once, on the whole."""
    retires_on = retirement_day(facts.born_on, sex=facts.sex, rules=rules)
    years = rules.retirement_years_male if facts.sex == MALE else rules.retirement_years_female
    needed, needed_paid = years * 12, rules.retirement_paid_years * 12
    total = facts.actual_months + (facts.deemed_months if rules.retirement_counts_deemed else 0)
    local = facts.paid_months + (facts.transferred_months if rules.retirement_transferred_is_local else 0)
    missing = max(needed - total, needed_paid - local, 0)
    has_reached = today >= retires_on
    lump = _lump(missing, facts=facts, rules=rules) if missing else None
    found = [
        _age(facts, retires_on=retires_on, rules=rules),
        Reason("retirement.needed", {"years": years, "paid": rules.retirement_paid_years}, _source(facts.sex)),
        *_counted(facts, total=total, rules=rules),
    ]
    if not missing:
        found.append(
            Reason("retirement.enough" if has_reached else "retirement.enough-early", {"on": retires_on}, AREA)
        )
    elif has_reached:
        found.append(Reason("retirement.missing", {"missing": Length(missing), "months": missing}, AREA))
    else:
        left = max(Month.of(retires_on).months_after(Month.of(today)), 0)
        code = "retirement.in-time" if missing <= left else "retirement.short"
        found.append(Reason(code, {"missing": Length(missing), "on": retires_on}, AREA))
    if lump is not None and facts.base_fen is not None:
        params = {
            "months": missing,
            "base_fen": facts.base_fen,
            "rate": f"{Decimal(rules.retirement_lump_per_mille).scaleb(-1).normalize():f}%",
            "lump_fen": lump,
        }
        found.append(Reason("retirement.lump", params, RULE_FIELDS["retirement_lump_per_mille"].source))
    elif missing:
        found.append(Reason("retirement.no-lump", {}, RULE_FIELDS["retirement_lump_per_mille"].source))
    return Retirement(
        retires_on=retires_on,
        has_reached_age=has_reached,
        total_months=total,
        local_months=local,
        needed_months=needed,
        needed_paid_months=needed_paid,
        missing_months=missing,
        lump_fen=lump,
        reasons=tuple(found),
    )


def _counted(facts: RetirementFacts, *, total: int, rules: AreaRules) -> Iterator[Reason]:
    """What counts as what; nothing is said of a kind of months that somebody does not have."""
    months = {
        "total": Length(total),
        "paid": Length(facts.paid_months),
        "transferred": Length(facts.transferred_months),
        "deemed": Length(facts.deemed_months),
    }
    yield Reason("retirement.counted", months, COUNTED)
    if facts.transferred_months:
        is_local = rules.retirement_transferred_is_local
        code = "retirement.transferred-is-local" if is_local else "retirement.transferred-only-total"
        source = RULE_FIELDS["retirement_transferred_is_local"].source
        yield Reason(code, {"transferred": Length(facts.transferred_months)}, source)
    if facts.deemed_months:
        code = "retirement.deemed-counts" if rules.retirement_counts_deemed else "retirement.deemed-left-out"
        source = RULE_FIELDS["retirement_counts_deemed"].source
        yield Reason(code, {"deemed": Length(facts.deemed_months)}, source)
    if facts.elsewhere_months:
        yield Reason("retirement.elsewhere", {"elsewhere": Length(facts.elsewhere_months)}, SOURCE_LAW)


def retirement_day(born_on: date, *, sex: str, rules: AreaRules) -> date:
    """The birthday of the area's age, moved by a month for every step that it lies behind the year of the delay."""
    age = rules.retirement_age_male_months if sex == MALE else rules.retirement_age_female_months
    return add_months(born_on, age + _delay(add_months(born_on, age), rules=rules))


def _delay(plain: date, *, rules: AreaRules) -> int:
    if not rules.retirement_delay_from_year or plain.year < rules.retirement_delay_from_year:
        return 0
    begun = Month.of(plain).months_after(Month(rules.retirement_delay_from_year, 1))
    return min(begun // rules.retirement_delay_step_months + 1, rules.retirement_delay_max_months)


def _age(facts: RetirementFacts, *, retires_on: date, rules: AreaRules) -> Reason:
    age = rules.retirement_age_male_months if facts.sex == MALE else rules.retirement_age_female_months
    plain = add_months(facts.born_on, age)
    params = {"age": Length(age), "plain": plain, "delay": _delay(plain, rules=rules), "on": retires_on}
    code = "retirement.age-delayed" if retires_on != plain else "retirement.age"
    return Reason(code, params, RULE_FIELDS["retirement_age_male_months"].source)


def _source(sex: str) -> str:
    name = "retirement_years_male" if sex == MALE else "retirement_years_female"
    return RULE_FIELDS[name].source


def _lump(missing: int, *, facts: RetirementFacts, rules: AreaRules) -> int | None:
    """Months × base × rate; None where the area takes none or has no base."""
    if not rules.retirement_lump_per_mille or facts.base_fen is None:
        return None
    return (missing * facts.base_fen * rules.retirement_lump_per_mille * 2 + 1000) // 2000
