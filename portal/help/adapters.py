"""What the help centre asks of the apps above by a name in the settings: roles of staff, the area of a person."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string

Somebody = AbstractBaseUser | AnonymousUser


def roles_of(user: Somebody, *, area_code: str = "") -> frozenset[str]:
    """Roles a staff member holds today in the area, or in any without one; settings.STAFF_ROLES names who knows."""
    if not user.is_authenticated:
        return frozenset()
    found: Callable[..., frozenset[str]] = import_string(settings.STAFF_ROLES)
    return found(user, area_code=area_code)


def area_code_of(user: Somebody) -> str:
    """The pooling area of the person behind an account, or nothing; settings.AREA_CODE_OF names who knows."""
    found: Callable[[Somebody], str] = import_string(settings.AREA_CODE_OF)
    return found(user)


def area_names() -> dict[str, str]:
    """Code → name of every pooling area; settings.AREA_NAMES names who knows."""
    found: Callable[[], dict[str, str]] = import_string(settings.AREA_NAMES)
    return found()
