"""Exported files: what people typed stays text, money stays exact, and nothing in them is a formula."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from payments.spreadsheet import Column, Table, as_csv, as_xlsx, is_risky

RISKY = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "﹢1",
    "﹣1",
    "﹦1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\t张三",
    " =1+1",
    "　=1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    '=HYPERLINK("http://example.com","点这里")',
    "=cmd|' /C calc'!A0",
    "-",
    "=",
]
HARMLESS = ["", "张三", "2026-03-01", "1=1", "a@b.example", "示例市青禾软件有限公司", "'=1", "0026", "100%", " 张三"]
COLUMNS = (Column("姓名"), Column("个人缴费（元）", "fen"), Column("笔数", "count"))


def table(*texts: str) -> Table:
    return Table(title="缴费记录", columns=COLUMNS, rows=[(text, -40_000, 3) for text in texts])


def sheets(data: bytes) -> str:
    """The XML of every sheet of the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/"))


def rows_of_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", RISKY, ids=repr)
def test_knows_what_may_be_taken_for_a_formula(text: str) -> None:
    assert is_risky(text)


@pytest.mark.parametrize("text", HARMLESS, ids=repr)
def test_leaves_what_is_harmless_as_it_is(text: str) -> None:
    assert not is_risky(text)
    assert rows_of_csv(as_csv(table(text)))[1][0] == text


def test_a_workbook_has_no_formula_cell_and_no_link_and_quotes_what_looks_like_one() -> None:
    data = as_xlsx(table(*RISKY))

    inside = sheets(data)
    assert "<f>" not in inside
    assert "hyperlink" not in inside.lower()
    assert len(re.findall(r'<c r="A\d+" s="\d+" t="s">', inside)) == len(RISKY) + 1
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert 'quotePrefix="1"' in file.read("xl/styles.xml").decode()


def test_a_workbook_is_read_back_as_it_was_written() -> None:
    read = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(table("=1+1", "张三")))).get_sheet_by_index(0)

    assert read.to_python() == [
        ["姓名", "个人缴费（元）", "笔数"],
        ["=1+1", -400.0, 3.0],
        ["张三", -400.0, 3.0],
    ]


def test_no_cell_of_a_text_file_begins_like_a_formula() -> None:
    lines = rows_of_csv(as_csv(table(*RISKY)))[1:]

    assert [line[0] for line in lines] == [f"'{text}" for text in RISKY]
    assert {line[1] for line in lines} == {"-400.00"}


def test_every_cell_of_a_text_file_stands_in_quotes_so_that_no_other_separator_splits_it() -> None:
    text = as_csv(table("张三;=1+1")).decode("utf-8-sig")

    assert text == '"姓名","个人缴费（元）","笔数"\r\n"张三;=1+1","-400.00","3"\r\n'


def test_dates_are_text_and_what_is_missing_is_empty() -> None:
    found = Table(title="x", columns=(Column("日期"), Column("基数", "fen")), rows=[(date(2026, 3, 1), None)])

    assert rows_of_csv(as_csv(found))[1] == ["2026-03-01", ""]
    assert CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(found))).get_sheet_by_index(0).to_python()[1] == [
        "2026-03-01",
        "",
    ]


def test_notes_stand_on_a_sheet_of_their_own() -> None:
    found = Table(title="缴费记录", columns=COLUMNS, rows=[], notes=(("用途", "=核对"),))

    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(found)))

    assert book.sheet_names == ["缴费记录", "说明"]
    assert book.get_sheet_by_name("说明").to_python() == [["用途", "=核对"]]


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_becomes_a_formula(text: str) -> None:
    assert "<f>" not in sheets(as_xlsx(table(text)))
    assert not is_risky(rows_of_csv(as_csv(table(text)))[1][0])


@given(st.integers(min_value=-(10**13), max_value=10**13))
@settings(max_examples=200, deadline=None)
def test_money_is_written_to_the_fen(fen: int) -> None:
    found = Table(title="x", columns=(Column("金额", "fen"),), rows=[(fen,)])

    cell = rows_of_csv(as_csv(found))[1][0]

    assert cell == f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
