"""Tables as XLSX and CSV files in which a program for spreadsheets finds no formula, whatever people have typed."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value = str | int | date | None
Kind = Literal["text", "count", "fen"]
BEGINS_A_FORMULA = frozenset("=+-@")
INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of characters before a formula that a program may drop: control, format, spaces."""
LONGEST_CELL = 32_767
XLSX, CSV = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv; charset=utf-8"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `fen` holds whole fen and is shown in yuan, `text` is never read as anything else."""

    title: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is to be exported; `notes` say who made it when and what for, on a sheet of their own."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Value, ...]]
    notes: tuple[tuple[str, str], ...] = ()


def is_risky(text: str) -> bool:
    """Whether a program may take it for a formula: = + - @ also full-width, also behind what it does not show."""
    for char in text:
        if unicodedata.category(char) in INVISIBLE:
            if char in "\t\r\n":
                return True
            continue
        return unicodedata.normalize("NFKC", char)[0] in BEGINS_A_FORMULA
    return False


def as_xlsx(table: Table) -> bytes:
    """The file; texts are text cells, those that look like formulas also carry Excel's quote prefix."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#EAF2FC", "border": 1})
        quoted, money = book.add_format({"quote_prefix": True}), book.add_format({"num_format": "#,##0.00"})
        sheet = book.add_worksheet(table.title[:31])
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.title, head)
        for line, row in enumerate(table.rows, start=1):
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                _write(sheet, (line, place), value, kind=column.kind, quoted=quoted, money=money)
        sheet.freeze_panes(1, 0)
        if table.notes:
            notes = book.add_worksheet("说明")
            notes.set_column(0, 1, 30)
            for line, (name, text) in enumerate(table.notes):
                notes.write_string(line, 0, name, head)
                _write(notes, (line, 1), text, kind="text", quoted=quoted, money=money)
    return file.getvalue()


def as_csv(table: Table) -> bytes:
    """UTF-8 with a mark that Excel needs; every cell in quotes, an apostrophe before what looks like a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_inert(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow(
            [_plain(value, kind=column.kind) for column, value in zip(table.columns, row, strict=True)],
        )
    return ("\ufeff" + file.getvalue()).encode()


def _write(
    sheet: Worksheet, place: tuple[int, int], value: Value, *, kind: Kind, quoted: Format, money: Format
) -> None:
    if value is None:
        return
    if isinstance(value, int) and kind == "fen":
        sheet.write_number(*place, Fraction(value, 100), money)
    elif isinstance(value, int) and kind == "count":
        sheet.write_number(*place, value)
    else:
        text = str(value)[:LONGEST_CELL]
        sheet.write_string(*place, text, quoted if is_risky(text) else None)


def _plain(value: Value, *, kind: Kind) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and kind != "text":
        return f"{Decimal(value).scaleb(-2):.2f}" if kind == "fen" else str(value)
    return _inert(str(value)[:LONGEST_CELL])


def _inert(text: str) -> str:
    return f"'{text}" if is_risky(text) else text
