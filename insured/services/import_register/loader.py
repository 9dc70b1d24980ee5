"""What a kind of file is: its columns, how its rows are judged and written. Also how a cell becomes a value."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

from insured.models import PoolingArea
from insured.spreadsheet import Line
from portal.errors import BusinessRuleError, Reason
from portal.money import parse_yuan

Row = TypeVar("Row")
"""What a row becomes, for example a NewPerson."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of the template, whether every row must fill it, and what is to be written there."""

    title: str
    is_needed: bool
    hint: str


def must(title: str, hint: str = "") -> Column:
    """A column that every row fills."""
    return Column(title, is_needed=True, hint=hint)


def may(title: str, hint: str = "") -> Column:
    """A column that may stay empty or away."""
    return Column(title, is_needed=False, hint=hint)


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Row]):
    """A row that may be taken (`new`), or why it may not."""

    line: Line
    new: Row | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Loader(Generic[Row]):
    """One kind of file. `judge` reads what a chunk refers to in a few statements; `write` takes what it let pass.

    `claims` is what only one row of a register may have → the code for the next one that wants it; a dry run, which
    leaves nothing behind that a later chunk could meet, finds repeats by it.
    """

    kind: str
    columns: tuple[Column, ...]
    judge: Callable[[Sequence[Line]], list[Verdict[Row]]]
    write: Callable[[Sequence[Row]], object]
    claims: Callable[[Row], Mapping[Hashable, str]]

    def missing(self, titles: Sequence[str]) -> list[str]:
        """Needed headings that a file does not have."""
        return [column.title for column in self.columns if column.is_needed and column.title not in titles]


def judged(lines: Sequence[Line], read: Callable[[Line], Row]) -> list[Verdict[Row]]:
    """Each row read, or the reason why it cannot be."""
    verdicts: list[Verdict[Row]] = []
    for line in lines:
        try:
            verdicts.append(Verdict(line, read(line)))
        except BusinessRuleError as error:
            verdicts.append(Verdict(line, reasons=error.reasons))
    return verdicts


def without(verdicts: list[Verdict[Row]], refused: Callable[[Row], str]) -> list[Verdict[Row]]:
    """Those rows refused for which there is a code."""
    return [
        replace(one, new=None, reasons=(Reason(code),)) if one.new and (code := refused(one.new)) else one
        for one in verdicts
    ]


def once_each(verdicts: list[Verdict[Row]], key: Callable[[Row], object]) -> list[Verdict[Row]]:
    """The first row of several with the same key; the others are repeats."""
    seen: set[object] = set()

    def repeated(new: Row) -> str:
        is_new = key(new) not in seen
        seen.add(key(new))
        return "" if is_new else "import.repeated"

    return without(verdicts, repeated)


def refusal(code: str, **params: object) -> BusinessRuleError:
    """One reason, raised."""
    return BusinessRuleError(Reason(code, params))


def needed(line: Line, title: str) -> str:
    """The text of a cell that may not be empty."""
    if not (text := line.get(title)):
        raise refusal("import.needed", title=title)
    return text


def short(line: Line, title: str, *, limit: int) -> str:
    """A needed text that fits its column."""
    text = needed(line, title)
    if len(text) > limit:
        raise refusal("import.too-long", title=title, limit=limit)
    return text


def chosen(line: Line, title: str, *, among: Mapping[str, str]) -> str:
    """A code of a table; the wording is understood, too."""
    text = needed(line, title)
    by_words = {words: code for code, words in among.items()}
    if (code := by_words.get(text, text)) not in among:
        raise refusal("import.code", title=title, choices="、".join(f"{code} {words}" for code, words in among.items()))
    return code


def day(line: Line, title: str) -> date:
    """2026-03-10, 2026/3/10 or 20260310."""
    text = re.sub(r"[/.年月]", "-", needed(line, title)).rstrip("日")
    for shape in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise refusal("import.day", title=title)


def first_of_month(line: Line, title: str) -> date:
    """2026-03, 202603 or any day of that month; the first of the month."""
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})(?:月|[-/]?\d{1,2})?", needed(line, title))
    try:
        if found:
            return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    raise refusal("import.month", title=title)


def fen(line: Line, title: str) -> int:
    """Yuan with at most two decimals; 0 where the cell is empty."""
    try:
        return parse_yuan(line.get(title).replace(",", "") or "0")
    except ValueError as error:
        raise refusal("import.amount", title=title) from error


def area_ids() -> dict[str, int]:
    """Code of a pooling area → its key."""
    return dict(PoolingArea.objects.values_list("code", "pk"))


def area_of(line: Line, *, areas: dict[str, int]) -> int:
    """The key of the area named in a row."""
    code = needed(line, "统筹区")
    if code not in areas:
        raise refusal("import.area")
    return areas[code]
