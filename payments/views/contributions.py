"""缴费记录: the history page with its files, and what other pages show of it (the newest records, the yearly chart)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from insured.models import Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.services.credits import standing_rows
from payments.filters import ContributionFilter
from payments.models import ContributionRecord
from payments.policy.owed import Owed, owed
from payments.services.export import FORMATS, ExportedFile, contributions_file
from payments.services.history import (
    NEWEST_FIRST,
    Amounts,
    Chart,
    Line,
    YearSum,
    chart,
    narrowed,
    paid_years_of,
    span_sums,
    year_sums,
    years_with_lines,
)
from portal import clock
from portal.accounts.models import User
from portal.masking import mask_id

CHART_YEARS, CHARTED_YEARS = 6, 10
"""Years of the chart in 个人中心, and on the page of the history."""
LATEST = 6
RECORDS_PER_PAGE = 24
EVERYTHING = "all"
"""Value of ?page= that shows every year, to be printed."""
MOST_ON_ONE_PAGE = 1000


class SignedInRequest(HttpRequest):
    """A request that SignInMiddleware let through: for types only."""

    user: User


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


def whole_years(sums: Iterable[YearSum]) -> list[list[YearSum]]:
    """Sums, newest year first, in pages of whole years with about RECORDS_PER_PAGE records."""
    pages: list[list[YearSum]] = []
    for year in sums:
        if pages and sum(one.records for one in (*pages[-1], year)) <= RECORDS_PER_PAGE:
            pages[-1].append(year)
        else:
            pages.append([year])
    return pages


@require_safe
def contributions(request: SignedInRequest) -> HttpResponse:
    """缴费记录 of oneself by year, narrowed down by 参保地, scheme and year; a page shows a few whole years."""
    today = clock.today()
    spans = span_sums(ContributionRecord.objects.visible_to(request.user))
    filters = ContributionFilter(request.GET, queryset=ContributionRecord.objects.visible_to(request.user))
    filters.offer(
        areas={one.area_code: one.area_name for one in spans},
        schemes={one.scheme for one in spans},
        years={one.first.year for one in spans},
    )
    filters.is_valid()
    wanted = filters.form.cleaned_data
    shown = narrowed(spans, area=wanted.get("area") or "", scheme=wanted.get("scheme") or "", year=wanted.get("year"))
    sums = year_sums(shown)
    records = sum(one.records for one in sums)
    person = InsuredPerson.objects.visible_to(request.user).first()
    credited = standing_rows(person.pk) if person else []
    is_whole = request.GET.get("page") == EVERYTHING and records <= MOST_ON_ONE_PAGE
    page = Paginator([sums] if is_whole else whole_years(sums), 1).get_page(request.GET.get("page"))
    context = {
        "person": person,
        "credited": credited,
        "form": filters.form,
        "is_narrowed": any(wanted.values()),
        "has_records": bool(spans),
        "years": years_with_lines(
            filters.filter_queryset(filters.queryset), sums=[one for years in page.object_list for one in years]
        ),
        "records": records,
        "received": sum((one.received for one in sums), Amounts()),
        "paid_years": paid_years_of(spans, day=today, credited=credited, area_id=person.area_id if person else None),
        "chart": chart({one.year: one.received.personal_fen for one in sums}, years=CHARTED_YEARS),
        "sums": sums,
        "can_show_everything": page.paginator.num_pages > 1 and records <= MOST_ON_ONE_PAGE,
        "page_obj": page,
        "today": today,
    }
    return render(request, "payments/contributions.html", context)


@require_safe
def contributions_export(request: SignedInRequest) -> HttpResponse:
    """The same records as a file: XLSX or CSV, the ID number masked."""
    person = InsuredPerson.objects.visible_to(request.user).first()
    format_code = request.GET.get("format", "xlsx")
    if person is None or format_code not in FORMATS:
        raise Http404
    filters = ContributionFilter(request.GET, queryset=ContributionRecord.objects.visible_to(request.user))
    filters.is_valid()
    notes = (
        ("参保人", f"{person.name}（{mask_id(person.id_number)}）"),
        ("导出日期", clock.today().isoformat()),
        ("说明", "网厅记录，仅供本人核对；盖章的缴费证明请到经办机构开具。"),
    )
    records = filters.filter_queryset(filters.queryset)
    return as_download(contributions_file(records, title="缴费记录", notes=notes, format_code=format_code))


def as_download(file: ExportedFile) -> HttpResponse:
    """The file to be saved and not opened here; no cache keeps it."""
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name) or ""
    response.headers["Cache-Control"] = "no-store"
    return response
