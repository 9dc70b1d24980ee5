"""What the hall below needs to know of the staff above: whose messages somebody looks after."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string

MESSAGES, ANSWER = "messages", "answer"
"""What a post may give: to look after the messages of an area, to answer its people."""


def area_codes_of(user: AbstractBaseUser | AnonymousUser, *, right: str) -> frozenset[str]:
    """Codes of the pooling areas in which this person has the right today; settings.STAFF_AREA_CODES names who knows.

    A post of one area gives nothing in another: whoever answers here and keeps the books there answers here only.
    """
    if not user.is_authenticated:
        return frozenset()
    found: Callable[..., frozenset[str]] = import_string(settings.STAFF_AREA_CODES)
    return found(user, right=right)
