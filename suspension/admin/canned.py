"""常用语: supervisors keep what the desk says again and again; every member of staff reads it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse

from insured.models import PoolingArea
from insured.services.staff import duties_of
from portal.accounts.adapters import account_of
from suspension import items
from suspension.models import CannedText
from suspension.policy.transitions import Role

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[CannedText]
    ModelFormBase = forms.ModelForm[CannedText]
else:
    # Django's classes are generic for the type checker only.
    ModelAdminBase, ModelFormBase = admin.ModelAdmin, forms.ModelForm


def supervised_areas(request: HttpRequest) -> frozenset[int]:
    """The areas in which somebody is a supervisor today."""
    return frozenset(area for area, role in duties_of(account_of(request)).pairs if role == Role.SUPERVISOR)


class CannedTextForm(ModelFormBase):
    """The item is chosen from those that the desk handles."""

    item = forms.ChoiceField(
        label="事项", choices=[("", "所有事项"), *items.CHOICES], required=False, help_text="不选就用于所有事项。"
    )

    class Meta:
        model = CannedText
        fields = ("action", "item", "area", "text", "position", "is_in_use")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class CannedTextAdmin(ModelAdminBase):
    """Those of one's own areas and the common ones; a supervisor changes both, and moves none to another area."""

    form = CannedTextForm
    list_display = ("text", "action", "item_title", "area_name", "position", "is_in_use", "updated_at")
    list_filter = ("action", "is_in_use")
    search_fields = ("text",)
    ordering = ("action", "position", "id")
    list_per_page = 50
    show_full_result_count = False
    list_select_related = ("area",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CannedText]:
        return CannedText.objects.in_charge_of(account_of(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(duties_of(account_of(request)).pairs)

    def has_view_permission(self, request: HttpRequest, _obj: CannedText | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(supervised_areas(request))

    def has_change_permission(self, request: HttpRequest, obj: CannedText | None = None) -> bool:
        areas = supervised_areas(request)
        return bool(areas) and (obj is None or obj.area_id is None or obj.area_id in areas)

    def has_delete_permission(self, request: HttpRequest, obj: CannedText | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """The areas to choose from are those that one supervises."""
        kwargs["queryset"] = PoolingArea.objects.filter(pk__in=supervised_areas(request)).order_by("code")
        kwargs["empty_label"] = "各统筹区通用"
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "常用语", **(extra_context or {})})

    @admin.display(description="事项")
    def item_title(self, row: CannedText) -> str:
        return items.ITEMS[row.item].title if row.item in items.ITEMS else "所有事项"

    @admin.display(description="统筹区")
    def area_name(self, row: CannedText) -> str:
        return row.area.name if row.area else "通用"
