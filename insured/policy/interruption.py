"""What an interruption of the employee scheme costs: retroactive cover or a waiting period (domain rule 2.5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, MonthSpan, first_of_next_month, months_between, next_day
from insured.policy.rules import AREA, DECREE_43, READING, AreaRules
from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEffect:
    """What a payment gives after an interruption.

    Benefits are paid from `benefit_start` on; with `retroactive_from` the months since then are reimbursed too, and
    `covered_from` is the first day of cover in either case. `months_due` are the months that make it retroactive.
    """

    interrupted_months: int
    months_due: tuple[Month, ...]
    is_paid_up: bool
    waiting_months: int
    retroactive_from: Month | None
    benefit_start: date
    covered_from: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptionOutlook:
    """What somebody who stops is told: pay up by `pay_up_by`, or wait `waiting_months` after a later payment."""

    pay_up_by: date
    waiting_months: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchTreatment:
    """Whether a change between 310 and 390 counts as uninterrupted cover."""

    interrupted_months: int
    is_continuous: bool
    reasons: tuple[Reason, ...]


def interrupted_months(*, last_paid: Month, paid_on: date) -> int:
    """The months from the first unpaid one to the month before the payment; 0 when there are none."""
    return max(Month.of(paid_on).months_after(last_paid) - 1, 0)


def lapsed_on(*, last_paid: Month, paid_in: Month | None, today: date) -> date | None:
    """The last covered day of somebody who pays 310 month by month and left a whole month out; None while none is.

    Cover ends with the last paid month (domain rule 2.3). The running month may still be paid until its last day (INF),
    so nobody is found without cover because of a payment that comes on the 20th. `paid_in` is the month in which it was
    paid last: where only an older month was paid then, it bought the month after the payment (domain rule 2.5).
    """
    is_behind = paid_in is not None and paid_in > last_paid
    latest = paid_in if paid_in is not None and is_behind else last_paid
    if Month.of(today).months_after(latest) <= 1:
        return None
    return (latest + 1).last_day if is_behind else latest.last_day


def payment_effect(
    *, rules: AreaRules, last_paid: Month, paid_on: date, months_paid: Collection[Month]
) -> PaymentEffect:
    """What a payment on that day for those months gives to a person whose last paid month is known."""
    payment_month = Month.of(paid_on)
    count = interrupted_months(last_paid=last_paid, paid_on=paid_on)
    if count == 0:
        return _continued(last_paid=last_paid, payment_month=payment_month)
    counted = Reason(
        "interruption.count",
        {"months": count, "span": MonthSpan(last_paid + 1, payment_month + -1), "paid": payment_month},
        AREA,
    )
    if count > rules.interruption_grace_months:
        return _too_long(rules=rules, count=count, payment_month=payment_month, counted=counted)
    due = months_between(last_paid + 1, payment_month)
    missing = tuple(month for month in due if month not in months_paid)
    if missing:
        return _not_paid_up(paid_on=paid_on, count=count, due=due, missing=missing, counted=counted)
    return _paid_up(rules=rules, paid_on=paid_on, count=count, due=due, counted=counted)


def _continued(*, last_paid: Month, payment_month: Month) -> PaymentEffect:
    start = (last_paid + 1).first_day
    return PaymentEffect(
        interrupted_months=0,
        months_due=months_between(last_paid + 1, payment_month),
        is_paid_up=True,
        waiting_months=0,
        retroactive_from=None,
        benefit_start=start,
        covered_from=start,
        reasons=(Reason("interruption.none", {"last": last_paid, "start": start}, AREA),),
    )


def _too_long(*, rules: AreaRules, count: int, payment_month: Month, counted: Reason) -> PaymentEffect:
    waiting = rules.interruption_waiting_months
    start = (payment_month + waiting).first_day
    params = {
        "months": count,
        "grace": rules.interruption_grace_months,
        "waiting": waiting,
        "paid": payment_month,
        "start": start,
    }
    return PaymentEffect(
        interrupted_months=count,
        months_due=(payment_month,),
        is_paid_up=False,
        waiting_months=waiting,
        retroactive_from=None,
        benefit_start=start,
        covered_from=start,
        reasons=(counted, Reason("interruption.too-long", params, DECREE_43)),
    )


def _not_paid_up(
    *, paid_on: date, count: int, due: tuple[Month, ...], missing: tuple[Month, ...], counted: Reason
) -> PaymentEffect:
    start = first_of_next_month(paid_on)
    names = "、".join(str(month) for month in missing)
    return PaymentEffect(
        interrupted_months=count,
        months_due=due,
        is_paid_up=False,
        waiting_months=0,
        retroactive_from=None,
        benefit_start=start,
        covered_from=start,
        reasons=(counted, Reason("interruption.not-paid-up", {"missing": names, "start": start}, READING)),
    )


def _paid_up(*, rules: AreaRules, paid_on: date, count: int, due: tuple[Month, ...], counted: Reason) -> PaymentEffect:
    start = {
        "payment_month": Month.of(paid_on).first_day,
        "next_month": first_of_next_month(paid_on),
        "next_day": next_day(paid_on),
    }[rules.interruption_start]
    back_from = due[0] if rules.interruption_is_retroactive else None
    reasons = [counted, Reason("interruption.paid-up", {"start": start}, _source(rules))]
    if back_from is not None:
        params = {"span": MonthSpan(back_from, Month.of(paid_on) + -1)}
        reasons.append(Reason("interruption.retroactive", params, DECREE_43))
    else:
        reasons.append(Reason("interruption.not-retroactive", {"start": start}, AREA))
    return PaymentEffect(
        interrupted_months=count,
        months_due=due,
        is_paid_up=True,
        waiting_months=0,
        retroactive_from=back_from,
        benefit_start=start,
        covered_from=start if back_from is None else back_from.first_day,
        reasons=tuple(reasons),
    )


def _source(rules: AreaRules) -> str:
    return DECREE_43 if rules.interruption_start == "payment_month" else AREA


def interruption_outlook(*, rules: AreaRules, last_paid: Month) -> InterruptionOutlook:
    """What an interruption that begins after this month will mean, for the notice before a stop."""
    by = (last_paid + 1 + rules.interruption_grace_months).last_day
    grace, waiting = rules.interruption_grace_months, rules.interruption_waiting_months
    code = "outlook.retroactive" if rules.interruption_is_retroactive else "outlook.not-retroactive"
    return InterruptionOutlook(
        pay_up_by=by,
        waiting_months=waiting,
        reasons=(
            Reason("outlook.no-benefits", {"first": (last_paid + 1).first_day}, AREA),
            Reason(code, {"by": by, "grace": grace}, DECREE_43 if rules.interruption_is_retroactive else AREA),
            Reason("outlook.waiting", {"by": by, "waiting": waiting}, DECREE_43),
        ),
    )


def switch_treatment(*, rules: AreaRules, covered_months: int, last_covered: Month, paid_on: date) -> SwitchTreatment:
    """Whether somebody who changes between 310 and 390 is treated as if cover had not been interrupted."""
    count = interrupted_months(last_paid=last_covered, paid_on=paid_on)
    params: dict[str, object] = {
        "covered": covered_months,
        "needed": rules.switch_min_covered_months,
        "months": count,
        "grace": rules.interruption_grace_months,
    }
    if covered_months < rules.switch_min_covered_months:
        code = "switch.too-short"
    elif count > rules.interruption_grace_months:
        code = "switch.too-long"
    else:
        code = "switch.continuous"
    return SwitchTreatment(
        interrupted_months=count,
        is_continuous=code == "switch.continuous",
        reasons=(Reason(code, params, DECREE_43),),
    )
