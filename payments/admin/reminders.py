"""批量提醒 at the desk: what was sent to how many, what is due today, and a supervisor's button."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from insured.models import PoolingArea, StaffAssignment
from insured.policy.roles import Right
from insured.services.staff import duties_of
from payments.labels import occasion_text
from payments.models import ReminderRun
from payments.services import reminders
from portal.accounts.adapters import account_of
from portal.accounts.models import User

if TYPE_CHECKING:
    ReminderRunBase = admin.ModelAdmin[ReminderRun]
else:
    # Django's classes are generic for the type checker only.
    ReminderRunBase = admin.ModelAdmin

ROWS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Today:
    """What an area is to be reminded of today, and whether the person who looks may begin it."""

    area: PoolingArea
    occasions: tuple[str, ...]
    can_start: bool


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Every run of one's areas, the newest first."""
    user = account_of(request)
    own = ReminderRun.objects.in_charge_of(user).select_related("area", "started_by")
    supervised = set(StaffAssignment.objects.areas_with(user, Right.SUPERVISE))
    areas = PoolingArea.objects.filter(pk__in=StaffAssignment.objects.areas_with(user, Right.MESSAGES)).order_by("code")
    context = {
        **admin.site.each_context(request),
        "title": "批量提醒",
        "section": "reminders",
        "page": Paginator(own.order_by("-id"), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "today": [
            Today(
                area=area,
                occasions=tuple(occasion_text(one.kind, window=one.window) for one in reminders.occasions_of(area.pk)),
                can_start=area.pk in supervised,
            )
            for area in areas
        ],
    }
    return TemplateResponse(request, "admin/payments/reminders.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """现在发送: whatever is due today and was not begun."""
    user = account_of(request)
    areas = PoolingArea.objects.filter(pk__in=StaffAssignment.objects.areas_with(user, Right.SUPERVISE))
    area = get_object_or_404(areas, code=request.POST.get("area", "")[:6])
    begun = reminders.start_now(area, by=user)
    words = f"已开始{begun}批提醒，发送进度见下表。" if begun else "今天该发的提醒都已经发过，没有重复发送。"
    messages.success(request, words)
    return redirect("admin:payments_reminderrun_changelist")


def may_look(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Whoever looks after the messages of an area."""
    user = request.user
    return isinstance(user, User) and Right.MESSAGES in duties_of(user).rights


def nobody(*_: object, **__: object) -> bool:
    """Runs are written by services only."""
    return False


@admin.register(ReminderRun)
class ReminderRunAdmin(ReminderRunBase):
    """批量提醒: none of Django's lists and forms."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(runs), name="payments_reminderrun_changelist"),
            path("start/", wrap(start), name="payments_reminderrun_start"),
        ]

    has_module_permission = has_view_permission = may_look
    has_add_permission = has_change_permission = has_delete_permission = nobody
