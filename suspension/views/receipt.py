"""The printable 停保登记表 of one's own application, and the public page that verifies a printed one."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import clock
from portal.accounts.adapters import client_address
from portal.accounts.services.limits import hidden
from suspension import items
from suspension.services import receipt
from suspension.views.applications import own_application

LOOKS_PER_MINUTE = 30


@never_cache
@require_safe
def stop_form(request: HttpRequest, number: str) -> HttpResponse:
    """停保登记表 as PDF, to be saved and printed."""
    found = own_application(request, number)
    if found.item != items.STOP.code:
        raise Http404
    address = request.build_absolute_uri(reverse("verify", args=[receipt.verification_code(found.number or "")]))
    pdf = receipt.as_pdf(receipt.stop_form(found, address=address))
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="stop-form-{found.number}.pdf"'},
    )


@login_not_required
@never_cache
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a printed form is genuine, and where its application stands now; the same answer for any wrong code."""
    if _looks(request) > LOOKS_PER_MINUTE:
        return render(request, "429.html", status=429)
    found = receipt.find_verified(code)
    return render(request, "suspension/verify.html", {"found": found}, status=200 if found else 404)


def _looks(request: HttpRequest) -> int:
    """How often this address looked within the minute. The code cannot be guessed: this only spares the hall."""
    key = f"verify:{hidden(client_address(request))}:{clock.now():%H%M}"
    if cache.add(key, 1, timeout=120):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        return 1
