"""结账: how a sum that comes for a bill is spread over its parts, however often and in whatever pieces it comes."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Self

PARTS = ("personal_fen", "unit_fen", "late_fee_fen")
"""The order in which a part payment settles: principal before the late fee (rule 2.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Sums of fen by part. The fiscal and the aid part come with the payment that completes a bill, never before."""

    personal_fen: int = 0
    unit_fen: int = 0
    fiscal_fen: int = 0
    aid_fen: int = 0
    late_fee_fen: int = 0
    suspense_fen: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    def __sub__(self, other: Self) -> Self:
        return type(self)(**{one.name: getattr(self, one.name) - getattr(other, one.name) for one in fields(self)})

    @property
    def received_fen(self) -> int:
        """What came in money: everything but the fiscal and the aid part."""
        return self.personal_fen + self.unit_fen + self.late_fee_fen + self.suspense_fen

    @property
    def total_fen(self) -> int:
        """Everything."""
        return self.received_fen + self.fiscal_fen + self.aid_fen


def settled(paid_fen: int, *, whole: Parts) -> Parts:
    """What of a bill is settled by a sum, from its beginning; `whole` are the bill's parts."""
    rest, found = max(paid_fen, 0), {}
    for name in PARTS:
        found[name] = min(rest, getattr(whole, name))
        rest -= found[name]
    is_whole = paid_fen >= whole.personal_fen + whole.unit_fen + whole.late_fee_fen
    fiscal_fen, aid_fen = (whole.fiscal_fen, whole.aid_fen) if is_whole else (0, 0)
    return Parts(fiscal_fen=fiscal_fen, aid_fen=aid_fen, **found)


def share_of(fen: int, *, before_fen: int, whole: Parts) -> Parts:
    """What a movement of `fen` (negative: given back) does to the parts of a bill on which so much was paid before.

    The shares of all movements of a bill come to what it settles, whatever they were.
    """
    return settled(before_fen + fen, whole=whole) - settled(before_fen, whole=whole)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
