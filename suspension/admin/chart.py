"""The timeline picture of a person: a row per year, twelve months, cover above and payments below. Numbers only."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month
from insured.services.overview import Span

LEFT, MONTH, TOP, ROW = 52, 30, 24, 36
"""In units of the picture: the column of years, a month, the line of months, a year."""
WIDTH = LEFT + 12 * MONTH + 4
YEARS = 6
"""So many years back; what lies before is not in the picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stroke in a row, from `x` on, and what it says."""

    x: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Year:
    """A row at height `y`: what was covered, what was paid."""

    year: int
    y: int
    covered: tuple[Bar, ...]
    paid: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A day: where it stands, and what it is."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The picture as data; a template draws it. `summary` says the same in a sentence."""

    years: tuple[Year, ...]
    months: tuple[tuple[int, int], ...]
    marks: tuple[Mark, ...]
    height: int
    summary: str
    width: int = WIDTH


def first_day(today: date) -> date:
    """Where the picture begins."""
    return date(today.year - YEARS + 1, 1, 1)


def chart_of(
    covered: Iterable[Span], paid: Iterable[tuple[Month, Month]], *, today: date, marks: Iterable[tuple[str, date]] = ()
) -> Chart:
    """`covered` and `paid` in any order; `marks` are days with a name, today is one of them in any case."""
    spans = sorted(covered, key=lambda span: span.starts_on)
    months = sorted(paid, key=lambda pair: pair[0].first_day)
    days = [("今天", today), *marks]
    first = _first_year(spans, months=months, today=today)
    last = max([today.year, *(day.year for _, day in days), *(until.year for _, until in months)])
    years = tuple(
        Year(
            year,
            TOP + place * ROW,
            tuple(_bars(year, spans=((span.starts_on, span.ends_on) for span in spans))),
            tuple(_bars(year, spans=((begin.first_day, until.last_day) for begin, until in months))),
        )
        for place, year in enumerate(range(first, last + 1))
    )
    return Chart(
        years=years,
        months=tuple((month, LEFT + (month - 1) * MONTH + MONTH // 2) for month in range(1, 13)),
        marks=tuple(
            Mark(_place(day), TOP + (day.year - first) * ROW, name) for name, day in days if first <= day.year <= last
        ),
        height=TOP + len(years) * ROW,
        summary=_summary(years),
    )


def _first_year(spans: list[Span], *, months: list[tuple[Month, Month]], today: date) -> int:
    begun = [span.starts_on.year for span in spans[:1]] + [begin.year for begin, _ in months[:1]]
    return max(first_day(today).year, min([today.year, *begun]))


def _bars(year: int, *, spans: Iterable[tuple[date, date | None]]) -> Iterator[Bar]:
    """The part of each span that lies in the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    for starts_on, ends_on in spans:
        begin, end = max(starts_on, first), min(ends_on or last, last)
        if begin <= end:
            x = _place(begin)
            yield Bar(x, max(_end(end) - x, 1), f"{begin:%Y-%m-%d} 至 {end:%Y-%m-%d}")


def _place(day: date) -> int:
    """Where a day begins."""
    return LEFT + (day.month - 1) * MONTH + (day.day - 1) * MONTH // monthrange(day.year, day.month)[1]


def _end(day: date) -> int:
    """Where a day ends."""
    return LEFT + (day.month - 1) * MONTH + day.day * MONTH // monthrange(day.year, day.month)[1]


def _summary(years: tuple[Year, ...]) -> str:
    return "；".join(f"{one.year}年{_said('有待遇', one.covered)}，{_said('已缴费', one.paid)}" for one in years)


def _said(what: str, bars: tuple[Bar, ...]) -> str:
    """The days, joined where one bar ends where the next begins."""
    runs: list[list[str]] = []
    end = None
    for bar in bars:
        begins, ends = bar.text.split(" 至 ")
        if runs and bar.x == end:
            runs[-1][1] = ends
        else:
            runs.append([begins, ends])
        end = bar.x + bar.width
    return f"{what}：" + ("、".join(f"{begins[5:]} 至 {ends[5:]}" for begins, ends in runs) or "无")
