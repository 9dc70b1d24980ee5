"""未送达消息: what could not be delivered in the areas of a staff member, why, and the button that sends it again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.lookups import Exact
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from portal import masking, paging
from portal.notifications import labels, services
from portal.notifications.adapters import MESSAGES, area_codes_of
from portal.notifications.admin.examples import template_list
from portal.notifications.models import UNDELIVERED_STATES, Delivery, DeliveryState

if TYPE_CHECKING:
    DeliveryBase = admin.ModelAdmin[Delivery]
else:
    # Django's admin classes are generic for the type checker only.
    DeliveryBase = admin.ModelAdmin

BAD_ADDRESS = Q(last_error__contains="recipient refused") | Q(last_error__contains="rejected-number")
CAUSE = Case(
    When(state=DeliveryState.UNKNOWN, then=Value("doubtful")),
    When(last_error="unreadable", then=Value("wording")),
    When(BAD_ADDRESS, then=Value("address")),
    When(state=DeliveryState.FAILED, then=Value("refused")),
    When(state=DeliveryState.DEAD, then=Value("late")),
    default=Value("other"),
    output_field=CharField(),
)
"""A code of labels.CAUSES, from what the channel said last."""
TONES = {DeliveryState.UNKNOWN: "warn", DeliveryState.FAILED: "bad", DeliveryState.DEAD: "bad"}
DONE = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED})


def of_an_area(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Everybody who works for an area; which rows is the queryset's matter."""
    return bool(area_codes_of(request.user, right=MESSAGES))


def nobody(*_: object, **__: object) -> bool:
    """Rows are written by services only."""
    return False


@dataclass(frozen=True, slots=True)
class Row:
    """A message as a line of the list."""

    delivery: Delivery
    title: str
    address: str
    tone: str
    cause: str
    advice: str
    can_be_resent: bool


def row_of(one: Delivery) -> Row:
    """A delivery that was read with its `cause`."""
    is_given_up = one.state in (DeliveryState.FAILED, DeliveryState.DEAD)
    cause: str = vars(one)["cause"]
    return Row(
        delivery=one,
        title=services.render(one.template, channel="hall", params=_params(one)).title,
        address=masking.mask_phone(one.address) if one.channel == "sms" else masking.mask_email(one.address),
        tone="ok" if one.state in DONE else TONES.get(DeliveryState(one.state), "neutral"),
        cause=labels.CAUSES[cause],
        advice=labels.CAUSE_ADVICE[cause],
        can_be_resent=is_given_up and one.can_be_resent and not hasattr(one, "resent"),
    )


def _params(one: Delivery) -> dict[str, str | int]:
    """What is shown to staff; a one-time code is never among it."""
    params: dict[str, str | int] = one.params
    return params | ({} if one.can_be_resent else {"code": "（验证码）"})


@require_safe
def delivery_page(request: HttpRequest, object_id: str) -> HttpResponse:
    """One message of one's own areas with its text and its tries; any other is not there."""
    if not (codes := area_codes_of(request.user, right=MESSAGES)):
        raise PermissionDenied
    rows = Delivery.objects.filter(area_code__in=codes).annotate(cause=CAUSE).select_related("resend_of", "resent")
    found = get_object_or_404(rows, pk=int(object_id) if object_id.isascii() and object_id.isdigit() else 0)
    row = row_of(found)
    context = {
        **admin.site.each_context(request),
        "title": row.title,
        "section": "undelivered",
        "row": row,
        "delivery": found,
        "text": services.render(found.template, channel=found.channel, params=_params(found)).text,
        "advice": row.advice if found.state in UNDELIVERED_STATES else "",
        "is_undelivered": found.state in UNDELIVERED_STATES,
        "again": getattr(found, "resent", None),
        "tries": [(one, labels.OUTCOMES.get(one.outcome, one.outcome)) for one in found.tries.order_by("no", "id")],
    }
    return TemplateResponse(request, "admin/notifications/delivery/change_form.html", context)


def _shown(found: Iterable[Delivery]) -> dict[str, object]:
    rows = [row_of(one) for one in found]
    return {"rows": rows, "can_resend_any": any(row.can_be_resent for row in rows)}


class CauseFilter(admin.SimpleListFilter):
    """Why it was not delivered."""

    title = "原因"
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(labels.CAUSES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        return queryset.filter(Exact(CAUSE, Value(self.value()))) if self.value() in labels.CAUSES else queryset


@admin.register(Delivery)
class DeliveryAdmin(DeliveryBase):
    """Read only; the one thing to do is to send again."""

    list_display = ("channel", "state", "last_error", "subject_number", "created_at")
    list_filter = ("channel", "state", CauseFilter)
    search_fields = ("subject_number__exact",)
    search_help_text = "受理编号"
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """What was not delivered in the areas of this staff member."""
        rows = Delivery.objects.undelivered().filter(area_code__in=area_codes_of(request.user, right=MESSAGES))
        return rows.annotate(cause=CAUSE).select_related("resent")

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def get_urls(self) -> list[URLPattern]:
        """The list, one message, and the wordings; none of Django's forms."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", self.changelist_view, "changelist"),
            ("templates/", template_list, "templates"),
            ("<str:object_id>/", delivery_page, "change"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"notifications_delivery_{name}") for route, view, name in pages]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        given = request.GET.copy()
        for name in [name for name, value in given.items() if not value]:
            del given[name]
        request.GET = given  # type: ignore[assignment]
        context = {
            "title": "未送达消息",
            "section": "undelivered",
            "filters": [
                _choices(request, name="channel", label="渠道", choices=Delivery.Channel.choices),
                _choices(
                    request, name="state", label="状态", choices=[(one.value, one.label) for one in UNDELIVERED_STATES]
                ),
                _choices(request, name="cause", label="原因", choices=list(labels.CAUSES.items())),
            ],
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        paging.complete(response, _shown)
        return response

    @admin.action(description="重新发送", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        done, skipped = services.resend_all(queryset, by=request.user)  # type: ignore[arg-type]
        if done:
            messages.success(request, f"已重新发送{done}条消息。")
        if skipped:
            messages.warning(request, f"{skipped}条消息还在发送或已经重新发送过，没有再发。")


@dataclass(frozen=True, slots=True)
class Choices:
    """One filter: its name in the address and what can be chosen."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str]]


def _choices(request: HttpRequest, *, name: str, label: str, choices: list[Any]) -> Choices:
    return Choices(name, label, request.GET.get(name, ""), [("", "全部"), *choices])
