"""转移接续: may the record move, by when each side is done, and how the months count together (domain rule 2.9)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from insured.policy.dates import Month, months_between
from insured.policy.rules import DECREE_43, AreaRules
from portal.errors import Reason
from suspension.policy.stop import ACTIVE, ENDED, PAUSED, Check

OUT_WORKING_DAYS, IN_WORKING_DAYS = 10, 5
"""Working days of the area that is left and of the one that is joined; the day of acceptance does not count."""
SOURCE_TRANSFER = "医保办发〔2021〕43号"
SOURCE_LAW = "社会保险法第三十二条"
FIRST_YEAR = 1998
SOURCE_FIRST_YEAR = "国发〔1998〕44号"
"""职工医保 began."""
RETIRED = "12"
"""人员类别 that begin like this are retired."""


class Way(StrEnum):
    """Which sides are in this hall."""

    BETWEEN = "between"
    OUT = "out"
    IN = "in"


class Leg(StrEnum):
    """转出 and 转入; the wording is labels.LEGS."""

    OUT = "out"
    IN = "in"


DAYS = {Leg.OUT: OUT_WORKING_DAYS, Leg.IN: IN_WORKING_DAYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A record that is left or joined, as this hall knows it; an empty `status` means that it lies outside."""

    area: str
    status: str = ""
    is_retired: bool = False
    is_stop_ahead: bool = False
    """Paused from a day that has not come yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFacts:
    """What the rules need to know. A side without an area was not named yet."""

    way: Way
    source: Side
    target: Side
    is_deceased: bool = False
    running_number: str = ""


def transfer_checks(facts: TransferFacts) -> tuple[Check, ...]:
    """Every check with its answer, in the order the desk shows them."""
    return (
        Check("transfer-alive", (Reason("transfer.deceased", {}, SOURCE_TRANSFER),) if facts.is_deceased else ()),
        Check("transfer-working", _working(facts)),
        Check("transfer-places", _places(facts)),
        Check("transfer-stopped", _stopped(facts)),
        Check("transfer-joined", _joined(facts)),
        Check("transfer-once", _once(facts)),
    )


def check_transfer(facts: TransferFacts) -> tuple[Reason, ...]:
    """Why this is not accepted; empty when it is."""
    return tuple(reason for check in transfer_checks(facts) for reason in check.reasons)


def _working(facts: TransferFacts) -> tuple[Reason, ...]:
    if facts.source.is_retired or facts.target.is_retired:
        return (Reason("transfer.retired", {}, SOURCE_TRANSFER),)
    return ()


def _places(facts: TransferFacts) -> tuple[Reason, ...]:
    if not facts.source.area:
        return (Reason("transfer.no-source"),)
    if not facts.target.area:
        return (Reason("transfer.no-target"),)
    if facts.source.area == facts.target.area:
        return (Reason("transfer.same-area", {"area": facts.source.area}, SOURCE_TRANSFER),)
    return ()


def _stopped(facts: TransferFacts) -> tuple[Reason, ...]:
    """The area that is left must have stopped the record; outside this hall it says so itself, in its leg."""
    source = facts.source
    if facts.way is Way.IN or (source.status in (PAUSED, ENDED) and not source.is_stop_ahead):
        return ()
    code = "transfer.stop-ahead" if source.is_stop_ahead else "transfer.stop-first"
    return (Reason(code, {"area": source.area}, SOURCE_TRANSFER),)


def _joined(facts: TransferFacts) -> tuple[Reason, ...]:
    """The area that is joined must cover the person; outside this hall it says so itself, in its leg."""
    if facts.way is Way.OUT or facts.target.status == ACTIVE:
        return ()
    return (Reason("transfer.join-first", {"area": facts.target.area}, SOURCE_TRANSFER),)


def _once(facts: TransferFacts) -> tuple[Reason, ...]:
    if not facts.running_number:
        return ()
    return (Reason("transfer.running", {"number": facts.running_number}, SOURCE_TRANSFER),)


def months_in(spans: Iterable[tuple[Month, Month]]) -> tuple[Month, ...]:
    """Every month of spans from and to; one that two of them name stands there twice."""
    return tuple(month for first, last in spans for month in months_between(first, last))


def check_paper(
    spans: Sequence[tuple[Month, Month]], *, scheme: str, total: int | None, today: Month
) -> tuple[Reason, ...]:
    """What is wrong with a 《参保人员基本医疗保险信息表》 as it was typed; the sum on the paper finds a slip."""
    if not spans or not scheme or total is None:
        return (Reason("transfer.record-needed"),)
    months = months_in(spans)
    reasons = []
    if any(last < first for first, last in spans):
        reasons.append(Reason("transfer.span-backwards"))
    if len(set(months)) < len(months):
        reasons.append(Reason("transfer.spans-overlap"))
    if any(last > today for _, last in spans):
        reasons.append(Reason("transfer.span-ahead"))
    if any(first.year < FIRST_YEAR for first, _ in spans):
        reasons.append(Reason("transfer.span-too-early", {"year": FIRST_YEAR}, SOURCE_FIRST_YEAR))
    if not reasons and len(months) != total:
        reasons.append(Reason("transfer.sum-differs", {"total": total, "found": len(months)}))
    return tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an area says of the record: its scheme, and its months. `last` is None where there are none."""

    scheme: str
    months: int
    last: Month | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The months of both records together. `gap_months` lie between them without cover."""

    total_months: int
    employee_months: int
    gap_months: int
    is_continuous: bool
    reasons: tuple[Reason, ...]


def combine(
    left: Record, *, joined: Record, first_joined: Month | None, both: Collection[Month] = (), rules: AreaRules
) -> Combined:
    """累计 and 连续 after a transfer. `both` are months that stand in both records: they count once.

    Only months of 310 count for the years that a pension age asks for.
    """
    twice = len(both)
    total = left.months + joined.months - twice
    employee = sum(one.months for one in (left, joined) if one.scheme == "310")
    if left.scheme == joined.scheme == "310":
        employee -= twice
    gap = max(first_joined.months_after(left.last) - 1, 0) if first_joined and left.last else 0
    grace = rules.interruption_grace_months
    params = {"left": left.months, "joined": joined.months, "total": total, "employee": employee}
    is_continuous = gap <= grace
    code = "transfer.continuous" if is_continuous else "transfer.interrupted"
    return Combined(
        total_months=total,
        employee_months=employee,
        gap_months=gap,
        is_continuous=is_continuous,
        reasons=(
            Reason("transfer.together", params, SOURCE_LAW),
            *([Reason("transfer.twice", {"twice": twice}, SOURCE_LAW)] if twice else []),
            Reason(code, {"gap": gap, "grace": grace}, DECREE_43),
        ),
    )
