"""缴费记录: the history page, and what other pages show of it (the newest records, the chart of yearly payments)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Self

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.labels import SCHEMES
from insured.models import Enrollment, InsuredPerson
from insured.policy.dates import Month
from payments.filters import ContributionFilter
from payments.labels import period_text
from payments.models import ContributionRecord, ContributionRecordQuerySet
from payments.policy.owed import Owed, owed
from portal import clock
from portal.accounts.models import User

CHART_YEARS = 6
LATEST = 6
RECORDS_PER_PAGE = 24
NEWEST_FIRST = ("-period_starts_on", "-id")


class SignedInRequest(HttpRequest):
    """A request that LoginRequiredMiddleware let through: for types only."""

    user: User


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
class YearSum:
    """All records of one scheme in one year: how many, and what of them was received."""

    year: int
    scheme: str
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
    personal_fen: int
    top: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The person's own payments of the last years, this year first; `height` is in em."""

    bars: tuple[Bar, ...]
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """What a person who pays oneself still owes: payments on their way, and months without one."""

    on_the_way: int
    on_the_way_fen: int
    owed: Owed

    @property
    def is_nothing(self) -> bool:
        return not self.on_the_way and not self.owed.months


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """The newest records and the yearly chart; neither is there when nothing was paid in these years."""

    lines: tuple[Line, ...]
    chart: Chart | None


def year_sums(user: User) -> list[YearSum]:
    """Every year and scheme the account's person has records of, newest first, in one statement."""
    rows = (
        ContributionRecord.objects.visible_to(user)
        .annotate(year=ExtractYear("period_starts_on"))
        .values("year", "scheme")
        .annotate(
            records=Count("pk"),
            personal=_received("personal_fen"),
            unit=_received("unit_fen"),
            fiscal=_received("fiscal_fen"),
            aid=_received("aid_fen"),
        )
        .order_by("-year", "scheme")
    )
    return [
        YearSum(
            year=row["year"],
            scheme=row["scheme"],
            records=row["records"],
            received=Amounts(
                personal_fen=row["personal"], unit_fen=row["unit"], fiscal_fen=row["fiscal"], aid_fen=row["aid"]
            ),
        )
        for row in rows
    ]


def _received(field: str) -> Coalesce:
    return Coalesce(Sum(field, filter=Q(is_received=True)), 0)


def years_with_lines(records: ContributionRecordQuerySet, *, sums: Iterable[YearSum]) -> list[Year]:
    """The years of these sums with those of the records that lie in them, in one statement."""
    received: dict[int, Amounts] = {}
    for one in sums:
        received[one.year] = received.get(one.year, Amounts()) + one.received
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


def recent(user: User, *, day: date) -> Recent:
    """What was paid for this year and the five before it (a year ahead too), in one statement."""
    since = date(day.year - CHART_YEARS + 1, 1, 1)
    records = list(
        ContributionRecord.objects.visible_to(user).filter(period_starts_on__gte=since).order_by(*NEWEST_FIRST)
    )
    by_year: dict[int, int] = {}
    for record in records:
        if record.is_received:
            year = record.period_starts_on.year
            by_year[year] = by_year.get(year, 0) + record.personal_fen
    return Recent(lines=tuple(Line.of(record) for record in records[:LATEST]), chart=chart(by_year))


def unpaid(user: User, *, day: date) -> Unpaid | None:
    """欠费情况 in two statements; None without an active enrollment, or when the unit pays."""
    row = Enrollment.objects.visible_to(user).active().filter(is_basic=True).first()
    if row is None or row.is_through_unit:
        return None
    records = list(ContributionRecord.objects.visible_to(user).filter(enrollment=row).order_by(*NEWEST_FIRST)[:LATEST])
    on_the_way = [record.personal_fen for record in records if not record.is_received]
    monthly = [record.personal_fen for record in records if record.period_starts_on == record.period_ends_on]
    last_paid = Month.of(row.last_paid_month) if row.last_paid_month else None
    return Unpaid(
        on_the_way=len(on_the_way),
        on_the_way_fen=sum(on_the_way),
        owed=owed(last_paid=last_paid, this_month=Month.of(day), monthly_fen=monthly[0] if monthly else 0),
    )


def chart(by_year: dict[int, int]) -> Chart | None:
    """Bars for every year from the newest to the oldest, also those in which nothing was paid."""
    longest = max(by_year.values(), default=0)
    if longest <= 0:
        return None
    years = range(max(by_year), min(by_year) - 1, -1)
    bars = tuple(
        Bar(
            year=year,
            personal_fen=by_year.get(year, 0),
            top=3 * place,
            percent=max(by_year.get(year, 0), 0) * 100 // longest,
        )
        for place, year in enumerate(years)
    )
    return Chart(bars=bars, height=3 * len(bars))


def narrowed(sums: Iterable[YearSum], *, scheme: str, year: int | None) -> list[YearSum]:
    """The sums of one scheme, of one year, or of both; nothing given narrows nothing."""
    return [one for one in sums if scheme in {"", one.scheme} and year in {None, one.year}]


def whole_years(sums: Iterable[YearSum]) -> list[list[YearSum]]:
    """Sums, newest year first, in pages of whole years with about RECORDS_PER_PAGE records."""
    pages: list[list[YearSum]] = []
    for _, group in groupby(sums, key=attrgetter("year")):
        year = list(group)
        if pages and sum(one.records for one in (*pages[-1], *year)) <= RECORDS_PER_PAGE:
            pages[-1] += year
        else:
            pages.append(year)
    return pages


@require_safe
def contributions(request: SignedInRequest) -> HttpResponse:
    """缴费记录 of oneself by year, narrowed down by scheme and year; a page shows a few whole years."""
    sums = year_sums(request.user)
    filters = ContributionFilter(request.GET, queryset=ContributionRecord.objects.visible_to(request.user))
    filters.offer(schemes={one.scheme for one in sums}, years={one.year for one in sums})
    filters.is_valid()
    wanted = filters.form.cleaned_data
    shown = narrowed(sums, scheme=wanted.get("scheme", ""), year=wanted.get("year"))
    page = Paginator(whole_years(shown), 1).get_page(request.GET.get("page"))
    on_page = [one for years in page.object_list for one in years]
    context = {
        "person": InsuredPerson.objects.visible_to(request.user).first(),
        "form": filters.form,
        "is_narrowed": any(wanted.values()),
        "has_records": bool(sums),
        "years": years_with_lines(filters.filter_queryset(filters.queryset), sums=on_page),
        "records": sum(one.records for one in shown),
        "received": sum((one.received for one in shown), Amounts()),
        "page_obj": page,
        "today": clock.today(),
    }
    return render(request, "payments/contributions.html", context)
