"""Answers to questions that lower apps ask by a name in the settings."""

from insured.models import InsuredPerson, PoolingArea, StaffAssignment
from insured.services.staff import duties_of
from portal.accounts.models import User


def area_codes_of(user: User) -> frozenset[str]:
    """Codes of the pooling areas the staff member works for today, in any role (settings.STAFF_AREA_CODES)."""
    areas = StaffAssignment.objects.areas_of(user)
    return frozenset(PoolingArea.objects.filter(pk__in=areas).values_list("code", flat=True))


def roles_of(user: User) -> frozenset[str]:
    """Roles the staff member holds today, in any area (settings.STAFF_ROLES)."""
    return duties_of(user).roles


def area_code_of(user: User) -> str:
    """Code of the pooling area of the person behind the account; empty without one (settings.AREA_CODE_OF)."""
    found = InsuredPerson.objects.visible_to(user).filter(user=user).values_list("area__code", flat=True)
    return found.first() or ""
