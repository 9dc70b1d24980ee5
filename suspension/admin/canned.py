"""常用语: supervisors keep what the desk says again and again; every member of staff reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from insured.models import PoolingArea
from insured.services.staff import duties_of
from portal.accounts.adapters import account_of
from portal.notifications.services import Rendered
from portal.notifications.services.examples import rendered_example
from suspension import items, labels
from suspension.models import CannedText
from suspension.policy.transitions import Action, Role
from suspension.services import canned
from suspension.services.workflow import TEMPLATES

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[CannedText]
    ModelFormBase = forms.ModelForm[CannedText]
else:
    # Django's classes are generic for the type checker only.
    ModelAdminBase, ModelFormBase = admin.ModelAdmin, forms.ModelForm


MOST_SHOWN = 200
FORM = "admin/suspension/cannedtext/change_form.html"
TAKEN = {"return": Action.RETURN, "reject": Action.REJECT}


@dataclass(frozen=True, slots=True)
class Line:
    """A text as it stands in the list."""

    row: CannedText
    item: str
    area: str
    can_edit: bool


def chosen_item(request: HttpRequest) -> str:
    """The item whose texts are shown; empty for all of them."""
    item = request.GET.get("item", "")
    return item if item in items.ITEMS else ""


def example_of(text: CannedText) -> tuple[tuple[str, Rendered], ...]:
    """The messages of a made-up case in which nothing but this text was said; rendered by the code that sends them."""
    item = items.ITEMS.get(text.item, items.STOP)
    return rendered_example(f"{item.template}_{TEMPLATES[TAKEN[text.action]]}", reason=text.text)


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
        labels = {"position": "顺序（小的在前）"}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """A return needs an item that can be corrected."""
        given = super().clean() or self.cleaned_data
        item = items.ITEMS.get(given.get("item") or "")
        if item is not None and not item.is_correctable and given.get("action") == Action.RETURN:
            self.add_error("item", "这个事项没有可以补正的内容，不会退回补正。请改选事项，或改为“审核不通过”用。")
        return given


class CannedTextAdmin(ModelAdminBase):
    """Those of one's own areas and the common ones; a supervisor changes both, and moves none to another area."""

    form = CannedTextForm
    list_display = ("text", "action", "item_title", "area_name", "position", "is_in_use", "updated_at")
    list_filter = ("action", "is_in_use")
    search_fields = ("text",)
    ordering = ("action", "position", "id")
    list_per_page = MOST_SHOWN
    show_full_result_count = False
    list_select_related = ("area",)
    list_max_show_all = MOST_SHOWN
    actions = None
    change_list_template = "admin/suspension/cannedtext/change_list.html"
    change_form_template = FORM

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

    def get_urls(self) -> list[URLPattern]:
        """Django's own, before them the buttons of the list and of the form."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("preview/", self.preview_view, "preview"),
            ("<int:object_id>/move/", self.move_view, "move"),
            ("<int:object_id>/use/", self.use_view, "use"),
        ]
        wrap = self.admin_site.admin_view
        own = [path(route, wrap(view), name=f"suspension_cannedtext_{name}") for route, view, name in pages]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        item = chosen_item(request)
        context = {
            "title": "常用语",
            "item": item,
            "kinds": [("", "所有事项"), *items.CHOICES],
            "can_edit": bool(supervised_areas(request)),
            **(extra_context or {}),
        }
        request.GET = QueryDict()
        response = super().changelist_view(request, context)
        if getattr(response, "context_data", {}).get("cl"):
            response.context_data["groups"] = self._groups(request, item=item)  # type: ignore[attr-defined]
        return response

    def _groups(self, request: HttpRequest, *, item: str) -> list[tuple[str, list[Line]]]:
        user = account_of(request)
        found = []
        for action, name in labels.CANNED_ACTIONS.items():
            rows = canned.listed(action=action, item=item, by=user).select_related("area")[:MOST_SHOWN]
            lines = [
                Line(row, self.item_title(row), self.area_name(row), self.has_change_permission(request, row))
                for row in rows
            ]
            found.append((name, lines))
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        row: CannedText | None = more.get("obj")
        context |= {
            "form": context["adminform"].form,
            "row": row,
            "previews": (),
            "can_edit": self.has_change_permission(request, row) if row else self.has_add_permission(request),
            "title": "常用语" if row else "新增常用语",
        }
        return super().render_change_form(request, context, *args, **more)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What an example case would be told with this text; nothing is kept."""
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        key = request.GET.get("row", "")
        row = get_object_or_404(self.get_queryset(request), pk=key) if key.isdecimal() and len(key) < 10 else None
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        context = {
            **self.admin_site.each_context(request),
            "title": "常用语" if row else "新增常用语",
            "form": form,
            "row": row,
            "can_edit": True,
            "previews": example_of(form.instance) if form.is_valid() else (),
        }
        return TemplateResponse(request, FORM, context, status=200 if form.is_valid() else 422)

    def move_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """上移, 下移."""
        row, item = self._changeable(request, object_id), chosen_item(request)
        if isinstance(row, HttpResponse):
            return row
        canned.move(row, is_up=request.POST.get("to") == "up", item=item, by=account_of(request))
        return self._to_list(item)

    def use_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """停用, 启用."""
        row, is_in_use = self._changeable(request, object_id), request.POST.get("to") == "on"
        if isinstance(row, HttpResponse):
            return row
        canned.set_in_use(row, is_in_use=is_in_use)
        messages.success(request, "已启用，经办人审核时可以选用。" if is_in_use else "已停用，已经发出的审核意见不变。")
        return self._to_list(chosen_item(request))

    def _changeable(self, request: HttpRequest, object_id: int) -> CannedText | HttpResponse:
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return row

    def _to_list(self, item: str) -> HttpResponse:
        address = reverse("admin:suspension_cannedtext_changelist")
        return HttpResponseRedirect(f"{address}?item={item}" if item else address, status=303)

    @admin.display(description="事项")
    def item_title(self, row: CannedText) -> str:
        return items.ITEMS[row.item].title if row.item in items.ITEMS else "所有事项"

    @admin.display(description="统筹区")
    def area_name(self, row: CannedText) -> str:
        return row.area.name if row.area else "通用"
