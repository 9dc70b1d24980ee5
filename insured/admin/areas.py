"""Holidays for administrators, the rules of the areas for all staff: to be read. Drafts change them."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from insured.models import AreaPolicy, HolidayOverride, RuleDraft, StaffAssignment
from insured.policy.roles import Right
from insured.services.staff import duties_of
from portal.accounts.models import User

if TYPE_CHECKING:
    HolidayBase = admin.ModelAdmin[HolidayOverride]
    PolicyBase = admin.ModelAdmin[AreaPolicy]
else:
    # Django's admin classes are generic for the type checker only.
    HolidayBase = PolicyBase = admin.ModelAdmin


def _roles(request: HttpRequest) -> frozenset[str]:
    return duties_of(request.user).roles if isinstance(request.user, User) else frozenset()


def administrators(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Whoever is an administrator of some area today."""
    return "administrator" in _roles(request)


def of_an_area(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Everybody who works for an area today."""
    return bool(_roles(request))


def nobody(*_: object, **__: object) -> bool:
    """Rules are not edited in the admin."""
    return False


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(HolidayBase):
    """Days on which the calendar library is overruled; every deadline follows them. A draft changes them."""

    list_display = ("day", "is_workday", "note")
    ordering = ("-day",)
    show_full_result_count = False

    has_module_permission = has_view_permission = administrators
    has_add_permission = has_change_permission = has_delete_permission = nobody


@admin.register(AreaPolicy)
class AreaPolicyAdmin(PolicyBase):
    """The rules of one's own areas; they are read here and never edited."""

    list_display = ("area", "effective_from", "promised_working_days", "correction_working_days")
    list_select_related = ("area",)
    ordering = ("area", "-effective_from")
    show_full_result_count = False
    readonly_fields = ("origin",)

    def get_fields(self, request: HttpRequest, obj: AreaPolicy | None = None) -> Any:
        """Where the rules come from stands before them."""
        return ["origin", *(name for name in super().get_fields(request, obj) if name != "origin")]

    @admin.display(description="由来")
    def origin(self, policy: AreaPolicy) -> str:
        """The draft that put them in force, who drafted and who approved it; an area's first rules have none."""
        draft = RuleDraft.objects.put_in_force(policy)
        if draft is None or draft.decided_by is None or draft.decided_at is None:
            return "建区时设定，没有草案"
        return format_html(
            '<a href="{}">草案{}</a>：{}起草，{}于{}批准。依据：{}',
            reverse("admin:insured_ruledraft_show", args=[draft.number]),
            draft.number,
            draft.drafted_by.display_name,
            draft.decided_by.display_name,
            f"{timezone.localtime(draft.decided_at):%Y-%m-%d %H:%M}",
            draft.ground,
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AreaPolicy]:
        if not isinstance(request.user, User):
            return AreaPolicy.objects.none()
        areas = StaffAssignment.objects.areas_with(request.user, Right.RULES)
        return super().get_queryset(request).filter(area__in=areas)

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody
