"""Answers to questions that lower apps ask by a name in the settings."""

from insured.models import PoolingArea, StaffAssignment
from portal.accounts.models import User


def area_codes_of(user: User) -> frozenset[str]:
    """Codes of the pooling areas the staff member works for today, in any role (settings.STAFF_AREA_CODES)."""
    areas = StaffAssignment.objects.areas_of(user)
    return frozenset(PoolingArea.objects.filter(pk__in=areas).values_list("code", flat=True))
