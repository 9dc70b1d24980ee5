"""Holidays for administrators, the rules of the areas for all staff: to be read. Drafts change them."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from insured.models import AreaPolicy, HolidayOverride, StaffAssignment
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[AreaPolicy]:
        if not isinstance(request.user, User):
            return AreaPolicy.objects.none()
        areas = StaffAssignment.objects.areas_with(request.user, Right.RULES)
        return super().get_queryset(request).filter(area__in=areas)

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody
