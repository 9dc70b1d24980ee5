"""Ends sessions that were idle too long or are too old; keeps what somebody typed into an address out of the log."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_structlog.middlewares import RequestMiddleware

from portal.accounts.labels import NOT_LOGGED_IN, SESSION_ENDED, SESSION_ENDED_KEPT
from portal.accounts.services.typed import keep_typed

STARTED_AT = "hall_started_at"
SEEN_AT = "hall_seen_at"
TOUCH_SECONDS = 60
ENDED = "hall.session_ended"


class RequestLogMiddleware(RequestMiddleware):
    """One line at the start and one at the end of a request, without the query: names and numbers are typed there."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class SessionAgeMiddleware:
    """Idle and absolute limits per settings, shorter for staff; the last click is noted at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_over(request):
            user_id = request.user.pk
            logout(request)
            request.META[ENDED] = user_id
        response = self.get_response(request)
        touch(request)
        return response

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], *_: Any) -> HttpResponse | None:
        """Public pages go on as for a visitor; any other one asks for a new log-in and says why."""
        if ENDED not in request.META or not getattr(view_func, "login_required", True):
            return None
        is_of_the_door = view_func.__module__.startswith(("allauth.", "portal.accounts."))
        is_kept = not is_of_the_door and keep_typed(request, user_id=request.META[ENDED])
        messages.warning(request, SESSION_ENDED_KEPT if is_kept else SESSION_ENDED)
        return redirect_to_login(reverse("resume_typed") if is_kept else page_to_return_to(request))


class SignInMiddleware(LoginRequiredMiddleware):
    """Whoever is not logged in goes to the log-in. A form that was sent leads back to the page it stood on: its own
    address takes no visit, and would answer with nothing."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        messages.warning(request, NOT_LOGGED_IN)
        return redirect_to_login(page_to_return_to(request))


def is_over(request: HttpRequest) -> bool:
    """Whether the logged-in session has reached one of its two limits."""
    if not request.user.is_authenticated or SEEN_AT not in request.session:
        return False
    idle, age = _limits(request)
    now = time.time()
    return bool(now - request.session[SEEN_AT] >= idle or now - request.session[STARTED_AT] >= age)


def seconds_left(request: HttpRequest) -> int:
    """After how many seconds without a click the session that is open now ends, at the earliest."""
    idle, age = _limits(request)
    started_at: float = request.session.get(STARTED_AT, time.time())
    return max(0, min(idle - TOUCH_SECONDS, int(started_at + age - time.time())))


def _limits(request: HttpRequest) -> tuple[int, int]:
    kind = "staff" if request.user.is_authenticated and request.user.is_staff else "public"
    return settings.SESSION_IDLE_SECONDS[kind], settings.SESSION_ABSOLUTE_SECONDS[kind]


def touch(request: HttpRequest) -> None:
    """Note the click of a logged-in person, at most once a minute; the first one starts the session's age."""
    if not request.user.is_authenticated:
        return
    now = int(time.time())
    session = request.session
    if STARTED_AT not in session:
        session[STARTED_AT] = now
    if now - session.get(SEEN_AT, 0) >= TOUCH_SECONDS:
        session[SEEN_AT] = now


def page_to_return_to(request: HttpRequest) -> str:
    """The page itself, or for a sent form the page it stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referrer = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
