"""The last thing around every view: nothing personal is cached, and refusals become pages with their reasons."""

from collections.abc import Callable

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason
from portal.transactions import is_busy

BUSY_SECONDS = 5
"""When a machine may come again."""
log = structlog.get_logger(__name__)


class HallMiddleware:
    """Marks every answer to a logged-in user as not to be stored; turns what services raise into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and "text/html" in request.headers.get("Accept", ""):
            response = _not_to_be_visited(request, allow=response.headers.get("Allow", ""))
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A repeat goes to its result (303), a lost race gets 409, any other broken rule 422, a busy database 503."""
        if isinstance(exception, AlreadyDone):
            return HttpResponseRedirect(exception.address, status=303)
        if isinstance(exception, ConflictError):
            context = {"reasons": exception.reasons, "again": _page_before(request), "typed": _typed(request)}
            return render(request, "409.html", context, status=409)
        if isinstance(exception, BusinessRuleError):
            context = {"reasons": exception.reasons, "again": _page_before(request)}
            return render(request, "portal/error.html", context, status=422)
        if isinstance(exception, OperationalError) and is_busy(exception):
            log.warning("database_busy", exc_info=exception)
            context = {"reasons": (Reason("hall.busy"),), "again": _page_before(request), "typed": _typed(request)}
            response = render(request, "503.html", context, status=503)
            response["Retry-After"] = str(BUSY_SECONDS)
            return response
        return None


def _not_to_be_visited(request: HttpRequest, *, allow: str) -> HttpResponse:
    """Instead of an empty answer, a page: whoever loads the address of a sent form again finds the way on."""
    response = render(request, "405.html", {"again": _page_before(request)}, status=405)
    if allow:
        response["Allow"] = allow
    return response


def _page_before(request: HttpRequest) -> str:
    """The page of this site the request came from, to look again; the home page when unknown."""
    address = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return address
    return "/"


def _typed(request: HttpRequest) -> tuple[str, ...]:
    """Sentences the user typed, so that they are not lost: values that are not plain ASCII (codes, tokens, numbers)."""
    return tuple(value for values in request.POST.lists() for value in values[1] if not value.isascii())
