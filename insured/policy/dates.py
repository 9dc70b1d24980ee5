"""Calendar months as a type, and the few steps between dates that the rules need."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

_ISO_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written "2026-03" in forms and data and "2026年3月" for people."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Self:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-03" exactly; anything else raises ValueError."""
        match = _ISO_MONTH.fullmatch(text)
        if match is None:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(match[1]), int(match[2]))

    def iso(self) -> str:
        """The form in which `parse` reads it."""
        return f"{self.year:04d}-{self.month:02d}"

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __add__(self, months: int) -> "Month":
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, month + 1)

    def months_after(self, other: "Month") -> int:
        """How many months this one lies behind the other; negative when it lies before."""
        return (self.year - other.year) * 12 + self.month - other.month


@dataclass(frozen=True, slots=True)
class MonthSpan:
    """The months from first to last, both included; a single month is written once, a year is not written twice."""

    first: Month
    last: Month

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        end = f"{self.last.month}月" if self.first.year == self.last.year else str(self.last)
        return f"{self.first}至{end}"


@dataclass(frozen=True, slots=True)
class Length:
    """A number of calendar months, read as years and months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        return (f"{years}年" if years else "") + (f"{months}个月" if months or not years else "")


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """Every month from first to last, both included; empty when last lies before first."""
    return tuple(first + n for n in range(last.months_after(first) + 1))


def day_in(year: int, month: int, day: int) -> date:
    """That day of the year, or the last day of its month when the month is too short."""
    return min(date(year, month, 1) + timedelta(days=day - 1), Month(year, month).last_day)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it has no such day."""
    there = Month.of(day) + months
    return day_in(there.year, there.month, day.day)


def first_of_next_month(day: date) -> date:
    return (Month.of(day) + 1).first_day


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def day_before(day: date) -> date:
    return day - timedelta(days=1)
