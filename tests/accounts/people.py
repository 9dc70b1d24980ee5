"""Accounts and codes for the tests of the door."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client

from portal.accounts import services
from portal.accounts.models import User
from portal.accounts.services import create_user

RESIDENT_ID = "11990119900307003X"
PHONE = "13800001234"
EMAIL = "zhang.demo@example.com"
PASSWORD = "yibao-demo-2026"
WRONG = "yibao-wrong-2026"
UNKNOWN_ID = "119901198506150037"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = "/accounts/login/"


class CountingHasher(MD5PasswordHasher):
    """A fast hasher that tells how often it was asked."""

    calls = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.calls += 1
        return super().encode(password, salt)


def resident(**changes: Any) -> User:
    """Somebody with all three ways to log in."""
    values = {"password": PASSWORD, "resident_id": RESIDENT_ID, "phone": PHONE, "email": EMAIL} | changes
    return create_user("张演示", **values)


def staff(**changes: Any) -> User:
    """Somebody behind the desk, without an authenticator yet."""
    values = {"password": PASSWORD, "email": "staff@example.com", "is_staff": True} | changes
    return create_user("李经办", **values)


def send_login(client: Client, typed: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
    """Send the log-in form; `next` goes into the form, the rest into the request."""
    data = {"login": typed, "password": password}
    if "next" in extra:
        data["next"] = extra.pop("next")
    return client.post(LOGIN, data, **extra)


def open_desk(client: Client, user: User) -> None:
    """Log a staff account in as if it had just given password and code; enrols the authenticator if need be."""
    if not services.has_authenticator(user):
        services.enrol_totp(user, secret=SECRET)
    request = HttpRequest()
    request.session, request.user = SessionStore(), AnonymousUser()
    services.log_in_with_factor(request, user=user)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key


def is_logged_in(client: Client) -> bool:
    """Whether the browser's session belongs to somebody."""
    return "_auth_user_id" in client.session


def totp_code(secret: str = SECRET) -> str:
    """What the authenticator shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
