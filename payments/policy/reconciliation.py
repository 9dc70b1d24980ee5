"""对账: how the bill file of a gateway's day differs from the ledger; every difference is named, none is repaired."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple


class Key(NamedTuple):
    """What both sides know a movement by: the trade number of a payment, our number of a refund."""

    kind: str
    """payment or refund."""
    number: str


class Kind(StrEnum):
    """How the two sides differ; the wording is labels.DIFFERENCE_KINDS."""

    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"
    AMOUNT = "amount"
    STATE = "state"
    """They were paid for an order of ours that is not paid here."""
    DUPLICATE = "duplicate"
    OTHER_DAY = "other_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A movement in our books; the amount is positive for refunds, too."""

    key: Key
    fen: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the file."""

    key: Key
    fen: int
    order_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that somebody has to look into: what each side holds, in fen; nothing where it has no such movement."""

    kind: Kind
    key: Key
    ours_fen: int = 0
    theirs_fen: int = 0
    order_number: str = ""

    @property
    def gap_fen(self) -> int:
        """By how much their day is more than ours because of it; a refund counts the other way round."""
        gap = self.theirs_fen - self.ours_fen
        return gap if self.key.kind == "payment" else -gap


def classify(
    lines: Sequence[Line],
    *,
    day: date,
    postings: Sequence[Posting],
    orders: Collection[str] = (),
    elsewhere: Collection[Key] = (),
) -> list[Difference]:
    """Every difference of a day, in the order of the file, then what it leaves out.

    `postings` are those of the day and those of other days that the file names; `orders` the order numbers of the
    file that we know; `elsewhere` the movements that a file of another day names.
    """
    ours = {one.key: one for one in postings}
    theirs: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        theirs[line.key].append(line)
    found = [one for same in theirs.values() for one in _of_line(same, ours=ours, day=day, orders=orders)]
    for key, posting in ours.items():
        if posting.day == day and key not in theirs:
            kind = Kind.OTHER_DAY if key in elsewhere else Kind.OURS_ONLY
            found.append(Difference(kind=kind, key=key, ours_fen=posting.fen))
    return found


def _of_line(
    same: Sequence[Line], *, ours: Mapping[Key, Posting], day: date, orders: Collection[str]
) -> Iterator[Difference]:
    """What is wrong with a movement that the file names once, or several times."""
    first, posting = same[0], ours.get(same[0].key)
    if posting is None:
        kind = Kind.STATE if first.order_number in orders else Kind.THEIRS_ONLY
        yield Difference(kind=kind, key=first.key, theirs_fen=first.fen, order_number=first.order_number)
    elif posting.day != day:
        # Its day has counted our side of it, so here only theirs stands.
        yield Difference(kind=Kind.OTHER_DAY, key=first.key, theirs_fen=first.fen, order_number=first.order_number)
    elif posting.fen != first.fen:
        yield Difference(
            kind=Kind.AMOUNT,
            key=first.key,
            ours_fen=posting.fen,
            theirs_fen=first.fen,
            order_number=first.order_number,
        )
    for again in same[1:]:
        yield Difference(kind=Kind.DUPLICATE, key=again.key, theirs_fen=again.fen, order_number=again.order_number)


def net_fen(movements: Sequence[Posting] | Sequence[Line]) -> int:
    """What came in less what went back."""
    return sum(one.fen if one.key.kind == "payment" else -one.fen for one in movements)


def agrees(*, ours_fen: int, theirs_fen: int, differences: Sequence[Difference]) -> bool:
    """Every fen by which the two days differ has a difference that names it."""
    return theirs_fen - ours_fen == sum(one.gap_fen for one in differences)


DAY_BEGINS = {"unionpay": time(23)}
"""At these gateways the settlement day begins the evening before."""


def span_of(day: date, *, gateway: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first moment of a gateway's day, and the first one after it."""
    begins = DAY_BEGINS.get(gateway)
    start = datetime.combine(day - timedelta(days=1) if begins else day, begins or time(0), tzinfo=zone)
    return start, start + timedelta(days=1)


def day_of(moment: datetime, *, gateway: str, zone: tzinfo) -> date:
    """The gateway's day that a moment belongs to."""
    local = moment.astimezone(zone)
    begins = DAY_BEGINS.get(gateway)
    return local.date() + timedelta(days=1) if begins and local.time() >= begins else local.date()
