"""对账 at the desk: the days of each gateway, the differences of one, and the two persons who close them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from payments.admin.forms import ExplainForm
from payments.models import BillFile, Difference
from payments.services import reconciliation
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, Reason

if TYPE_CHECKING:
    BillFileBase = admin.ModelAdmin[BillFile]
else:
    # Django's classes are generic for the type checker only.
    BillFileBase = admin.ModelAdmin

DAYS_A_PAGE = 30
LIST, DAY = "admin/payments/reconciliation/list.html", "admin/payments/reconciliation/day.html"


@dataclass(frozen=True, slots=True)
class Row:
    """A difference and what the person who looks may do about it."""

    difference: Difference
    form: ExplainForm | None
    can_close: bool

    @property
    def anchor(self) -> str:
        return self.difference.number.lower()


def _page(request: HttpRequest, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "section": "reconciliation", **more}
    return TemplateResponse(request, template, context, status=status)


@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """Every imported day, the newest first, with what is still open."""
    files = BillFile.objects.in_charge_of(account_of(request)).annotate(
        found=Count("differences"), waiting=Count("differences", filter=Q(differences__closed_at__isnull=True))
    )
    page = Paginator(files.order_by("-day", "gateway"), DAYS_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, LIST, title="支付对账", page=page)


def _file(gateway: str, day: str, *, by: User) -> BillFile:
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    files = BillFile.objects.in_charge_of(by).select_related("closed_by")
    return get_object_or_404(files, gateway=gateway, day=wanted)


@require_safe
def show_day(request: HttpRequest, gateway: str, day: str) -> HttpResponse:
    """The sums of a day and its differences."""
    return _shown(request, _file(gateway, day, by=account_of(request)))


def _shown(
    request: HttpRequest,
    file: BillFile,
    *,
    typed: tuple[str, ExplainForm] | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    user = account_of(request)
    differences = file.differences.select_related("owner", "closed_by").order_by("closed_at", "pk")
    rows = [_row(one, by=user, typed=typed) for one in differences]
    waiting = sum(row.difference.closed_at is None for row in rows)
    return _page(
        request,
        DAY,
        title=f"{file.get_gateway_display()} {file.day:%Y-%m-%d} 对账",
        file=file,
        rows=rows,
        waiting=waiting,
        gap_fen=file.theirs_fen - file.ours_fen,
        named_fen=sum(row.difference.gap_fen for row in rows),
        form=typed[1] if typed else None,
        reasons=reasons,
        token=secrets.token_urlsafe(24),
        status=status,
    )


def _row(one: Difference, *, by: User, typed: tuple[str, ExplainForm] | None) -> Row:
    is_open = one.closed_at is None
    form = typed[1] if typed and typed[0] == one.number else ExplainForm(initial={"reason": one.reason})
    form.prefix = None
    form.auto_id = f"id_%s_{one.number}"
    return Row(one, form if is_open else None, can_close=is_open and one.owner_id not in (None, by.pk))


def _done(
    request: HttpRequest,
    file: BillFile,
    act: Callable[[], object],
    *,
    words: str,
    typed: tuple[str, ExplainForm] | None = None,
) -> HttpResponse:
    """Do it and come back to the day; what stands against it is said there."""
    try:
        act()
    except AlreadyDone as done:
        return redirect(done.address)
    except BusinessRuleError as error:
        return _shown(request, file, typed=typed, reasons=error.reasons, status=422)
    messages.success(request, words)
    return redirect(reconciliation.day_page(file.gateway, file.day))


def _difference(number: str, *, by: User) -> Difference:
    return get_object_or_404(Difference.objects.in_charge_of(by).select_related("file__closed_by"), number=number)


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


@require_POST
def explain(request: HttpRequest, number: str) -> HttpResponse:
    """The first person."""
    user = account_of(request)
    one, form, token = _difference(number, by=user), ExplainForm(request.POST), request.POST.get("token", "")
    if not form.is_valid():
        return _shown(request, one.file, typed=(number, form), status=422)
    reason, version = form.cleaned_data["reason"], _version(request)
    return _done(
        request,
        one.file,
        lambda: reconciliation.explain(number, reason=reason, version=version, token=token, by=user),
        words="说明已保存，等另一位财务人员核销。",
        typed=(number, form),
    )


@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """The second one."""
    user, token, version = account_of(request), request.POST.get("token", ""), _version(request)
    one = _difference(number, by=user)
    return _done(
        request,
        one.file,
        lambda: reconciliation.close_difference(number, version=version, token=token, by=user),
        words="差异已核销。",
    )


@require_POST
def close_day(request: HttpRequest, gateway: str, day: str) -> HttpResponse:
    """关账."""
    user, token = account_of(request), request.POST.get("token", "")
    file = _file(gateway, day, by=user)
    return _done(
        request,
        file,
        lambda: reconciliation.close_day(file.gateway, file.day, token=token, by=user),
        words="这一天已经关账。",
    )


def may_look(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Finance of any area."""
    return isinstance(request.user, User) and reconciliation.is_finance(request.user)


def nobody(*_: object, **__: object) -> bool:
    """Files are written by services only."""
    return False


@admin.register(BillFile)
class BillFileAdmin(BillFileBase):
    """支付对账: none of Django's lists and forms."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", days, "changelist"),
            ("differences/<str:number>/explain/", explain, "explain"),
            ("differences/<str:number>/close/", close, "close"),
            ("<str:gateway>/<str:day>/", show_day, "day"),
            ("<str:gateway>/<str:day>/close/", close_day, "close_day"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"payments_billfile_{name}") for route, view, name in pages]

    has_module_permission = has_view_permission = may_look
    has_add_permission = has_change_permission = has_delete_permission = nobody
