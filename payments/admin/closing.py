"""结账 at the desk: a month day by day, the figures of a day or month, the rows behind a figure, files, and closing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from insured.labels import SCHEMES
from insured.models import PoolingArea
from insured.policy.roles import Right
from insured.services.staff import duties_of
from payments import labels
from payments.admin import desk
from payments.admin.finance_forms import MonthForm, ReasonForm
from payments.models import Closing, Proposal
from payments.policy.closing import Parts
from payments.services import closing, closing_files, proposals, reconciliation
from payments.services.closing import Cell, Figures
from payments.views.contributions import as_download
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason

if TYPE_CHECKING:
    ClosingBase = admin.ModelAdmin[Closing]
else:
    # Django's classes are generic for the type checker only.
    ClosingBase = admin.ModelAdmin

ROWS_SHOWN = 200
MONTHS_OFFERED = 13


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of a cell, and where its rows are."""

    cell: Cell
    figures: Figures
    address: str

    @property
    def scheme(self) -> str:
        return SCHEMES.get(self.cell.scheme, closing_files.NO_BILL)

    @property
    def channel(self) -> str:
        return labels.CLOSING_CHANNELS.get(self.cell.channel, self.cell.channel)

    @property
    def kind(self) -> str:
        return labels.CLOSING_MOVEMENTS.get(self.cell.kind, self.cell.kind)


def _area(request: HttpRequest) -> PoolingArea:
    """One of one's areas where one looks after money."""
    user = account_of(request)
    area = desk.area_of(request, by=user)
    if not duties_of(user).has("finance", area_id=area.pk):
        raise Http404
    return area


