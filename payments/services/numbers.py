"""Public numbers in bulk: a load of hundred thousands is big enough to meet a repeat."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import models

from portal.identity import public_number, public_numbers

CHUNK = 500
REFUND_PREFIX = "TK"
"""退款编号 begin with 退款's initials."""


def free_numbers(model: type[models.Model], *, prefix: str, days: Sequence[date]) -> list[str]:
    """A number for each day that neither this batch nor the model's table has. One statement per 500."""
    drawn = {day: iter(public_numbers(prefix=prefix, on=day, count=count)) for day, count in Counter(days).items()}
    seen: set[str] = set()
    numbers = [_fresh(prefix, day=day, seen=seen, first=next(drawn[day])) for day in days]
    taken: set[str] = set()
    for start in range(0, len(numbers), CHUNK):
        some = model._default_manager.filter(number__in=numbers[start : start + CHUNK])
        taken.update(some.values_list("number", flat=True))
    if not taken:
        return numbers
    return [
        _fresh(prefix, day=day, seen=seen, first=number) if number in taken else number
        for day, number in zip(days, numbers, strict=True)
    ]


def _fresh(prefix: str, *, day: date, seen: set[str], first: str) -> str:
    """The first one unless it was seen; then another."""
    number = first
    while number in seen:
        number = public_number(prefix=prefix, on=day)
    seen.add(number)
    return number
