"""结账: what was posted in an area on a day or in a month, by scheme, channel and part; and how it is closed.

A movement belongs to the day on which it is posted, so nothing that comes later changes a day that is over; one that
happened on an earlier day is shown as late.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from insured.services.staff import duties_of
from payments import labels
from payments.models import Bill, Closing, ClosingLine, LedgerEntry, OfflinePayment, OrderLine, Refund
from payments.policy.closing import Parts, next_month, share_of
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

FREE = ("none", "free")
"""Channel and kind of a bill that is funded in full: no money moves, fiscal and aid part come all the same."""
CHUNK = 2_000


class Cell(NamedTuple):
    """What the figures of a period are told apart by."""

    scheme: str
    channel: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of money for one bill (or for none: suspense), or a bill confirmed as free; money in is positive."""

    key: tuple[datetime, int]
    cell: Cell
    posted_at: datetime
    happened_at: datetime
    trade_no: str
    parts: Parts
    bill_id: int | None = None

    @property
    def day(self) -> date:
        return self.posted_at.astimezone(clock.SHANGHAI).date()

    @property
    def is_late(self) -> bool:
        """It happened on an earlier day than the one it was posted on."""
        return self.happened_at.astimezone(clock.SHANGHAI).date() < self.day


@dataclass(slots=True)
class Figures:
    """The sums of a cell."""

    count: int = 0
    late: int = 0
    parts: Parts = field(default_factory=Parts)

    def add(self, movement: Movement) -> None:
        self.count += 1
        self.late += movement.is_late
        self.parts += movement.parts


Sheet = dict[Cell, Figures]


def span(kind: str, starts_on: date) -> tuple[datetime, datetime]:
    """The first moment of a day or month, and the first one after it."""
    last = next_month(starts_on) if kind == Closing.MONTH else starts_on + timedelta(days=1)
    begin, end = (datetime.combine(day, time(), tzinfo=clock.SHANGHAI) for day in (starts_on, last))
    return begin, end


def movements(area_id: int, *, begin: datetime, end: datetime, cell: Cell | None = None) -> Iterator[Movement]:
    """Every movement of the area, row by row: first for bills, then suspense, then what was free."""
    if cell is None or cell.kind != FREE[1]:
        yield from _for_bills(area_id, begin=begin, end=end, cell=cell)
        yield from _suspense(area_id, begin=begin, end=end, cell=cell)
    if cell is None or cell.kind == FREE[1]:
        yield from _free(area_id, begin=begin, end=end)


def _for_bills(area_id: int, *, begin: datetime, end: datetime, cell: Cell | None) -> Iterator[Movement]:
    earlier = LedgerEntry.objects.filter(bill=OuterRef("bill"), account="contribution", pk__lt=OuterRef("pk"))
    before = earlier.order_by().values("bill").annotate(fen=Sum("fen")).values("fen")
    rows = LedgerEntry.objects.filter(account="contribution", bill__area=area_id)
    if cell is not None:
        rows = rows.filter(bill__scheme=cell.scheme, transaction__channel=cell.channel, transaction__kind=cell.kind)
    rows = rows.filter(transaction__posted_at__gte=begin, transaction__posted_at__lt=end)
    rows = rows.select_related("transaction", "bill").annotate(before=Coalesce(Subquery(before), 0)).order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        bill, posting = row.bill, row.transaction
        if bill is None:
            continue
        yield Movement(
            key=(posting.posted_at, row.pk),
            cell=Cell(bill.scheme, posting.channel, posting.kind),
            posted_at=posting.posted_at,
            happened_at=posting.happened_at,
            trade_no=posting.trade_no,
            parts=share_of(-row.fen, before_fen=-row.before, whole=_whole(bill)),
            bill_id=bill.pk,
        )


def _whole(bill: Bill) -> Parts:
    return Parts(
        personal_fen=bill.personal_fen,
        unit_fen=bill.unit_fen,
        fiscal_fen=bill.fiscal_fen,
        aid_fen=bill.aid_fen,
        late_fee_fen=bill.late_fee_fen,
    )


