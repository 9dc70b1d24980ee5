"""The printable form of one's own application, and the public page that verifies a printed one."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.adapters import looks_too_often
from suspension.services import receipt
from suspension.services.blanks import BLANKS
from suspension.views.applications import own_application


@never_cache
@require_safe
def form(request: HttpRequest, number: str) -> HttpResponse:
    """停保登记表, or the form of another item, as PDF, to be saved and printed."""
    found = own_application(request, number)
    sheet = receipt.sheet_of(found)
    if sheet is None:
        raise Http404
    address = request.build_absolute_uri(reverse("verify", args=[receipt.verification_code(found.number or "")]))
    pdf = receipt.as_pdf(receipt.printed_form(found, sheet, address=address))
    headers = {"Content-Disposition": f'attachment; filename="{sheet.code}-form-{found.number}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@login_not_required
@require_safe
def blank_form(_request: HttpRequest, sheet: str) -> HttpResponse:
    """The empty form of that sheet, for people who go to the counter."""
    headers = {"Content-Disposition": f'attachment; filename="{sheet}-form-blank.pdf"'}
    return HttpResponse(receipt.as_pdf(BLANKS[sheet]()), content_type="application/pdf", headers=headers)


@login_not_required
@never_cache
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a printed form is genuine, and where its application stands now; the same answer for any wrong code."""
    if looks_too_often(request):
        return render(request, "429.html", status=429)
    found = receipt.find_verified(code)
    return render(request, "suspension/verify.html", {"found": found}, status=200 if found else 404)
