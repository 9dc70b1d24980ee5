"""未送达消息: what could not be delivered in the areas of a staff member, and the button that sends it again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from portal import masking
from portal.notifications import services
from portal.notifications.adapters import area_codes_of
from portal.notifications.models import UNDELIVERED_STATES, Delivery, DeliveryAttempt, DeliveryState

if TYPE_CHECKING:
    DeliveryBase = admin.ModelAdmin[Delivery]
    AttemptBase = admin.TabularInline[DeliveryAttempt, Delivery]
else:
    # Django's admin classes are generic for the type checker only.
    DeliveryBase, AttemptBase = admin.ModelAdmin, admin.TabularInline


def of_an_area(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Everybody who works for an area; which rows is the queryset's matter."""
    return bool(area_codes_of(request.user))


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
    can_be_resent: bool


class AttemptInline(AttemptBase):
    """The tries of one delivery, to be read."""

    model = DeliveryAttempt
    extra = 0
    fields = readonly_fields = ("no", "ended_at", "outcome", "detail", "latency_ms")

    has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody


@admin.register(Delivery)
class DeliveryAdmin(DeliveryBase):
    """Read only; the one thing to do is to send again."""

    list_display = (
        "title",
        "channel",
        "masked_address",
        "state",
        "attempts",
        "last_error",
        "subject_number",
        "created_at",
    )
    list_filter = ("channel", "state")
    search_fields = ("subject_number__exact",)
    search_help_text = "受理编号"
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("send_again",)
    inlines = (AttemptInline,)
    fields = readonly_fields = (
        "title",
        "text",
        "channel",
        "masked_address",
        "state",
        "attempts",
        "next_at",
        "deadline_at",
        "last_error",
        "provider_ref",
        "is_possible_duplicate",
        "subject_number",
        "dedupe_key",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """What was not delivered in the areas of this staff member."""
        return Delivery.objects.undelivered().filter(area_code__in=area_codes_of(request.user))

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "title": "未送达消息",
            "section": "undelivered",
            "channels": Delivery.Channel.choices,
            "channel": request.GET.get("channel", ""),
            "states": [(one.value, one.label) for one in UNDELIVERED_STATES],
            "state": request.GET.get("state", ""),
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        if found := getattr(response, "context_data", {}).get("cl"):
            rows = [self._row(one) for one in found.result_list]
            more = {
                "rows": rows,
                "can_resend_any": any(row.can_be_resent for row in rows),
                "earlier_page": found.page_num - 1,
                "later_page": found.page_num + 1,
            }
            response.context_data.update(more)  # type: ignore[attr-defined]
        return response

    def _row(self, one: Delivery) -> Row:
        is_given_up = one.state != DeliveryState.UNKNOWN
        return Row(
            delivery=one,
            title=self.title(one),
            address=self.masked_address(one),
            tone="bad" if is_given_up else "warn",
            can_be_resent=is_given_up and one.can_be_resent,
        )

    @admin.display(description="消息")
    def title(self, row: Delivery) -> str:
        return services.render(row.template, channel="hall", params=row.params).title

    @admin.display(description="内容")
    def text(self, row: Delivery) -> str:
        return services.render(row.template, channel=row.channel, params=row.params).text

    @admin.display(description="接收地址")
    def masked_address(self, row: Delivery) -> str:
        return masking.mask_phone(row.address) if row.channel == "sms" else masking.mask_email(row.address)

    @admin.action(description="重新发送", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        done, skipped = services.resend_all(queryset, by=request.user)  # type: ignore[arg-type]
        if done:
            messages.success(request, f"已重新发送{done}条消息。")
        if skipped:
            messages.warning(request, f"{skipped}条消息还在发送或已经重新发送过，没有再发。")