def _suspense(area_id: int, *, begin: datetime, end: datetime, cell: Cell | None) -> Iterator[Movement]:
    """Money that pays nothing: of orders whose bills are of the area, what came there without an order, and what went
    back to people whose payment had no bill.
    """
    if cell is not None and cell.scheme:
        return
    orders = OrderLine.objects.filter(bill__area=area_id).values("order")
    receipts = OfflinePayment.objects.filter(area=area_id).values("number")
    of_area = Q(transaction__order__in=orders) | Q(
        transaction__order__isnull=True,
        transaction__channel__in=labels.OFFLINE_CHANNELS,
        transaction__trade_no__in=receipts,
    )
    refunds = Refund.objects.filter(area=area_id, bill__isnull=True).values("number")
    of_area |= Q(transaction__order__isnull=True, transaction__trade_no__in=refunds)
    rows = LedgerEntry.objects.filter(of_area, account__in=["suspense", "unbilled"])
    if cell is not None:
        rows = rows.filter(transaction__channel=cell.channel, transaction__kind=cell.kind)
    rows = rows.filter(transaction__posted_at__gte=begin, transaction__posted_at__lt=end).order_by("pk")
    for row in rows.select_related("transaction").iterator(chunk_size=CHUNK):
        posting = row.transaction
        yield Movement(
            key=(posting.posted_at, row.pk),
            cell=Cell("", posting.channel, posting.kind),
            posted_at=posting.posted_at,
            happened_at=posting.happened_at,
            trade_no=posting.trade_no,
            parts=Parts(suspense_fen=-row.fen) if row.account == "suspense" else Parts(personal_fen=-row.fen),
        )


def _free(area_id: int, *, begin: datetime, end: datetime) -> Iterator[Movement]:
    """Bills without anything to pay, confirmed in the period."""
    bills = Bill.objects.filter(area=area_id, payable_fen=0, paid_at__gte=begin, paid_at__lt=end)
    for bill in bills.order_by("pk").iterator(chunk_size=CHUNK):
        paid_at = bill.paid_at or begin
        yield Movement(
            key=(paid_at, bill.pk),
            cell=Cell(bill.scheme, *FREE),
            posted_at=paid_at,
            happened_at=paid_at,
            trade_no="",
            parts=Parts(fiscal_fen=bill.fiscal_fen, aid_fen=bill.aid_fen),
            bill_id=bill.pk,
        )


def sheet_of(area_id: int, *, kind: str, starts_on: date) -> Sheet:
    """The figures of a day or month as the books have them now."""
    begin, end = span(kind, starts_on)
    sheet: Sheet = defaultdict(Figures)
    for movement in movements(area_id, begin=begin, end=end):
        sheet[movement.cell].add(movement)
    return dict(sorted(sheet.items()))


def days_of(area_id: int, *, month: date) -> dict[date, Figures]:
    """The days of a month on which something was posted, with their sums."""
    begin, end = span(Closing.MONTH, month)
    days: dict[date, Figures] = defaultdict(Figures)
    for movement in movements(area_id, begin=begin, end=end):
        days[movement.day].add(movement)
    return dict(sorted(days.items()))


