"""分期缴费: whether months that are owed may be paid in parts, in how many, and by when each is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month, first_of_next_month
from insured.policy.rules import AREA, DECREE_43, READING, RULE_FIELDS, AreaRules
from payments.policy.effects import monthly_effect
from portal.errors import Reason
from suspension.policy.stop import ACTIVE, Check

LEAST = 2
"""Parts and months: one month alone is not parted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedMonth:
    """A bill of one month that is open: what is left to pay of it, in fen."""

    bill: str
    month: Month
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One instalment: the months that it pays for, and its last day."""

    no: int
    due_on: date
    months: tuple[OwedMonth, ...]

    @property
    def amount_fen(self) -> int:
        return sum(one.amount_fen for one in self.months)

    @property
    def text(self) -> str:
        """The months in words."""
        return "、".join(str(one.month) for one in self.months)


@dataclass(frozen=True, slots=True)
class Offer:
    """One instalment and what it brings."""

    part: Part
    brings: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentFacts:
    """What the rules need to know; `owed` holds the open months, the oldest first.

    `covered_from` is the first day of cover without an end, `is_new_cover` whether a payment of this month gave it.

    `interrupted_months` count as the rules of an interruption do. `running` is another application for instalments,
    `planned` the one whose plan is not paid yet.
    """

    today: date
    area_name: str
    rules: AreaRules
    scheme: str
    status: str
    is_through_unit: bool = False
    unit_name: str = ""
    is_deceased: bool = False
    owed: tuple[OwedMonth, ...] = ()
    interrupted_months: int = 0
    last_paid: Month | None = None
    covered_from: date | None = None
    is_new_cover: bool = False
    running: str = ""
    planned: str = ""


def instalment_checks(facts: InstalmentFacts, *, count: int | None = None) -> tuple[Check, ...]:
    """Every check with its answer, as the desk shows them; without a count the possible ones are looked at."""
    return (
        Check("instalments-open", _is_open(facts)),
        Check("instalments-own", _is_own(facts)),
        Check("instalments-once", _once(facts)),
        Check("instalments-owed", _owes(facts)),
        Check("instalments-count", _count(facts, count=count)),
    )


def check_instalments(facts: InstalmentFacts, *, count: int | None = None) -> tuple[Reason, ...]:
    """Why it cannot be; empty when it can. Where the area has no instalments, nothing else matters."""
    checks = instalment_checks(facts, count=count)
    return checks[0].reasons or tuple(reason for check in checks for reason in check.reasons)


def possible_counts(facts: InstalmentFacts) -> tuple[int, ...]:
    """In how many parts the owed months can be paid, each of at least the area's least amount."""
    most = min(facts.rules.instalments_max, len(facts.owed))
    return tuple(
        count
        for count in range(LEAST, most + 1)
        if all(part.amount_fen >= facts.rules.instalment_min_fen for part in split(facts.owed, count, on=facts.today))
    )


def split(owed: Sequence[OwedMonth], count: int, *, on: date) -> tuple[Part, ...]:
    """The oldest months first, in parts as even as can be, the bigger ones first; due at the ends of the months."""
    size, more = divmod(len(owed), count)
    parts = []
    begin = 0
    for no in range(1, count + 1):
        end = begin + size + (1 if no <= more else 0)
        parts.append(Part(no=no, due_on=(Month.of(on) + (no - 1)).last_day, months=tuple(owed[begin:end])))
        begin = end
    return tuple(parts)


def what_parts_bring(facts: InstalmentFacts, parts: Sequence[Part]) -> tuple[Offer, ...]:
    """What each instalment brings when it is paid in the month in which it is due, as the payment will be judged."""
    last_paid, cover = facts.last_paid, facts.covered_from
    found = []
    for part in parts:
        months = [one.month for one in part.months]
        effect = monthly_effect(
            paid_on=part.due_on, last_paid=last_paid, months_paid=months, rules=facts.rules, waits_until=cover
        )
        start = effect.benefit_starts_on or first_of_next_month(part.due_on)
        goes_on = cover is not None and cover < start
        params: dict[str, object] = {"start": start, "last": Month.of(start).last_day}
        found.append(Offer(part, Reason("instalments.part-next" if goes_on else "instalments.part-first", params)))
        cover = cover if goes_on else start
        last_paid = max(months)
    return tuple(found)


