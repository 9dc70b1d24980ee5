"""The auditor's pages: who looked at what in their areas, and whether the audit chain is whole."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from portal.audit import labels, services
from portal.audit.adapters import as_csv, audited_by, disclose, names_of, person_looked_at
from portal.audit.forms import AccessFilterForm, LogExportForm, WhoseForm
from portal.audit.models import AccessLog, AuditCheck
from portal.audit.services import record_access
from portal.clock import SHANGHAI
from portal.errors import BusinessRuleError, Reason
from portal.paging import COUNTED_ROWS, BoundedPaginator

if TYPE_CHECKING:
    AccessBase = admin.ModelAdmin[AccessLog]
    CheckBase = admin.ModelAdmin[AuditCheck]
else:
    # Django's classes are generic for the type checker only.
    AccessBase = CheckBase = admin.ModelAdmin

PAGE_ROWS = 100
LATEST_CHECKS = 10
REFRESH_SECONDS = 5
EXPORTED_ROWS = 10_000
REFUSED = 429
"""A limit of the day is reached."""
HEADS = ("时间", "操作人", "动作", "对象", "用途", "说明", "请求编号")


def anybody(*_: object, **__: object) -> bool:
    """The site lets only auditors this far (insured/policy/roles.py)."""
    return True


def nobody(*_: object, **__: object) -> bool:
    """What was done is not edited."""
    return False


@dataclass(frozen=True, slots=True)
class Look:
    """A row of the access log in words."""

    row: AccessLog
    action: str
    subject: str
    purpose: str


def _look(row: AccessLog, *, names: Mapping[tuple[str, int], str]) -> Look:
    kind = labels.SUBJECTS.get(row.subject_kind, row.subject_kind)
    action = labels.ACTIONS.get(row.action, row.action)
    name = names.get((row.subject_kind, row.subject_id), str(row.subject_id))
    return Look(row, action, f"{kind} {name}", labels.PURPOSES.get(row.purpose, ""))


def _looks(rows: Iterable[AccessLog]) -> list[Look]:
    found = list(rows)
    names = names_of((row.subject_kind, row.subject_id) for row in found)
    return [_look(row, names=names) for row in found]


@admin.register(AccessLog)
class AccessLogAdmin(AccessBase):
    """The looks, reveals and exports of the staff of one's own areas, newest first."""

    has_module_permission = has_view_permission = anybody
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessLog]:
        """What people who hold or held a post in one's own areas looked at."""
        rows = AccessLog.objects.filter(user__in=audited_by(request.user).values("pk"))
        return rows.select_related("user").defer("user__phone").order_by("-id")

    def get_urls(self) -> list[URLPattern]:
        """The list, the box for a person, the file."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", access_log, "changelist"),
            ("find/", find, "find"),
            ("export/", export, "export"),
        ]
        wrap: Any = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"audit_accesslog_{name}") for route, view, name in pages]


@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """访问日志: one page, narrowed by what was asked for."""
    return _log_page(request)


def _asked(request: HttpRequest) -> tuple[AccessFilterForm, QuerySet[AccessLog]]:
    people = list(audited_by(request.user).order_by("display_name", "pk").values_list("handle", "display_name"))
    form = AccessFilterForm(request.GET, people=people)
    return form, form.narrowed(admin.site.get_model_admin(AccessLog).get_queryset(request), by=request.user)


def _log_page(
    request: HttpRequest,
    *,
    whose: WhoseForm | None = None,
    file: LogExportForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    form, rows = _asked(request)
    page = BoundedPaginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": "访问日志",
        "section": "access-log",
        "form": form,
        "whose": whose or WhoseForm(auto_id="whose_%s"),
        "file": file or LogExportForm(auto_id="file_%s"),
        "reasons": reasons,
        "person": form.cleaned_data.get("person", "") if form.is_valid() else "",
        "page": page,
        "looks": _looks(page.object_list),
        "counted_rows": COUNTED_ROWS,
        "exported_rows": EXPORTED_ROWS,
    }
    return TemplateResponse(request, "admin/audit/accesslog/change_list.html", context, status=status)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Whose data were looked at: from what was typed to the list with their 人员编号; the question is logged."""
    form = WhoseForm(request.POST, auto_id="whose_%s")
    if not form.is_valid():
        return _log_page(request, whose=form, status=422)
    person = person_looked_at(form.cleaned_data["typed"], by=request.user)
    if person is None:
        form.add_error("typed", "没有找到唯一的一个人。请核对，或填写完整身份证号；只查本人负责的统筹区。")
        return _log_page(request, whose=form, status=422)
    record_access(
        user=request.user,  # type: ignore[arg-type]
        action="audit-person",
        subject_kind="insuredperson",
        subject_id=person.pk,
        purpose="data-check",
    )
    asked = request.GET.copy()
    asked.pop("page", None)
    asked["person"] = person.number
    return HttpResponseRedirect(f"{reverse('admin:audit_accesslog_changelist')}?{asked.urlencode()}", status=303)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The rows of the list as a CSV file; its purpose is logged before it is given, so many times a day."""
    file = LogExportForm(request.POST, auto_id="file_%s")
    if not file.is_valid():
        return _log_page(request, file=file, status=422)
    _, rows = _asked(request)
    looks = _looks(rows[:EXPORTED_ROWS])
    typed = file.cleaned_data
    try:
        disclose(
            "export-log",
            subject_kind="accesslog",
            subject_id=looks[0].row.pk if looks else 0,
            purpose=typed["purpose"],
            reason=f"{typed['reason']}（{len(looks)}条）",
            by=request.user,
        )
    except BusinessRuleError as error:
        return _log_page(request, file=file, reasons=error.reasons, status=REFUSED)
    data = as_csv("访问日志", heads=HEADS, rows=(_cells(look) for look in looks))
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    name = content_disposition_header(as_attachment=True, filename="访问日志.csv")
    response.headers["Content-Disposition"] = name or ""
    return response


def _cells(look: Look) -> tuple[str, ...]:
    row = look.row
    at = f"{timezone.localtime(row.at, SHANGHAI):%Y-%m-%d %H:%M:%S}"
    return (at, row.user.display_name, look.action, look.subject, look.purpose, row.reason, row.request_id)


@dataclass(frozen=True, slots=True)
class Check:
    """A walk along the chains in words."""

    row: AuditCheck
    percent: int
    faults: tuple[tuple[str, str], ...]


def _check(row: AuditCheck) -> Check:
    percent = 100 if row.finished_at else min(99, 100 * row.rows_done // max(1, row.rows_total))
    faults = tuple(
        (labels.fault_place(table, row_id=row_id, fault=fault), labels.FAULTS[fault])
        for table, row_id, fault in row.faults
    )
    return Check(row, percent, faults)


@require_safe
def chain(request: HttpRequest) -> HttpResponse:
    """审计链: the newest link of each table, and what the latest checks found. Comes again while one is under way."""
    checks = [_check(row) for row in AuditCheck.objects.select_related("started_by").order_by("-id")[:LATEST_CHECKS]]
    is_running = any(check.row.finished_at is None for check in checks)
    context = {
        **admin.site.each_context(request),
        "title": "审计链",
        "section": "audit",
        "heads": services.heads(),
        "checks": checks,
        "is_running": is_running,
    }
    headers = {"Refresh": str(REFRESH_SECONDS)} if is_running else {}
    return TemplateResponse(request, "admin/audit/auditcheck/change_list.html", context, headers=headers)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """开始核对; the bulk worker does it."""
    services.start_check(by=request.user)  # type: ignore[arg-type]
    return redirect("admin:audit_auditcheck_changelist")


@admin.register(AuditCheck)
class AuditCheckAdmin(CheckBase):
    """The state of the chain and the button that has it checked."""

    has_module_permission = has_view_permission = anybody
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def get_urls(self) -> list[URLPattern]:
        """The page and its button."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", chain, "changelist"),
            ("start/", start, "start"),
        ]
        wrap: Any = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"audit_auditcheck_{name}") for route, view, name in pages]
