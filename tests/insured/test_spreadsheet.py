"""Files from outside: what may be read is read as it was typed, what may do harm is not opened."""

import os
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insured import spreadsheet
from portal.errors import BusinessRuleError

XML = '<?xml version="1.0"?><a/>'


def xlsx(path: Path, rows: list[list[object]]) -> Path:
    """A plain workbook."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, value, days)
                else:
                    sheet.write(line, place, value)
    return path


def with_part(path: Path, name: str, content: bytes | str) -> Path:
    """The workbook with one more part."""
    with zipfile.ZipFile(xlsx(path, [["a"], ["1"]]), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def code(path: Path) -> str:
    """Why the file is refused."""
    with pytest.raises(BusinessRuleError) as caught:
        list(spreadsheet.read_table(path)[1])
    return caught.value.reasons[0].code


def many(path: Path) -> Path:
    with zipfile.ZipFile(xlsx(path, [["a"]]), "a") as archive:
        for number in range(2_001):
            archive.writestr(f"part{number}.xml", XML)
    return path


def csv_in_disguise(path: Path) -> Path:
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


def broken(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    return path


def no_sheet(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    return path


def encrypted(path: Path) -> Path:
    data = bytearray(xlsx(path, [["a"]]).read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(data))
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "bomb": (lambda path: with_part(path, "xl/bomb.xml", b" " * 12_000_000), "table.too-big"),
    "much": (
        lambda path: with_part(path, "xl/much.xml", os.urandom(1_000_000) + b"ab" * 26_000_000),
        "table.too-big",
    ),
    "many parts": (many, "table.too-big"),
    "macro": (lambda path: with_part(path, "xl/vbaProject.bin", "x"), "table.active"),
    "external link": (lambda path: with_part(path, "xl/externalLinks/externalLink1.xml", XML), "table.active"),
    "document type": (
        lambda path: with_part(path, "xl/x.xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'),
        "table.active",
    ),
    "document type in UTF-16": (
        lambda path: with_part(path, "xl/x.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")),
        "table.active",
    ),
    "encrypted": (encrypted, "table.active"),
    "path upwards": (lambda path: with_part(path, "../x.xml", XML), "table.kind"),
    "text called xlsx": (csv_in_disguise, "table.kind"),
    "broken": (broken, "table.kind"),
    "no workbook": (no_sheet, "table.kind"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_dangerous_workbook_is_not_opened(what: str, tmp_path: Path) -> None:
    make, expected = BAD[what]

    assert code(make(tmp_path / "a.xlsx")) == expected


def test_a_workbook_called_csv_is_refused(tmp_path: Path) -> None:
    xlsx(tmp_path / "a.xlsx", [["a"]]).rename(tmp_path / "a.csv")

    assert code(tmp_path / "a.csv") == "table.kind"


@pytest.mark.parametrize(
    ("text", "expected"), [("", "table.empty"), ("\n1,2", "table.empty"), ("a,a", "table.heading-twice")]
)
def test_headings_are_there_and_differ(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")

    assert code(tmp_path / "a.csv") == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reads_text_as_programs_here_write_it(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('姓名,备注\n苏文岚,"一,二"\n,\n\n罗景行\n', encoding=encoding)

    titles, lines = spreadsheet.read_table(tmp_path / "a.csv")

    assert titles == ["姓名", "备注"]
    assert [(line.no, line.get("姓名"), line.get("备注")) for line in lines] == [
        (2, "苏文岚", "一,二"),
        (5, "罗景行", ""),
    ]


def test_reads_the_first_sheet_as_it_was_typed(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["编号", "日期", "金额"], [119901, date(2026, 3, 10), 380.5], ["", "", ""]])

    _, lines = spreadsheet.read_table(path)

    assert [(line.no, line.cells) for line in lines] == [(2, {"编号": "119901", "日期": "2026-03-10", "金额": "380.5"})]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), suffix=st.sampled_from([".csv", ".xlsx", ".xls", ""]))
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)

    codes: list[str] = []
    try:
        list(spreadsheet.read_table(path)[1])
    except BusinessRuleError as error:
        codes = [reason.code for reason in error.reasons]

    assert all(one.startswith("table.") for one in codes)
