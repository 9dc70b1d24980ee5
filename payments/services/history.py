"""Read a contribution history: what was received by year, scheme and place, the records as people read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Count, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from insured.labels import SCHEMES
from insured.models import AreaPolicy, CreditedMonths
from insured.policy.dates import Month, months_between
from payments.labels import BASIC_ITEM, EXTRA_ITEM, RECORD_STATUS, RECORD_TONES, period_text
from payments.models import ContributionRecord
from payments.models.records import ContributionRecordQuerySet
from payments.policy.years import BASIC, PaidSpan, PaidYears, paid_years

NEWEST_FIRST = ("-period_starts_on", "-id")
GIVEN_BACK = ("20", "991")
"""缴费类型 of money that went back."""
EM_PER_BAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """The four parts of what was received, in fen."""

    personal_fen: int = 0
    unit_fen: int = 0
    fiscal_fen: int = 0
    aid_fen: int = 0

    @property
    def total_fen(self) -> int:
        return self.personal_fen + self.unit_fen + self.fiscal_fen + self.aid_fen

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            personal_fen=self.personal_fen + other.personal_fen,
            unit_fen=self.unit_fen + other.unit_fen,
            fiscal_fen=self.fiscal_fen + other.fiscal_fen,
            aid_fen=self.aid_fen + other.aid_fen,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanSum:
    """All records of one scheme and place for the same months: how many, and what of them was received."""

    first: date
    last: date
    scheme: str
    area_code: str
    area_name: str
    records: int
    received: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSum:
    """All records that begin in one year."""

    year: int
    records: int
    received: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A record as it is read by people."""

    record: ContributionRecord
    period: str

    @classmethod
    def of(cls, record: ContributionRecord) -> Self:
        return cls(record=record, period=period_text(first=record.period_starts_on, last=record.period_ends_on))

    @property
    def scheme_name(self) -> str:
        return SCHEMES[self.record.scheme]

    @property
    def by_item(self) -> tuple[tuple[str, int], ...]:
        """基本 and 补充医疗保险费 of the person and the unit, in fen, where the record has both."""
        extra_fen = self.record.extra_personal_fen + self.record.extra_unit_fen
        basic_fen = self.record.personal_fen + self.record.unit_fen - extra_fen
        return ((BASIC_ITEM, basic_fen), (EXTRA_ITEM, extra_fen)) if extra_fen else ()

    @property
    def status(self) -> str:
        """Code of the 缴费状态."""
        if self.record.kind in GIVEN_BACK:
            return "given-back"
        return "received" if self.record.is_received else "on-the-way"

    @property
    def status_name(self) -> str:
        return RECORD_STATUS[self.status]

    @property
    def tone(self) -> str:
        """The colour of the status."""
        return RECORD_TONES[self.status]

    @property
    def total_fen(self) -> int:
        """All four parts together."""
        record = self.record
        return record.personal_fen + record.unit_fen + record.fiscal_fen + record.aid_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year of the history: its sum and its records, newest first."""

    year: int
    received: Amounts
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of the chart: its place from the top in em and its length in percent of the longest."""

    year: int
    fen: int
    top: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A bar for every year, the newest first; `height` is in em."""

    bars: tuple[Bar, ...]
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """Some lines in a row; `after` is the 凭证号 behind which the next ones begin, empty at the end."""

    lines: tuple[Line, ...]
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSum:
    """All records of one scheme for the same months in a unit: how many, of how many people, what was received."""

    period: str
    first: date
    scheme_name: str
    records: int
    persons: int
    received: Amounts


def span_sums(records: ContributionRecordQuerySet) -> list[SpanSum]:
    """Newest months first, in one statement; as many rows as months were paid for, however many records there are."""
    rows = (
        records.order_by()
        .values("period_starts_on", "period_ends_on", "scheme", "area__code", "area__name")
        .annotate(
            records=Count("pk"),
            personal=_received("personal_fen"),
            unit=_received("unit_fen"),
            fiscal=_received("fiscal_fen"),
            aid=_received("aid_fen"),
        )
        .order_by("-period_starts_on", "-period_ends_on", "scheme", "area__code")
    )
    return [
        SpanSum(
            first=row["period_starts_on"],
            last=row["period_ends_on"],
            scheme=row["scheme"],
            area_code=row["area__code"],
            area_name=row["area__name"],
            records=row["records"],
            received=Amounts(
                personal_fen=row["personal"], unit_fen=row["unit"], fiscal_fen=row["fiscal"], aid_fen=row["aid"]
            ),
        )
        for row in rows
    ]


def _received(field: str) -> Coalesce:
    return Coalesce(Sum(field, filter=Q(is_received=True)), 0)


def narrowed(spans: Iterable[SpanSum], *, area: str = "", scheme: str = "", year: int | None = None) -> list[SpanSum]:
    """The sums of one place, one scheme, one year; nothing given narrows nothing."""
    return [
        one
        for one in spans
        if area in {"", one.area_code} and scheme in {"", one.scheme} and year in {None, one.first.year}
    ]


def year_sums(spans: Iterable[SpanSum]) -> list[YearSum]:
    """The sums by year, newest first."""
    found: dict[int, YearSum] = {}
    for one in spans:
        year = one.first.year
        had = found.get(year) or YearSum(year=year, records=0, received=Amounts())
        found[year] = YearSum(year=year, records=had.records + one.records, received=had.received + one.received)
    return sorted(found.values(), key=lambda one: one.year, reverse=True)


def paid_years_of(
    spans: Iterable[SpanSum], *, day: date, credited: Iterable[CreditedMonths] = (), area_id: int | None = None
) -> PaidYears:
    """连续 and 累计缴费年限 of the basic schemes, as of that day's month.

    With what was `credited`: one statement more for the rules of the area that counts it, where there is any.
    """
    rows = list(credited)
    grace = AreaPolicy.objects.in_force(area_id=area_id, on=day).interruption_grace_months if rows and area_id else 0
    return paid_years(
        (
            PaidSpan(first=Month.of(one.first), last=Month.of(one.last), received_fen=one.received.total_fen)
            for one in spans
            if one.scheme in BASIC
        ),
        through=Month.of(day),
        credited=[one.as_credit() for one in rows],
        grace=grace,
    )


def months_paid(person_id: int, *, area_id: int, scheme: str) -> set[Month]:
    """The months of a scheme for which something was received in an area and not given back. One statement."""
    rows = ContributionRecord.objects.filter(
        person=person_id, area=area_id, scheme=scheme, is_received=True, personal_fen__gte=0
    )
    return {
        month
        for first, last in rows.values_list("period_starts_on", "period_ends_on")
        for month in months_between(Month.of(first), Month.of(last))
    }


def month_sums(records: ContributionRecordQuerySet) -> list[MonthSum]:
    """Newest months first, in one statement."""
    rows = (
        records.order_by()
        .values("period_starts_on", "period_ends_on", "scheme")
        .annotate(
            records=Count("pk"),
            persons=Count("person", distinct=True),
            personal=_received("personal_fen"),
            unit=_received("unit_fen"),
            fiscal=_received("fiscal_fen"),
            aid=_received("aid_fen"),
        )
        .order_by("-period_starts_on", "-period_ends_on", "scheme")
    )
    return [
        MonthSum(
            period=period_text(first=row["period_starts_on"], last=row["period_ends_on"]),
            first=row["period_starts_on"],
            scheme_name=SCHEMES[row["scheme"]],
            records=row["records"],
            persons=row["persons"],
            received=Amounts(
                personal_fen=row["personal"], unit_fen=row["unit"], fiscal_fen=row["fiscal"], aid_fen=row["aid"]
            ),
        )
        for row in rows
    ]


def lines_after(records: ContributionRecordQuerySet, *, after: str, rows: int) -> LinePage:
    """The newest lines, or those behind the record with this 凭证号; the way there costs the same on every page."""
    if after:
        mark = records.order_by().filter(number=after)
        first, key = Subquery(mark.values("period_starts_on")), Subquery(mark.values("pk"))
        behind = Q(period_starts_on__lt=first) | Q(pk__lt=key)
        records = records.filter(behind, period_starts_on__lte=first)
    found = list(records.select_related("employer", "person").order_by(*NEWEST_FIRST)[: rows + 1])
    lines = tuple(Line.of(one) for one in found[:rows])
    return LinePage(lines=lines, after=lines[-1].record.number if len(found) > rows else "")


def years_with_lines(records: ContributionRecordQuerySet, *, sums: Iterable[YearSum]) -> list[Year]:
    """The years of these sums with those of the records that lie in them, in one statement."""
    received = {one.year: one.received for one in sums}
    if not received:
        return []
    span = (date(min(received), 1, 1), date(max(received), 12, 31))
    lines: dict[int, list[Line]] = {year: [] for year in received}
    for record in records.filter(period_starts_on__range=span).select_related("employer").order_by(*NEWEST_FIRST):
        lines.setdefault(record.period_starts_on.year, []).append(Line.of(record))
    return [
        Year(year=year, received=received.get(year, Amounts()), lines=tuple(lines[year]))
        for year in sorted(lines, reverse=True)
    ]


def chart(by_year: dict[int, int], *, years: int | None = None) -> Chart | None:
    """Bars from the newest year back, also for years in which nothing was paid; all of them or the newest `years`."""
    longest = max(by_year.values(), default=0)
    if longest <= 0:
        return None
    oldest = min(by_year) if years is None else max(min(by_year), max(by_year) - years + 1)
    bars = tuple(
        Bar(
            year=year,
            fen=by_year.get(year, 0),
            top=EM_PER_BAR * place,
            percent=max(by_year.get(year, 0), 0) * 100 // longest,
        )
        for place, year in enumerate(range(max(by_year), oldest - 1, -1))
    )
    return Chart(bars=bars, height=EM_PER_BAR * len(bars))
