"""When somebody came in, and ending sessions that are open elsewhere."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.models import SignIn, User
from portal.accounts.services.account import end_sessions, has_used_second_factor

SHOWN = 10
SYSTEMS = (
    ("HarmonyOS", "鸿蒙设备"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge 浏览器"),
    ("Firefox/", "火狐浏览器"),
    ("Chrome/", "谷歌内核浏览器"),
    ("Safari/", "Safari 浏览器"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One log-in as its owner reads it."""

    id: int
    at: datetime
    way: str
    device: str
    is_open: bool
    is_this: bool


def record_sign_in(request: HttpRequest, *, user: User) -> None:
    """Note that this session was just opened; no address is kept."""
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    SignIn.objects.create(
        user=user,
        session_key=request.session.session_key or "",
        method=SignIn.Method.CODE if "code" in methods else SignIn.Method.PASSWORD,
        has_second_factor=has_used_second_factor(request),
        device=device_of(request.headers.get("User-Agent", "")),
    )


def visits(request: HttpRequest, *, user: User) -> tuple[Visit, ...]:
    """The newest log-ins, and which of their sessions are still open; 2 statements."""
    rows = list(SignIn.objects.visible_to(user).order_by("-id")[:SHOWN])
    alive = _alive([row.session_key for row in rows], user=user)
    return tuple(
        Visit(
            id=row.pk,
            at=row.at,
            way=f"{row.get_method_display()}{'＋验证器' if row.has_second_factor else ''}",
            device=row.device,
            is_open=row.session_key in alive,
            is_this=row.session_key == request.session.session_key,
        )
        for row in rows
    )


def end_session(sign_in: SignIn) -> None:
    """That one session asks for a new log-in at its next click."""
    Session.objects.filter(session_key=sign_in.session_key).delete()


def end_other_sessions(request: HttpRequest, *, user: User) -> None:
    """Every session of the account but this one is over."""
    end_sessions(user)
    user.refresh_from_db(fields=["sessions_ended"])
    keep_session(request, user=user)


def keep_session(request: HttpRequest, *, user: User) -> None:
    """This session goes on under a new key although the password or the count of ended sessions has changed."""
    old_key = request.session.session_key
    update_session_auth_hash(request, user)
    SignIn.objects.visible_to(user).filter(session_key=old_key).update(session_key=request.session.session_key or "")


def _alive(keys: list[str], *, user: User) -> set[str]:
    """Sessions that exist and whose hash still is the account's."""
    wanted = user.get_session_auth_hash()
    open_rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {
        row.session_key
        for row in open_rows
        if constant_time_compare(row.get_decoded().get(HASH_SESSION_KEY, ""), wanted)
    }


def device_of(user_agent: str) -> str:
    """A kind of device and browser in plain words; nothing that could tell one device from the next."""
    if not re.search(r"\w", user_agent):
        return "未知设备"
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "其他设备")
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "")
    return f"{system} {browser}".strip()
