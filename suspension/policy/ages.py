"""How long a case has lain, in working days, in the classes that supervisors look at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Age:
    """A class of ages, both ends included; the last one has no end."""

    first: int
    last: int | None

    def holds(self, days: int) -> bool:
        """Whether so many working days belong to it."""
        return self.first <= days and (self.last is None or days <= self.last)

    def __str__(self) -> str:
        if self.last is None:
            return f"{self.first}个工作日以上"
        return f"{self.first}个工作日" if self.first == self.last else f"{self.first}至{self.last}个工作日"


AGES = (Age(0, 1), Age(2, 3), Age(4, 5), Age(6, 10), Age(11, None))


def age_of(days: int) -> Age:
    """The class of an age of so many working days, which is not negative."""
    return next(age for age in AGES if age.holds(days))


def tenths(total: int, *, of: int) -> str:
    """A mean with one decimal, rounded half up: 3.3 for 10 of 3; a dash of nothing."""
    if not of:
        return "—"
    value = (total * 20 + of) // (of * 2)
    return f"{value // 10}.{value % 10}"


def percent(part: int, *, of: int) -> str:
    """A share in whole percent, rounded down so that 100% means all; a dash of nothing."""
    return f"{part * 100 // of}%" if of else "—"
