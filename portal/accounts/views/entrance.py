"""Opening a session for somebody who has just proven who they are."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest

from portal.accounts.models import User
from portal.accounts.services import BACKEND
from portal.accounts.services.signins import record_sign_in


def open_session(request: HttpRequest, *, user: User) -> None:
    """A new resident is in; staff never come in this way."""
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password")
    record_sign_in(request, user=user)
