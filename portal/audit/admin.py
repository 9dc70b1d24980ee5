"""The auditor's pages: who looked at what in their areas, and whether the audit chain is whole."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from portal.audit import labels, services
from portal.audit.adapters import audited_by
from portal.audit.forms import AccessFilterForm
from portal.audit.models import AccessLog, AuditCheck
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


def _look(row: AccessLog) -> Look:
    kind = labels.SUBJECTS.get(row.subject_kind, row.subject_kind)
    action = labels.ACTIONS.get(row.action, row.action)
    return Look(row, action, f"{kind} {row.subject_id}", labels.PURPOSES.get(row.purpose, ""))


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
        """The list and nothing else."""
        return [path("", self.admin_site.admin_view(access_log), name="audit_accesslog_changelist")]


@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """访问日志: one page, narrowed by what was asked for."""
    people = list(audited_by(request.user).order_by("display_name", "pk").values_list("handle", "display_name"))
    form = AccessFilterForm(request.GET, people=people)
    rows = form.narrowed(admin.site.get_model_admin(AccessLog).get_queryset(request))
    page = BoundedPaginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": "访问日志",
        "section": "access-log",
        "form": form,
        "page": page,
        "looks": [_look(row) for row in page.object_list],
        "counted_rows": COUNTED_ROWS,
    }
    return TemplateResponse(request, "admin/audit/accesslog/change_list.html", context)


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
