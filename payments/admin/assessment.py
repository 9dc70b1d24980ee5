"""应缴核定 at the desk: runs with their progress, starting, holding and letting go on, and what came of one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments import labels
from payments.admin import desk
from payments.admin.finance_forms import RunForm
from payments.labels import period_text
from payments.models import AssessmentRun, Bill
from payments.services import assessment, left_out
from payments.services.export import FORMATS
from payments.views.contributions import as_download
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason

if TYPE_CHECKING:
    RunBase = admin.ModelAdmin[AssessmentRun]
else:
    # Django's classes are generic for the type checker only.
    RunBase = admin.ModelAdmin

RUNS_A_PAGE, SKIPS_A_PAGE, REFRESH_SECONDS = 20, 50, 4
STANDS_STILL = timedelta(minutes=3)
"""Without a chunk for so long, the page says that the worker is being waited for."""
LIST, SHOW = "admin/payments/assessment/list.html", "admin/payments/assessment/show.html"
SKIPPED = "admin/payments/assessment/skipped.html"


@dataclass(frozen=True, slots=True)
class Row:
    """A run in words."""

    run: AssessmentRun
    period: str
    percent: int
    state: str
    tone: str


def _row(run: AssessmentRun) -> Row:
    last = run.period_starts_on.replace(month=12) if run.kind == assessment.RESIDENT else run.period_starts_on
    period = period_text(first=run.period_starts_on, last=last)
    percent = 100 if run.finished_at else min(99, 100 * run.done // max(1, run.total))
    if run.finished_at:
        return Row(run, period, percent, "已完成", "ok")
    if run.paused_at:
        return Row(run, period, percent, "已暂停", "warn")
    is_still = clock.now() - (run.chunk_at or run.started_at) > STANDS_STILL
    return Row(run, period, percent, "等待后台处理" if is_still else "进行中", "wait")


@require_http_methods(["GET", "HEAD", "POST"])
def runs(request: HttpRequest) -> HttpResponse:
    """The newest first, and the form that starts one. Comes again while one is at work."""
    user = account_of(request)
    form = RunForm(
        request.POST if request.method == "POST" else None,
        areas=desk.areas_for(user),
        today=clock.today(),
        initial={"year": clock.today().year},
    )

    def shown(reasons: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
        found = AssessmentRun.objects.in_charge_of(user).select_related("area", "started_by").order_by("-pk")
        page = Paginator(found, RUNS_A_PAGE).get_page(request.GET.get("page"))
        rows = [_row(run) for run in page.object_list]
        is_running = any(row.run.finished_at is None and row.run.paused_at is None for row in rows)
        headers = {"Refresh": str(REFRESH_SECONDS)} if is_running and not form.is_bound else {}
        return desk.page(
            request,
            LIST,
            status=status,
            headers=headers,
            title="应缴核定",
            form=form,
            page=page,
            rows=rows,
            is_running=is_running,
            reasons=reasons,
        )

    if request.method != "POST":
        return shown()
    if not form.is_valid():
        return shown(status=422)
    typed = form.cleaned_data

    def act() -> str:
        run = assessment.start_run(
            kind=typed["kind"], area=typed["area"], period=form.period, token=request.POST.get("token", ""), by=user
        )
        return assessment.run_page(run.number)

    return desk.done(request, act, words="核定已经开始，后台分批进行，可以离开这个页面。", again=shown)


def _run(request: HttpRequest, number: str) -> AssessmentRun:
    found = AssessmentRun.objects.in_charge_of(account_of(request)).select_related("area", "started_by", "paused_by")
    return get_object_or_404(found, number=number)


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """How far it is, and what came of it."""
    return _shown(request, _run(request, number))


def _shown(
    request: HttpRequest, run: AssessmentRun, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    row = _row(run)
    is_running = run.finished_at is None and run.paused_at is None
    return desk.page(
        request,
        SHOW,
        status=status,
        headers={"Refresh": str(REFRESH_SECONDS)} if is_running else {},
        title=f"{run.area.name}{row.period}应缴核定",
        row=row,
        run=run,
        is_running=is_running,
        skipped=[(code, labels.ASSESSMENT_SKIPS.get(code, code), count) for code, count in sorted(run.skipped.items())],
        skipped_total=sum(run.skipped.values()),
        bills=_bills(run) if run.finished_at else (),
        reasons=reasons,
    )


def _bills(run: AssessmentRun) -> list[dict[str, Any]]:
    """What stands in the books for the area and period now, by state of the bills. One statement."""
    scheme = "390" if run.kind == assessment.RESIDENT else "310"
    found = Bill.objects.filter(
        area=run.area_id, scheme=scheme, kind="10", basis="", period_starts_on=run.period_starts_on
    ).exclude(status=Bill.VOID)
    found = found.filter(Q(enrollment__isnull=run.kind == assessment.UNIT))
    sums = found.values("status").annotate(
        count=Count("pk"),
        payable=Sum("payable_fen"),
        paid=Sum("paid_fen"),
        aid=Sum("aid_fen"),
        fiscal=Sum("fiscal_fen"),
    )
    return [one | {"name": labels.BILL_STATUS[one["status"]]} for one in sums.order_by("status")]


@require_safe
def skipped(request: HttpRequest, number: str) -> HttpResponse:
    """Whom it has left out, so many at a time; the file has them all."""
    run, why = _run(request, number), _why(request)
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
    found = left_out.page_of(run, why=why, after=start, size=SKIPS_A_PAGE + 1)
    rows, counts = found[:SKIPS_A_PAGE], left_out.counts_of(run)
    return desk.page(
        request,
        SKIPPED,
        title=f"没有开账单的：{_row(run).period}",
        run=run,
        rows=rows,
        why=why,
        tabs=[("", "全部", sum(counts.values()))]
        + [(code, labels.ASSESSMENT_SKIPS[code], count) for code, count in counts.items()],
        after=rows[-1].key if len(found) > SKIPS_A_PAGE else 0,
        is_first=not start,
    )


def _why(request: HttpRequest) -> str:
    why = request.GET.get("why", "")
    return why if why in labels.ASSESSMENT_SKIPS else ""


@require_safe
def skipped_file(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The same as a file."""
    run = _run(request, number)
    if code not in FORMATS:
        raise Http404
    try:
        file = left_out.left_out_file(run, why=_why(request), format_code=code, by=account_of(request))
    except BusinessRuleError as error:
        return _shown(request, run, error.reasons, 422)
    return as_download(file)


