"""Which days the counters work: our own overrides, then the published holiday calendar, then Monday to Friday."""

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar

ONE_DAY = timedelta(days=1)


def is_workday(day: date, *, overrides: Mapping[date, bool]) -> bool:
    """The calendar's data end with the year last announced; later years count weekdays until an override says more."""
    if day in overrides:
        return overrides[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_workdays(start: date, *, days: int, overrides: Mapping[date, bool]) -> date:
    """The last day of a term of `days` working days; the start day is not counted. 0 days end on the start day."""
    if days < 0:
        raise ValueError("A term has no negative length.")
    day = start
    while days:
        day += ONE_DAY
        days -= is_workday(day, overrides=overrides)
    return day


def subtract_workdays(end: date, *, days: int, overrides: Mapping[date, bool]) -> date:
    """The latest day after which `days` working days have gone by when `end` has; 0 days give `end`."""
    if days < 0:
        raise ValueError("A term has no negative length.")
    day = end
    while days:
        days -= is_workday(day, overrides=overrides)
        day -= ONE_DAY
    return day


def workdays_between(start: date, end: date, *, overrides: Mapping[date, bool]) -> int:
    """Working days after `start` up to and with `end`: what add_workdays would need. 0 when `end` is not later."""
    return sum(is_workday(start + ONE_DAY * number, overrides=overrides) for number in range(1, (end - start).days + 1))