def digest_of(sheet: Sheet) -> str:
    """The same for the same figures."""
    lines = [f"{cell}:{one.count}:{one.late}:{one.parts}" for cell, one in sorted(sheet.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def whole_of(sheet: Sheet) -> Figures:
    """The sum of all cells."""
    found = Figures()
    for one in sheet.values():
        found.count, found.late, found.parts = found.count + one.count, found.late + one.late, found.parts + one.parts
    return found


def kept_sheet(closing: Closing) -> Sheet:
    """The figures as they were closed."""
    return {
        Cell(line.scheme, line.channel, line.kind): Figures(
            line.count,
            line.late,
            Parts(
                personal_fen=line.personal_fen,
                unit_fen=line.unit_fen,
                fiscal_fen=line.fiscal_fen,
                aid_fen=line.aid_fen,
                late_fee_fen=line.late_fee_fen,
                suspense_fen=line.suspense_fen,
            ),
        )
        for line in closing.lines.order_by("scheme", "channel", "kind")
    }


def in_words(kind: str, starts_on: date) -> str:
    """2026-03-10, or 2026年3月."""
    return f"{starts_on.year}年{starts_on.month}月" if kind == Closing.MONTH else starts_on.isoformat()


def why_not_close(area_id: int, *, kind: str, starts_on: date, digest: str) -> tuple[Reason, ...]:
    """It is not over, closed already, has open days, or has changed since it was proposed."""
    words = in_words(kind, starts_on)
    _, end = span(kind, starts_on)
    if end > clock.now():
        return (Reason("closing.not-over", {"day": words}),)
    closed = Closing.objects.filter(area=area_id)
    if closed.filter(kind=kind, starts_on=starts_on).exists():
        return (Reason("closing.closed-already", {"day": words}),)
    if kind == Closing.MONTH:
        in_month = closed.filter(kind=Closing.DAY, starts_on__gte=starts_on, starts_on__lt=next_month(starts_on))
        done = set(in_month.values_list("starts_on", flat=True))
        if waiting := [day for day in days_of(area_id, month=starts_on) if day not in done]:
            return (Reason("closing.days-open", {"count": len(waiting), "day": waiting[0].isoformat()}),)
    if digest_of(sheet_of(area_id, kind=kind, starts_on=starts_on)) != digest:
        return (Reason("closing.changed", {"day": words}),)
    return ()


@business_transaction
def close_period(area_id: int, *, kind: str, starts_on: date, prepared_by: User, by: User) -> Closing:
    """Keep the figures of a day or month as they are; two different people. Checked again: nothing slips in between."""
    if not any(duties_of(by).has(role, area_id=area_id) for role in ("finance", "supervisor")):
        raise BusinessRuleError(Reason("proposal.not-yours-to-decide"))
    sheet = sheet_of(area_id, kind=kind, starts_on=starts_on)
    try:
        with transaction.atomic():
            closing = Closing.objects.create(
                area_id=area_id,
                kind=kind,
                starts_on=starts_on,
                digest=digest_of(sheet),
                prepared_by=prepared_by,
                closed_by=by,
                closed_at=clock.now(),
            )
    except IntegrityError:
        raise BusinessRuleError(Reason("closing.closed-already", {"day": in_words(kind, starts_on)})) from None
    ClosingLine.objects.bulk_create(_line(closing, cell=cell, figures=figures) for cell, figures in sheet.items())
    return closing


def _line(closing: Closing, *, cell: Cell, figures: Figures) -> ClosingLine:
    parts = figures.parts
    return ClosingLine(
        closing=closing,
        scheme=cell.scheme,
        channel=cell.channel,
        kind=cell.kind,
        count=figures.count,
        late=figures.late,
        personal_fen=parts.personal_fen,
        unit_fen=parts.unit_fen,
        fiscal_fen=parts.fiscal_fen,
        aid_fen=parts.aid_fen,
        late_fee_fen=parts.late_fee_fen,
        suspense_fen=parts.suspense_fen,
    )


def changed_closings() -> list[str]:
    """I11: closed days and months whose books, or whose own lines, do not say any more what they were closed with.

    Every movement since the first closing is read, row by row.
    """
    found = Closing.objects.select_related("area").order_by("area", "starts_on", "kind")
    return [
        f"{one.area.code} {in_words(one.kind, one.starts_on)}"
        for one in found.iterator(chunk_size=CHUNK)
        if {digest_of(kept_sheet(one)), digest_of(sheet_of(one.area_id, kind=one.kind, starts_on=one.starts_on))}
        != {one.digest}
    ]


def aided_bills(area_id: int, *, month: date) -> "list[Bill]":
    """医疗救助结算: bills with an aid part whose payment completed, or which were confirmed, in the month."""
    begin, end = span(Closing.MONTH, month)
    rows = Bill.objects.filter(area=area_id, aid_fen__gt=0, paid_at__gte=begin, paid_at__lt=end)
    counting = rows.filter(Q(status=Bill.PAID) | Q(status=Bill.REFUNDED)).annotate(who=F("person__number"))
    return list(counting.select_related("person").prefetch_related("lines").order_by("paid_at", "pk"))
