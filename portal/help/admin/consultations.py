"""在线客服 at the desk: the list of one's own areas, and the thread with everything that can be done."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from portal import identity
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.help import labels
from portal.help.adapters import roles_of
from portal.help.forms import ReplyForm
from portal.help.models import Consultation
from portal.help.services import consultations as services
from portal.notifications.adapters import ANSWER, area_codes_of

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Consultation]
else:
    # Django's admin classes are generic for the type checker only.
    ModelAdminBase = admin.ModelAdmin


def of_an_area(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Everybody who works for an area; which threads is the queryset's matter."""
    return bool(area_codes_of(request.user, right=ANSWER))


def nobody(*_: object, **__: object) -> bool:
    """Threads are written by services only."""
    return False


def _is_supervisor(by: User, *, of: Consultation) -> bool:
    """In the thread's own area; a thread of no known area is every supervisor's."""
    return "supervisor" in roles_of(by, area_code=of.area_code)


def _of_area(request: HttpRequest, number: str) -> Consultation:
    """A thread of one's own areas; any other is not there. What one asked oneself is answered by others."""
    rows = Consultation.objects.in_charge_of(area_codes_of(request.user, right=ANSWER)).select_related(
        "user", "taken_by"
    )
    return get_object_or_404(rows, number=number.upper())


def _page(
    request: HttpRequest,
    found: Consultation,
    *,
    form: ReplyForm | None = None,
    reasons: tuple[Reason, ...] = (),
    phone: str = "",
    status: int = 200,
) -> HttpResponse:
    by = account_of(request)
    is_mine = found.taken_by_id == by.pk
    context = {
        **admin.site.each_context(request),
        "title": f"在线咨询 {found.number}",
        "consultation": found,
        "tone": labels.STATE_TONES[found.state],
        "turns": found.messages.select_related("author").order_by("no"),
        "form": form or ReplyForm(),
        "reasons": reasons,
        "phone": phone,
        "is_mine": is_mine,
        "is_open": found.state != Consultation.State.CLOSED,
        "can_take": found.taken_by_id is None and found.user_id != by.pk,
        "can_release": is_mine or (found.taken_by_id is not None and _is_supervisor(by, of=found)),
        "can_find_subject": identity.is_public_number(found.subject),
        "token": secrets.token_urlsafe(24),
    }
    return TemplateResponse(request, "admin/help/consultation/thread.html", context, status=status)


@require_safe
def thread(request: HttpRequest, number: str) -> HttpResponse:
    """Who asks, what was said, and what can be done now."""
    return _page(request, _of_area(request, number))


@require_POST
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """回复."""
    found = _of_area(request, number)
    filled = ReplyForm(request.POST)
    if not filled.is_valid():
        return _page(request, found, form=filled, status=422)
    text, token = filled.cleaned_data["text"], request.POST.get("token", "")
    return _done(
        request,
        found,
        lambda: services.reply(found.number, text=text, token=token, by=account_of(request)),
        form=filled,
    )


@require_POST
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """接办, 退回, 身份已核实, 结束."""
    found, by = _of_area(request, number), account_of(request)
    calls: dict[str, Callable[[], object]] = {
        "take": lambda: services.take(found.number, by=by),
        "release": lambda: services.release(found.number, is_supervisor=_is_supervisor(by, of=found), by=by),
        "verify": lambda: services.verify_identity(found.number, by=by),
        "close": lambda: services.close(found.number, by=by),
    }
    if action not in calls:
        return _page(request, found, status=404)
    return _done(request, found, calls[action])


@require_POST
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """The number to call back, shown once; the look is logged."""
    found = _of_area(request, number)
    try:
        shown = services.reveal_phone(found.number, by=account_of(request))
    except BusinessRuleError as error:
        return _page(request, found, reasons=error.reasons, status=422)
    return _page(request, found, phone=shown)


def _done(
    request: HttpRequest, found: Consultation, call: Callable[[], object], *, form: ReplyForm | None = None
) -> HttpResponse:
    """Do it and look again; a refusal is shown on the thread as it stands now, with what was typed."""
    try:
        call()
    except BusinessRuleError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(request, _of_area(request, found.number), form=form, reasons=error.reasons, status=status)
    return redirect("admin:help_consultation_thread", number=found.number)


@admin.register(Consultation)
class ConsultationAdmin(ModelAdminBase):
    """Those who wait longest come first."""

    list_display = ("link", "subject", "state", "call", "taken_by", "changed_at")
    list_display_links = None
    list_filter = ("state", "wants_call")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-state", "changed_at")
    search_fields = ("number__exact", "subject__exact")
    search_help_text = "咨询编号或受理编号"
    actions = None

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consultation]:
        """The threads of one's own areas."""
        return Consultation.objects.in_charge_of(area_codes_of(request.user, right=ANSWER)).select_related("taken_by")

    def get_urls(self) -> list[URLPattern]:
        """The list and the thread; none of Django's forms."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", self.changelist_view, "changelist"),
            ("<str:number>/thread/", thread, "thread"),
            ("<str:number>/reply/", reply, "reply"),
            ("<str:number>/phone/", phone, "phone"),
            ("<str:number>/<slug:action>/", act, "act"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"help_consultation_{name}") for route, view, name in pages]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "在线咨询", **(extra_context or {})})

    @admin.display(description="咨询")
    def link(self, row: Consultation) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:help_consultation_thread", args=[row.number]), row.title
        )

    @admin.display(description="回电话", boolean=True)
    def call(self, row: Consultation) -> bool:
        return row.wants_call