def _day(kind: str, text: str) -> date:
    """A day, or the first of a month; 404 for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    is_right = kind == Closing.DAY or (kind == Closing.MONTH and found.day == 1)
    if not is_right or found > clock.today() or found.year < 2000:
        raise Http404
    return found


def _address(name: str, area: PoolingArea, *args: str) -> str:
    return f"{reverse(f'admin:payments_closing_{name}', args=args)}?area={area.code}"


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """A month: its days with their sums and whether they are closed."""
    area, today = _area(request), clock.today()
    first = _day(Closing.MONTH, request.GET.get("month") or today.replace(day=1).isoformat())
    days = closing.days_of(area.pk, month=first)
    begin, end = closing.span(Closing.MONTH, first)
    closed = Closing.objects.filter(area=area, kind=Closing.DAY, starts_on__gte=begin.date(), starts_on__lt=end.date())
    done = {one.starts_on: one for one in closed.select_related("closed_by")}
    shown = sorted({*days, *done}, reverse=True)
    return desk.page(
        request,
        "admin/payments/closing/month.html",
        title=f"{area.name}{first.year}年{first.month}月结账",
        area=area,
        form=MonthForm(
            areas=[(one.code, one.name) for one in desk.areas_for(account_of(request))],
            months=[(one.isoformat(), f"{one.year}年{one.month}月") for one in _months(today)],
            initial={"area": area.code, "month": first.isoformat()},
        ),
        first=first,
        rows=[
            (day, days.get(day, Figures()), done.get(day), _address("show", area, Closing.DAY, day.isoformat()))
            for day in shown
        ],
        month_address=_address("show", area, Closing.MONTH, first.isoformat()),
        aid_address=_address("aid", area, first.isoformat()),
        list_address=reverse("admin:payments_closing_changelist"),
    )


def _months(today: date) -> list[date]:
    found = [today.replace(day=1)]
    while len(found) < MONTHS_OFFERED:
        year, number = found[-1].year, found[-1].month
        found.append(date(year - (number == 1), 12 if number == 1 else number - 1, 1))
    return found


@require_safe
def show(request: HttpRequest, kind: str, day: str) -> HttpResponse:
    """The figures of a day or month."""
    return _shown(request, kind, _day(kind, day))


def _shown(
    request: HttpRequest,
    kind: str,
    starts_on: date,
    *,
    form: ReasonForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    area, user = _area(request), account_of(request)
    closed = Closing.objects.filter(area=area, kind=kind, starts_on=starts_on).select_related(
        "closed_by", "prepared_by"
    )
    found = closed.first()
    sheet = closing.sheet_of(area.pk, kind=kind, starts_on=starts_on)
    is_changed = found is not None and closing.digest_of(sheet) != found.digest
    kept = closing.kept_sheet(found) if found and is_changed else None
    stands = (
        () if found else closing.why_not_close(area.pk, kind=kind, starts_on=starts_on, digest=closing.digest_of(sheet))
    )
    subject = f"{area.code}:{starts_on.isoformat()}"
    waiting = Proposal.objects.waiting().filter(kind=f"close-{kind}", subject=subject).first()
    begin, end = closing.span(kind, starts_on)
    come, to_close = reconciliation.files_between(begin.date(), last=(end - timedelta(days=1)).date())
    return desk.page(
        request,
        "admin/payments/closing/show.html",
        status=status,
        title=f"{area.name}{closing.in_words(kind, starts_on)}{labels.CLOSING_KINDS[kind]}",
        area=area,
        kind=kind,
        starts_on=starts_on,
        closing=found,
        is_changed=is_changed,
        lines=_lines(sheet, area=area, kind=kind, starts_on=starts_on),
        whole=closing.whole_of(sheet),
        kept=_lines(kept, area=area, kind=kind, starts_on=starts_on) if kept is not None else (),
        stands=stands,
        bill_files=come,
        bill_files_to_close=to_close,
        waiting=waiting,
        may_propose=Right.SETTLE in duties_of(user).rights,
        form=form or ReasonForm(),
        reasons=reasons,
        list_address=f"{_address('changelist', area)}&month={starts_on.replace(day=1).isoformat()}",
        files=[
            (name, f"{_address('file', area, kind, starts_on.isoformat(), code)}")
            for code, name in (("xlsx", "导出 Excel"), ("csv", "导出 CSV"))
        ],
        propose_address=_address("propose", area, kind, starts_on.isoformat()),
    )


def _lines(sheet: closing.Sheet, *, area: PoolingArea, kind: str, starts_on: date) -> list[Line]:
    base = _address("rows", area, kind, starts_on.isoformat())
    return [
        Line(cell, figures, f"{base}&scheme={cell.scheme}&channel={cell.channel}&kind={cell.kind}")
        for cell, figures in sheet.items()
    ]


@require_safe
def rows(request: HttpRequest, kind: str, day: str) -> HttpResponse:
    """The movements behind a figure, so many at a time; the file has them all."""
    area, starts_on = _area(request), _day(kind, day)
    cell = Cell(*(request.GET.get(name, "")[:12] for name in ("scheme", "channel", "kind")))
    try:
        skip = max(0, min(int(request.GET.get("from", "0")), 10**6))
    except ValueError:
        skip = 0
    begin, end = closing.span(kind, starts_on)
    found = closing.movements(area.pk, begin=begin, end=end, cell=cell)
    page = list(islice(found, skip, skip + ROWS_SHOWN + 1))
    address = _address("rows", area, kind, starts_on.isoformat())
    query = f"&scheme={cell.scheme}&channel={cell.channel}&kind={cell.kind}"
    return desk.page(
        request,
        "admin/payments/closing/rows.html",
        title=f"{closing.in_words(kind, starts_on)}明细",
        area=area,
        line=Line(cell, Figures(), ""),
        rows=list(closing_files.with_owners(page[:ROWS_SHOWN])),
        skip=skip,
        back_address=_address("show", area, kind, starts_on.isoformat()),
        next_address=f"{address}{query}&from={skip + ROWS_SHOWN}" if len(page) > ROWS_SHOWN else "",
        files=[
            (name, f"{_address('rows_file', area, kind, starts_on.isoformat(), code)}{query}")
            for code, name in (("xlsx", "导出 Excel"), ("csv", "导出 CSV"))
        ],
    )


def _format(code: str) -> str:
    if code not in closing_files.FORMATS:
        raise Http404
    return code


@require_safe
def sheet_file(request: HttpRequest, kind: str, day: str, code: str) -> HttpResponse:
    """The figures as a file."""
    area, starts_on = _area(request), _day(kind, day)
    try:
        file = closing_files.sheet_file(
            area, kind=kind, starts_on=starts_on, format_code=_format(code), by=account_of(request)
        )
    except BusinessRuleError as error:
        return _shown(request, kind, starts_on, reasons=error.reasons, status=422)
    return as_download(file)


@require_safe
def rows_file(request: HttpRequest, kind: str, day: str, code: str) -> HttpResponse:
    """The movements behind a figure as a file."""
    area, starts_on = _area(request), _day(kind, day)
    cell = Cell(*(request.GET.get(name, "")[:12] for name in ("scheme", "channel", "kind")))
    try:
        file = closing_files.rows_file(
            area, kind=kind, starts_on=starts_on, cell=cell, format_code=_format(code), by=account_of(request)
        )
    except BusinessRuleError as error:
        return _shown(request, kind, starts_on, reasons=error.reasons, status=422)
    return as_download(file)


@require_safe
def aid(request: HttpRequest, day: str) -> HttpResponse:
    """医疗救助结算清单 of a month."""
    return _aid_page(request, _day(Closing.MONTH, day))


def _aid_page(
    request: HttpRequest, first: date, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    area = _area(request)
    found = closing_files.aid_lines(area.pk, month=first)
    return desk.page(
        request,
        "admin/payments/closing/aid.html",
        status=status,
        reasons=reasons,
        title=f"{area.name}{first.year}年{first.month}月医疗救助资助结算清单",
        area=area,
        rows=found[:ROWS_SHOWN],
        count=len(found),
        sums=closing_files.aid_sums(found),
        aid_fen=sum(one.aid_fen for one in found),
        list_address=f"{_address('changelist', area)}&month={first.isoformat()}",
        files=[
            (name, _address("aid_file", area, first.isoformat(), code))
            for code, name in (("xlsx", "导出 Excel"), ("csv", "导出 CSV"))
        ],
    )


@require_safe
def aid_file(request: HttpRequest, day: str, code: str) -> HttpResponse:
    """The same as a file."""
    area, first = _area(request), _day(Closing.MONTH, day)
    try:
        file = closing_files.aid_file(area, month=first, format_code=_format(code), by=account_of(request))
    except BusinessRuleError as error:
        return _aid_page(request, first, reasons=error.reasons, status=422)
    return as_download(file)


@require_POST
def propose(request: HttpRequest, kind: str, day: str) -> HttpResponse:
    """Hand the figures in for the second person."""
    area, starts_on, user = _area(request), _day(kind, day), account_of(request)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, kind, starts_on, form=form, status=422)
    sheet = closing.sheet_of(area.pk, kind=kind, starts_on=starts_on)
    whole: Parts = closing.whole_of(sheet).parts
    new = proposals.NewProposal(
        kind=f"close-{kind}",
        area_id=area.pk,
        subject=f"{area.code}:{starts_on.isoformat()}",
        reason=form.cleaned_data["reason"],
        values={
            "starts_on": starts_on.isoformat(),
            "count": closing.whole_of(sheet).count,
            "received_fen": whole.received_fen,
            "fiscal_fen": whole.fiscal_fen,
            "medical_aid_fen": whole.aid_fen,
            "digest": closing.digest_of(sheet),
        },
    )
    return desk.done(
        request,
        lambda: proposals.proposal_page(proposals.propose(new, token=request.POST.get("token", ""), by=user).number),
        words="已提交，等另一位财务人员或主管复核后结账。",
        again=lambda reasons, status: _shown(request, kind, starts_on, form=form, reasons=reasons, status=status),
    )


def may_look(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Finance."""
    return desk.has_area(_admin, request) and "finance" in duties_of(account_of(request)).roles


@admin.register(Closing)
class ClosingAdmin(ClosingBase):
    """结账: none of Django's lists and forms."""

    has_module_permission = has_view_permission = may_look
    has_add_permission = has_change_permission = has_delete_permission = desk.nobody

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", month, "changelist"),
            ("aid/<str:day>/", aid, "aid"),
            ("aid/<str:day>/<str:code>/", aid_file, "aid_file"),
            ("<str:kind>/<str:day>/", show, "show"),
            ("<str:kind>/<str:day>/rows/", rows, "rows"),
            ("<str:kind>/<str:day>/rows/<str:code>/", rows_file, "rows_file"),
            ("<str:kind>/<str:day>/file/<str:code>/", sheet_file, "file"),
            ("<str:kind>/<str:day>/propose/", propose, "propose"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"payments_closing_{name}") for route, view, name in pages]
