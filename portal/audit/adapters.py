"""What the audit asks of the apps above by a name in the settings: whose looks an auditor looks over."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.module_loading import import_string


def audited_by(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Any]:
    """The accounts that hold or held a post in the areas of this auditor; settings.STAFF_AUDITED names who knows."""
    found: Callable[[AbstractBaseUser | AnonymousUser], QuerySet[Any]] = import_string(settings.STAFF_AUDITED)
    return found(user)