def what_else_to_know(facts: InstalmentFacts) -> tuple[Reason, ...]:
    """What instalments do not bring, what paying everything today would, and what a missed one means."""
    at_once = monthly_effect(
        paid_on=facts.today,
        last_paid=facts.last_paid,
        months_paid=[one.month for one in facts.owed],
        rules=facts.rules,
        waits_until=facts.covered_from,
        is_new_wait=facts.is_new_cover,
    )
    waiting = {"grace": facts.rules.interruption_grace_months, "waiting": facts.rules.interruption_waiting_months}
    return (
        Reason("instalments.restores", {}, DECREE_43),
        Reason("instalments.at-once", {"covered": at_once.covered_from}, DECREE_43),
        Reason("instalments.missed", waiting, READING),
    )


def other_help(facts: InstalmentFacts) -> tuple[Reason, ...]:
    """What else helps where there are no instalments."""
    if facts.scheme == "390":
        return (Reason("need.aid", source="国办发〔2024〕38号"),)
    grace = {"grace": facts.rules.interruption_grace_months}
    return (Reason("need.shorter", grace, DECREE_43), Reason("instalments.month-by-month", {}, AREA))


def _is_open(facts: InstalmentFacts) -> tuple[Reason, ...]:
    rules = facts.rules
    if not rules.instalments_are_open:
        return (Reason("instalments.closed", {"area": facts.area_name}, RULE_FIELDS["instalments_are_open"].source),)
    if not rules.instalments_first_month <= facts.today.month <= rules.instalments_last_month:
        months = {"first": rules.instalments_first_month, "last": rules.instalments_last_month}
        return (Reason("instalments.not-now", months, RULE_FIELDS["instalments_first_month"].source),)
    return ()


def _is_own(facts: InstalmentFacts) -> tuple[Reason, ...]:
    if facts.is_deceased:
        return (Reason("instalments.deceased"),)
    if facts.is_through_unit:
        return (Reason("instalments.through-unit", {"unit": facts.unit_name}, AREA),)
    if facts.scheme != "310":
        return (Reason("instalments.residents", {}, AREA),)
    if facts.status != ACTIVE:
        return (Reason("instalments.not-active", {}, AREA),)
    return ()


def _once(facts: InstalmentFacts) -> tuple[Reason, ...]:
    if facts.running:
        return (Reason("instalments.running", {"number": facts.running}),)
    if facts.planned:
        return (Reason("instalments.planned", {"number": facts.planned}),)
    return ()


def _owes(facts: InstalmentFacts) -> tuple[Reason, ...]:
    grace = facts.rules.interruption_grace_months
    if len(facts.owed) < LEAST:
        return (Reason("instalments.too-few", {"months": len(facts.owed)}, READING),)
    if facts.interrupted_months > grace:
        return (Reason("instalments.too-late", {"months": facts.interrupted_months, "grace": grace}, DECREE_43),)
    return ()


def _count(facts: InstalmentFacts, *, count: int | None) -> tuple[Reason, ...]:
    possible = possible_counts(facts)
    if not possible and len(facts.owed) >= LEAST:
        least = {"least_fen": facts.rules.instalment_min_fen}
        return (Reason("instalments.too-small", least, RULE_FIELDS["instalment_min_fen"].source),)
    if count is not None and possible and count not in possible:
        named = "、".join(str(one) for one in possible)
        return (Reason("instalments.bad-count", {"counts": named}, RULE_FIELDS["instalments_max"].source),)
    return ()
