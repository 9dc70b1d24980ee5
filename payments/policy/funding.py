"""资助参保: of several categories the one with the higher aid counts, and never two together (domain rule 2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


def aid(personal_fen: int, *, is_full: bool, aid_fen: int) -> int:
    """What a category pays of a personal standard, in fen: all of it, or its amount."""
    return personal_fen if is_full else min(aid_fen, personal_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """One category a person was recognised for; full funding pays the whole standard."""

    category: str
    recognised_on: date
    is_full: bool = False
    aid_fen: int = 0
    first_year: int = 0
    last_year: int | None = None

    def counts_in(self, year: int) -> bool:
        """Whether the category is one of this coverage year."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def aid_of(self, personal_fen: int) -> int:
        """What it pays of a personal standard, in fen."""
        return aid(personal_fen, is_full=self.is_full, aid_fen=self.aid_fen)


def best_funding(options: Iterable[Funding], *, personal_fen: int) -> Funding | None:
    """The one that pays most; of equals the one recognised last, which may still be exempt from waiting."""
    return max(options, key=lambda one: (one.aid_of(personal_fen), one.recognised_on, one.category), default=None)
