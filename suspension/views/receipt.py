"""The printable form of one's own application, and the public page that verifies a printed one."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.adapters import looks_too_often
from suspension.services import blanks, receipt
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
def blank_stop_form(_request: HttpRequest) -> HttpResponse:
    """空白停保登记表 for people who go to the counter."""
    return HttpResponse(
        receipt.as_pdf(blanks.blank_stop_form()),
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="stop-form-blank.pdf"'},
    )


@login_not_required
@require_safe
def blank_resume_form(_request: HttpRequest) -> HttpResponse:
    """空白的个人医保续保申请表."""
    pdf = receipt.as_pdf(blanks.blank_resume_form())
    headers = {"Content-Disposition": 'attachment; filename="resume-form.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@login_not_required
@require_safe
def blank_transfer_form(_request: HttpRequest) -> HttpResponse:
    """空白的转移接续申请表 for people who go to the counter."""
    pdf = receipt.as_pdf(blanks.blank_transfer_form())
    headers = {"Content-Disposition": 'attachment; filename="transfer-form-blank.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@login_not_required
@require_safe
def blank_refund_form(_request: HttpRequest) -> HttpResponse:
    """空白的退费申请表 for people who go to the counter."""
    pdf = receipt.as_pdf(blanks.blank_refund_form())
    headers = {"Content-Disposition": 'attachment; filename="refund-form-blank.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@login_not_required
@never_cache
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a printed form is genuine, and where its application stands now; the same answer for any wrong code."""
    if looks_too_often(request):
        return render(request, "429.html", status=429)
    found = receipt.find_verified(code)
    return render(request, "suspension/verify.html", {"found": found}, status=200 if found else 404)
