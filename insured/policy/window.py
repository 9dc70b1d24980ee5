"""When the resident scheme collects for a coverage year: window, extension, and late until the year is over."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from insured.policy.dates import Month, day_in
from insured.policy.rules import AreaRules

Phase = Literal["not_open", "window", "extension", "late", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionWindow:
    """The days of one coverage year; all of them are included, `extension_ends_on` is None where there is none."""

    coverage_year: int
    opens_on: date
    closes_on: date
    extension_ends_on: date | None

    @property
    def year_begins_on(self) -> date:
        return date(self.coverage_year, 1, 1)

    @property
    def year_ends_on(self) -> date:
        return date(self.coverage_year, 12, 31)

    def phase(self, on: date) -> Phase:
        """Where a payment on that day stands."""
        if on < self.opens_on:
            return "not_open"
        if on <= self.closes_on:
            return "window"
        if self.extension_ends_on is not None and on <= self.extension_ends_on:
            return "extension"
        return "late" if on <= self.year_ends_on else "over"


def collection_window(coverage_year: int, *, rules: AreaRules) -> CollectionWindow:
    """The window lies in the year before the coverage year, its extension at the beginning of that year."""
    extension_ends_on = None
    if rules.extension_ends_month:
        extension_ends_on = Month(coverage_year, rules.extension_ends_month).last_day
    return CollectionWindow(
        coverage_year=coverage_year,
        opens_on=day_in(coverage_year - 1, rules.window_start_month, rules.window_start_day),
        closes_on=day_in(coverage_year - 1, rules.window_end_month, rules.window_end_day),
        extension_ends_on=extension_ends_on,
    )


def next_filing_day(on: date, *, rules: AreaRules) -> date | None:
    """When stops are taken again, if they are not taken on that day; None when they are.

    The days of the month that are open are from `stop_filing_day_from` to `stop_filing_day_to`; in a month that is
    shorter the last day stands for the days it does not have.
    """
    opens_on = day_in(on.year, on.month, rules.stop_filing_day_from)
    closes_on = day_in(on.year, on.month, rules.stop_filing_day_to)
    if opens_on <= on <= closes_on:
        return None
    if on < opens_on:
        return opens_on
    following = closes_on.replace(day=1) + timedelta(days=31)
    return day_in(following.year, following.month, rules.stop_filing_day_from)
