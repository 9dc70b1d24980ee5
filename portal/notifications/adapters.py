"""What the hall below needs to know of the staff above: whose messages somebody looks after."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string


def area_codes_of(user: AbstractBaseUser | AnonymousUser) -> frozenset[str]:
    """Codes of the pooling areas this person works for today; settings.STAFF_AREA_CODES names who knows."""
    if not user.is_authenticated:
        return frozenset()
    found: Callable[[AbstractBaseUser | AnonymousUser], frozenset[str]] = import_string(settings.STAFF_AREA_CODES)
    return found(user)
