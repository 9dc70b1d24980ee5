"""What of a closing leaves the hall as a file, and the aid settlement list; every file is logged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from insured.labels import SCHEMES
from insured.models import PoolingArea
from insured.services.disclosure import disclose
from payments import labels
from payments.models import Bill
from payments.policy.closing import Parts
from payments.services.closing import Cell, Movement, aided_bills, in_words, movements, sheet_of, span
from payments.services.export import FORMATS, MOST_ROWS, ExportedFile
from payments.spreadsheet import Column, Table, Value
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.masking import mask_name

PART_COLUMNS = (
    Column("个人缴费（元）", "fen"),
    Column("单位缴费（元）", "fen"),
    Column("滞纳金（元）", "fen"),
    Column("暂收款（元）", "fen"),
    Column("收到款项合计（元）", "fen", 18),
    Column("财政补助（元）", "fen"),
    Column("医疗救助资助（元）", "fen", 18),
)
AREA, EXPORT_ROWS = "area", "export-rows"
NO_BILL = "没有账单（暂收款等）"
__all__ = ["FORMATS"]


@dataclass(frozen=True, slots=True)
class Owned:
    """A movement and whose bill it is about."""

    movement: Movement
    bill: Bill | None

    @property
    def whose(self) -> str:
        """A masked name with the number, or the unit."""
        if self.bill is None:
            return ""
        if self.bill.person is not None:
            return f"{mask_name(self.bill.person.name)}（{self.bill.person.number}）"
        return self.bill.employer.name if self.bill.employer else ""


def with_owners(found: Sequence[Movement]) -> Iterator[Owned]:
    """One statement."""
    bills = Bill.objects.select_related("person", "employer").in_bulk([one.bill_id for one in found if one.bill_id])
    return (Owned(one, bills.get(one.bill_id) if one.bill_id else None) for one in found)


def sheet_file(area: PoolingArea, *, kind: str, starts_on: date, format_code: str, by: User) -> ExportedFile:
    """The figures of a day or month by scheme, channel and kind."""
    columns = (Column("险种", width=22), Column("渠道"), Column("类型"), Column("笔数", "count"))
    late = Column("其中以前日期发生", "count")
    rows: list[tuple[Value, ...]] = [
        (*_names(cell), one.count, one.late, *_parts(one.parts))
        for cell, one in sheet_of(area.pk, kind=kind, starts_on=starts_on).items()
    ]
    title = f"{area.name}{in_words(kind, starts_on)}{labels.CLOSING_KINDS[kind]}"
    return area_file(
        area, title=title, columns=(*columns, late, *PART_COLUMNS), rows=rows, format_code=format_code, by=by
    )


def rows_file(area: PoolingArea, *, kind: str, starts_on: date, cell: Cell, format_code: str, by: User) -> ExportedFile:
    """The movements behind one figure. BusinessRuleError for more than MOST_ROWS."""
    begin, end = span(kind, starts_on)
    found = list(islice(movements(area.pk, begin=begin, end=end, cell=cell), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise BusinessRuleError(Reason("closing.too-many", {"limit": MOST_ROWS}))
    columns = (
        *(Column("险种", width=22), Column("渠道"), Column("类型"), Column("记账时间", width=20)),
        *(
            Column("发生时间", width=20),
            Column("交易号", width=30),
            Column("账单号", width=22),
            Column("谁的", width=28),
        ),
    )
    rows: list[tuple[Value, ...]] = [
        (
            *_names(one.movement.cell),
            _moment(one.movement.posted_at),
            _moment(one.movement.happened_at),
            one.movement.trade_no,
            one.bill.number if one.bill else "",
            one.whose,
            *_parts(one.movement.parts),
        )
        for one in with_owners(found)
    ]
    title = f"{area.name}{in_words(kind, starts_on)}明细"
    return area_file(area, title=title, columns=(*columns, *PART_COLUMNS), rows=rows, format_code=format_code, by=by)


def _names(cell: Cell) -> tuple[str, str, str]:
    return (
        SCHEMES.get(cell.scheme, NO_BILL),
        labels.CLOSING_CHANNELS.get(cell.channel, cell.channel),
        labels.CLOSING_MOVEMENTS.get(cell.kind, cell.kind),
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _parts(parts: Parts) -> tuple[int, ...]:
    return (
        parts.personal_fen,
        parts.unit_fen,
        parts.late_fee_fen,
        parts.suspense_fen,
        parts.received_fen,
        parts.fiscal_fen,
        parts.aid_fen,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AidLine:
    """One person whose contribution the medical aid paid, in whole or in part."""

    person_number: str
    name: str
    category: str
    period: str
    personal_fen: int
    aid_fen: int
    paid_on: date
    bill_number: str
    is_given_back: bool


def aid_lines(area_id: int, *, month: date) -> list[AidLine]:
    """In the order of their payment. Two statements."""
    return [_aid_line(bill) for bill in aided_bills(area_id, month=month)]


def _aid_line(bill: Bill) -> AidLine:
    category = next(
        (str(line.reason_params.get("category", "")) for line in bill.lines.all() if line.part == "aid"), ""
    )
    assert bill.paid_at is not None  # noqa: S101 - tells the type; the list is made by it
    return AidLine(
        person_number=bill.person.number if bill.person else "",
        name=mask_name(bill.person.name) if bill.person else "",
        category=category,
        period=bill.period,
        personal_fen=bill.personal_fen,
        aid_fen=bill.aid_fen,
        paid_on=bill.paid_at.astimezone(clock.SHANGHAI).date(),
        bill_number=bill.number,
        is_given_back=bill.status == Bill.REFUNDED,
    )


def aid_sums(lines: Iterable[AidLine]) -> list[tuple[str, int, int]]:
    """Category, persons and fen."""
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        count, fen = sums.get(line.category, (0, 0))
        sums[line.category] = (count + 1, fen + line.aid_fen)
    return [(category, count, fen) for category, (count, fen) in sorted(sums.items())]


def aid_file(area: PoolingArea, *, month: date, format_code: str, by: User) -> ExportedFile:
    """医疗救助资助结算清单."""
    columns = (
        *(Column("人员编号", width=20), Column("姓名"), Column("资助类别", width=20), Column("费款所属期")),
        *(Column("个人缴费（元）", "fen"), Column("医疗救助资助（元）", "fen", 18), Column("缴清日期")),
        *(Column("账单号", width=22), Column("备注")),
    )
    rows = [
        (
            *(one.person_number, one.name, one.category, one.period, one.personal_fen, one.aid_fen, one.paid_on),
            *(one.bill_number, "已退费" if one.is_given_back else ""),
        )
        for one in aid_lines(area.pk, month=month)
    ]
    title = f"{area.name}{month.year}年{month.month}月医疗救助资助结算清单"
    return area_file(area, title=title, columns=columns, rows=rows, format_code=format_code, by=by)


def area_file(
    area: PoolingArea,
    *,
    title: str,
    columns: tuple[Column, ...],
    rows: Iterable[tuple[Value, ...]],
    format_code: str,
    by: User,
) -> ExportedFile:
    """The file says who took it when; the log, too. BusinessRuleError beyond the limit of the day."""
    disclose(EXPORT_ROWS, subject_kind=AREA, subject_id=area.pk, reason=title, by=by)
    make, content_type = FORMATS[format_code]
    at = clock.now().astimezone(clock.SHANGHAI)
    notes = (("统筹区", area.name), ("导出人", by.display_name), ("导出时间", f"{at:%Y-%m-%d %H:%M}"))
    content = make(Table(title=title, columns=columns, rows=rows, notes=notes))
    return ExportedFile(name=f"{title}.{format_code}", content_type=content_type, content=content)
