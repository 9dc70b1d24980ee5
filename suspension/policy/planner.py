"""The planner of coming back: for a payment day the ways side by side, each with its amount and its first day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from insured.policy.comeback import History, Return, employee_return, resident_return, useful_repairs
from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from insured.policy.window import collection_window
from payments.policy.amounts import ExtraLine, Line, flexible_lines, resident_lines, total
from payments.policy.funding import Funding, best_funding
from portal.errors import Reason

MAX_REPAIRS = 12
SOURCE = "本统筹区缴费标准"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPrice:
    """What a coverage year costs, in fen."""

    personal_fen: int
    fiscal_fen: int
    source: str
    is_provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPrice:
    """What a month of flexible employment is reckoned from, with its fixed amounts; it holds in these days."""

    starts_on: date
    ends_on: date | None = None
    base_fen: int
    rate: Decimal
    extra: tuple[ExtraLine, ...] = ()

    def holds_in(self, month: Month) -> bool:
        """Whether it is in force on the first day of the month."""
        return self.starts_on <= month.first_day and (self.ends_on is None or month.first_day <= self.ends_on)

    def lines(self, month: Month) -> tuple[Line, ...]:
        """What the month costs."""
        own = flexible_lines(months=[month], base_fen=self.base_fen, rate=self.rate)
        return (*own, *(one.line(month=month) for one in self.extra))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Everything an amount depends on; a year without a row has no standard yet, nor has a month that none holds in."""

    years: Mapping[int, YearPrice] = field(default_factory=dict)
    months: tuple[MonthPrice, ...] = ()
    fundings: tuple[Funding, ...] = ()

    def month(self, month: Month) -> MonthPrice | None:
        """What holds in a month: of several the one that came into force last."""
        return max((one for one in self.months if one.holds_in(month)), key=lambda one: one.starts_on, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody chose; what belongs to the other scheme is not looked at."""

    scheme: str
    paid_on: date
    coverage_year: int
    repair_years: int = 0
    pays_gap: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to come back, with its price; the label is labels.COMEBACKS[code].

    Without `lines` nobody knows yet what it costs. `wish` is what to ask for to get exactly this.
    """

    code: str
    wish: Wish
    back: Return
    lines: tuple[Line, ...] | None
    is_provisional: bool = False

    @property
    def amount_fen(self) -> int | None:
        """What the person pays, in fen; None when it is not known yet."""
        return None if self.lines is None else total(self.lines)


def option(wish: Wish, *, history: History, prices: Prices, rules: AreaRules) -> Option:
    """The one way that was asked for."""
    if wish.scheme == "390":
        return _resident(wish, history=history, prices=prices, rules=rules)
    return _employee(wish, history=history, prices=prices, rules=rules)


def options(wish: Wish, *, history: History, prices: Prices, rules: AreaRules) -> tuple[Option, ...]:
    """All ways of the scheme on that payment day, the plain one first."""
    if wish.scheme == "390":
        most = useful_repairs(history, coverage_year=wish.coverage_year, paid_on=wish.paid_on, rules=rules)
        counts = range(min(most, MAX_REPAIRS) + 1)
        wishes = [
            Wish(scheme="390", paid_on=wish.paid_on, coverage_year=wish.coverage_year, repair_years=count)
            for count in counts
        ]
    else:
        wishes = [
            Wish(scheme="310", paid_on=wish.paid_on, coverage_year=wish.coverage_year, pays_gap=pays_gap)
            for pays_gap in (True, False)
        ]
    found = [option(one, history=history, prices=prices, rules=rules) for one in wishes]
    if wish.scheme == "310" and found[0].back.months_due == found[1].back.months_due:
        return (found[0],)
    return tuple(found)


def years_on(paid_on: date, *, rules: AreaRules) -> tuple[int, ...]:
    """The coverage years that can be paid on that day: the running one, and the next while its window is open."""
    following = paid_on.year + 1
    is_open = collection_window(following, rules=rules).phase(paid_on) == "window"
    return (paid_on.year, following) if is_open else (paid_on.year,)


def best_year(paid_on: date, *, history: History, rules: AreaRules) -> int:
    """The running year where a payment still brings something in it, else the next one."""
    years = years_on(paid_on, rules=rules)
    running = resident_return(history, coverage_year=years[0], paid_on=paid_on, rules=rules)
    return years[-1] if running.is_refused or running.begins_on is None else years[0]


def pay_by(found: Option, *, today: date, rules: AreaRules) -> date:
    """Until when the bill of an approval of that day must be paid, so that what was promised still holds.

    310 is reckoned by calendar months: the last day of this one. 390 keeps its phase: the end of the window or of
    the extension; later some days, and not beyond the year, nor beyond the last day of newborns and exempt groups.
    """
    if found.back.scheme == "310":
        return Month.of(today).last_day
    window = collection_window(found.back.coverage_year, rules=rules)
    phase = window.phase(today)
    if phase == "window":
        return window.closes_on
    if phase == "extension" and window.extension_ends_on is not None:
        return window.extension_ends_on
    last = found.back.holds_until or window.year_ends_on
    return min(today + timedelta(days=rules.comeback_payment_days), window.year_ends_on, max(last, today))


def check_payable(found: Option) -> tuple[Reason, ...]:
    """Why this way brings nothing: its last reason says it."""
    return found.back.reasons[-1:] if found.back.is_refused or found.back.begins_on is None else ()


def check_priced(found: Option, *, area: str) -> tuple[Reason, ...]:
    """Whether it is known what it costs."""
    if found.lines is not None:
        return ()
    if found.back.scheme == "390":
        return (Reason("planner.no-standard", {"year": found.back.coverage_year, "area": area}, SOURCE),)
    return (Reason("planner.no-base", {"area": area}, SOURCE),)


def _resident(wish: Wish, *, history: History, prices: Prices, rules: AreaRules) -> Option:
    back = resident_return(
        history,
        coverage_year=wish.coverage_year,
        paid_on=wish.paid_on,
        rules=rules,
        repaired_years=wish.repair_years,
    )
    if back.is_paid_already:
        return Option(code="paid-ahead", wish=wish, back=back, lines=())
    price = prices.years.get(wish.coverage_year)
    lines = None
    if price is not None:
        standing = [one for one in prices.fundings if one.counts_in(wish.coverage_year)]
        funding = best_funding(standing, personal_fen=price.personal_fen)
        lines = resident_lines(
            year=wish.coverage_year,
            personal_fen=price.personal_fen,
            fiscal_fen=price.fiscal_fen,
            aid_fen=funding.aid_of(price.personal_fen) if funding else 0,
            repair_years=back.repaired_years,
            category=funding.category if funding else "",
            source=price.source,
        )
    return Option(
        code="repaired" if back.repaired_years else "plain",
        wish=wish,
        back=back,
        lines=lines,
        is_provisional=price is not None and price.is_provisional,
    )


def _employee(wish: Wish, *, history: History, prices: Prices, rules: AreaRules) -> Option:
    back = employee_return(history, paid_on=wish.paid_on, rules=rules, pays_gap=wish.pays_gap)
    found = [(month, prices.month(month)) for month in back.months_due]
    lines = None
    if all(price for _month, price in found):
        lines = tuple(line for month, price in found if price for line in price.lines(month))
    if back.is_paid_already:
        code = "paid-ahead"
    elif not back.interrupted_months:
        code = "continued" if history.last_paid or history.covered_until else "first"
    elif back.waiting_months:
        code = "too-long"
    else:
        code = "paid-up" if wish.pays_gap else "unpaid"
    return Option(code=code, wish=wish, back=back, lines=lines)