@require_POST
def pause(request: HttpRequest, number: str) -> HttpResponse:
    """暂停."""
    return _changed(request, number, assessment.pause_run, words="已暂停，已经开出的账单不受影响。")


@require_POST
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """继续."""
    return _changed(request, number, assessment.resume_run, words="继续核定，从暂停的地方接着做。")


def _changed(request: HttpRequest, number: str, service: Callable[..., AssessmentRun], *, words: str) -> HttpResponse:
    run = _run(request, number)

    def act() -> str:
        service(number, by=account_of(request))
        return assessment.run_page(number)

    return desk.done(request, act, words=words, again=lambda reasons, status: _shown(request, run, reasons, status))


@admin.register(AssessmentRun)
class AssessmentRunAdmin(RunBase):
    """应缴核定: none of Django's lists and forms."""

    has_module_permission = has_view_permission = desk.has_area
    has_add_permission = has_change_permission = has_delete_permission = desk.nobody

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", runs, "changelist"),
            ("<str:number>/", show, "show"),
            ("<str:number>/skipped/", skipped, "skipped"),
            ("<str:number>/skipped/<str:code>/", skipped_file, "skipped_file"),
            ("<str:number>/pause/", pause, "pause"),
            ("<str:number>/resume/", resume, "resume"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"payments_assessmentrun_{name}") for route, view, name in pages]
