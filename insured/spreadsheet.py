"""Tables that come from outside, CSV or XLSX: looked at before they are opened, read row by row."""

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from portal.errors import BusinessRuleError, Reason

MAX_ENTRIES, MAX_RATIO, MAX_TOTAL = 2_000, 100, 50 * 1024 * 1024
"""Of the archive that an XLSX file is: entries, unpacked over packed size, unpacked bytes of all."""
SOURCE = "文件安全检查"
DTD_SHARE = 64 * 1024
"""So much of the beginning of each part is searched for a document type; XML has it before its root."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row under the headings: its number as a spreadsheet program shows it, and the text of each cell."""

    no: int
    cells: dict[str, str]

    def get(self, title: str) -> str:
        """The text under a heading; empty where the row or the column has none."""
        return self.cells.get(title, "")


def _refuse(code: str, **params: object) -> BusinessRuleError:
    return BusinessRuleError(Reason(code, params, source=SOURCE))


def read_table(path: Path) -> tuple[list[str], Iterator[Line]]:
    """The headings and the rows that are not blank. BusinessRuleError when the file is not what it says it is.

    CSV is UTF-8 (with or without a mark) or GB 18030 and is streamed; of XLSX the first sheet is read.
    """
    rows = _xlsx_rows(path) if _is_xlsx(path) else _csv_rows(path)
    titles = [title.strip() for title in next(rows, [])]
    if not any(titles):
        raise _refuse("table.empty")
    if twice := sorted({title for title in titles if title and titles.count(title) > 1}):
        raise _refuse("table.heading-twice", titles="、".join(twice))
    return titles, _lines(titles, rows)


def _lines(titles: list[str], rows: Iterator[list[str]]) -> Iterator[Line]:
    for no, row in enumerate(rows, start=2):
        cells = [cell.replace("\0", "").strip() for cell in row]  # no database of ours keeps a NUL in a text
        if any(cells):
            yield Line(no, {title: cell for title, cell in zip(titles, cells, strict=False) if title})


def _is_xlsx(path: Path) -> bool:
    """Told by the first bytes and the name together; a file that says one thing and is another is refused."""
    with path.open("rb") as file:
        head = file.read(8)
    is_zip = head.startswith(b"PK\x03\x04")
    if is_zip != (path.suffix.lower() == ".xlsx") or path.suffix.lower() not in {".xlsx", ".csv"}:
        raise _refuse("table.kind")
    return is_zip


def check_archive(path: Path) -> None:
    """Refuse a bomb, a macro, a link to another file and a document type before anything unpacks the archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            packed = sum(entry.compress_size for entry in entries)
            total = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or total > MAX_TOTAL or total > MAX_RATIO * max(packed, 1):
                raise _refuse("table.too-big")
            names = [entry.filename for entry in entries]
            if any(re.search(r"vbaproject|externallinks/|activex|\.bin$", name, re.IGNORECASE) for name in names):
                raise _refuse("table.active")
            if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
                raise _refuse("table.kind")
            for entry in entries:
                if entry.flag_bits & 1 or _has_document_type(archive, entry):
                    raise _refuse("table.active")
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        raise _refuse("table.kind") from error


def _has_document_type(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return False
    with archive.open(entry) as part:
        head = part.read(DTD_SHARE)
    plain = head.replace(b"\0", b"").lower()
    return b"<!doctype" in plain or b"<!entity" in plain


def _xlsx_rows(path: Path) -> Iterator[list[str]]:
    check_archive(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for row in book.get_sheet_by_index(0).iter_rows():
                yield [_text(cell) for cell in row]
    except (CalamineError, ValueError, IndexError) as error:
        raise _refuse("table.kind") from error


def _text(cell: object) -> str:
    """A cell as it would be typed: days as 2026-03-10, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    return text.removesuffix(".0") if re.fullmatch(r"-?\d+\.0", text) else text


def _csv_rows(path: Path) -> Iterator[list[str]]:
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield from csv.reader(file, strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refuse("table.kind") from error


def _encoding(path: Path) -> str:
    """Read once through, so that a wrong one is not found half-way."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
