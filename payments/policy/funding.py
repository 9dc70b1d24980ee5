"""资助参保: of several categories the one with the higher aid counts, and never two together (domain rule 2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """One category a person was recognised for; full funding pays the whole standard."""

    category: str
    recognised_on: date
    is_full: bool = False
    aid_fen: int = 0

    def aid_of(self, personal_fen: int) -> int:
        """What it pays of a personal standard, in fen."""
        return personal_fen if self.is_full else min(self.aid_fen, personal_fen)


def best_funding(options: Iterable[Funding], *, personal_fen: int) -> Funding | None:
    """The one that pays most; of equals the one recognised last, which may still be exempt from waiting."""
    return max(options, key=lambda one: (one.aid_of(personal_fen), one.recognised_on, one.category), default=None)
