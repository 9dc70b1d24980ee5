"""银行代缴: whether a card number can be right, and on which days the bank is asked to pay."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from portal.errors import Reason

SHAPE = re.compile(r"[0-9]{16,19}")
LATEST_START = 3
"""So many months ahead a mandate may begin."""


def plain_number(text: str) -> str:
    """The digits of a card number as it is typed in groups."""
    return "".join(text.translate({code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}).split()).replace("-", "")


def check_number(number: str) -> tuple[Reason, ...]:
    """Why this is no card number: 16 to 19 digits, the last of them a check digit (Luhn)."""
    if not SHAPE.fullmatch(number):
        return (Reason("bank.number-shape"),)
    if _luhn(number) % 10:
        return (Reason("bank.number-check"),)
    return ()


def _luhn(number: str) -> int:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value // 10 + value % 10 for value in doubled)


def masked(number: str) -> str:
    """6222 **** **** 1234"""
    return f"{number[:4]} **** **** {number[-4:]}"


def is_debit_day(day: date, *, days: Sequence[int]) -> bool:
    """Whether the bank is asked on this day."""
    return day.day in days


def is_taken(due_on: date, *, on: date, days: Sequence[int], is_part: bool = False) -> bool:
    """Whether a bill is debited on that day: not behind its last day.

    A part of an instalment plan only in its own month, or where no debit day is left before its last day.
    """
    if due_on < on:
        return False
    is_its_month = (due_on.year, due_on.month) == (on.year, on.month)
    return not is_part or is_its_month or next_debit_day(on, days=days, until=due_on) is None


def next_debit_day(after: date, *, days: Sequence[int], until: date | None = None) -> date | None:
    """The next such day behind a day; None when that is beyond the last day to pay."""
    day = after + timedelta(days=1)
    while day.day not in days:
        day += timedelta(days=1)
    return day if until is None or day <= until else None


def first_months(today: date) -> tuple[date, ...]:
    """The months from which a mandate may begin: this one and the next."""
    return tuple(
        date(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1, 1)
        for ahead in range(LATEST_START + 1)
    )
