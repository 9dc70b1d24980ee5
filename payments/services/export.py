"""A contribution history as a file: the same lines as on the page, XLSX or CSV."""

from collections.abc import Iterable
from dataclasses import dataclass

from payments import labels, spreadsheet
from payments.models import ContributionRecord
from payments.models.records import ContributionRecordQuerySet
from payments.services.history import NEWEST_FIRST, Line
from payments.spreadsheet import Column, Table, Value
from portal.errors import BusinessRuleError, Reason
from portal.masking import mask_name

MOST_ROWS = 20_000
FORMATS = {"xlsx": (spreadsheet.as_xlsx, spreadsheet.XLSX), "csv": (spreadsheet.as_csv, spreadsheet.CSV)}
COLUMNS = (
    Column("费款所属期", width=24),
    Column("险种", width=22),
    Column("缴费类型"),
    Column("参保地"),
    Column("参保单位", width=28),
    Column("缴费基数（元）", "fen"),
    Column("个人缴费（元）", "fen"),
    Column("单位缴费（元）", "fen"),
    Column("财政补助（元）", "fen"),
    Column("医疗救助资助（元）", "fen", 18),
    Column("合计（元）", "fen"),
    Column("缴费方式"),
    Column("缴费状态"),
    Column("缴费日期"),
    Column("凭证号", width=22),
)

WHOSE = (Column("人员编号", width=20), Column("姓名"))
"""Columns before these in a unit's file; names are masked."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to be downloaded."""

    name: str
    content_type: str
    content: bytes


def contributions_file(
    records: ContributionRecordQuerySet,
    *,
    title: str,
    notes: Iterable[tuple[str, str]],
    format_code: str,
    is_of_unit: bool = False,
) -> ExportedFile:
    """The records, newest first, in one statement; a unit's file says whose each of them is.

    BusinessRuleError for more than MOST_ROWS; KeyError for a format that is none of FORMATS.
    """
    make, content_type = FORMATS[format_code]
    related = ("employer", "area", "person") if is_of_unit else ("employer", "area")
    found = list(records.select_related(*related).order_by(*NEWEST_FIRST)[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise BusinessRuleError(Reason("export.too-many", {"limit": MOST_ROWS}))
    rows = [(*_whose(one), *_row(Line.of(one))) if is_of_unit else _row(Line.of(one)) for one in found]
    columns = (*WHOSE, *COLUMNS) if is_of_unit else COLUMNS
    table = Table(title=title, columns=columns, rows=rows, notes=tuple(notes))
    return ExportedFile(name=f"{title}.{format_code}", content_type=content_type, content=make(table))


def _whose(record: ContributionRecord) -> tuple[Value, ...]:
    return record.person.number, mask_name(record.person.name)


def _row(line: Line) -> tuple[Value, ...]:
    record = line.record
    return (
        line.period,
        line.scheme_name,
        labels.CONTRIBUTION_KINDS[record.kind],
        record.area.name,
        record.employer.name,
        record.base_fen,
        record.personal_fen,
        record.unit_fen,
        record.fiscal_fen,
        record.aid_fen,
        line.total_fen,
        labels.CONTRIBUTION_WAYS[record.way],
        line.status_name,
        record.paid_on,
        record.number,
    )
