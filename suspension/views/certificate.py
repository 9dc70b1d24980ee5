"""参保凭证打印, and the public page that verifies a printed one; 待遇查询 beside it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insured.adapters import acting_person
from insured.models import InsuredPerson
from insured.services.benefits import benefit_on
from portal import clock
from portal.accounts.adapters import account_of, looks_too_often
from suspension.services import receipt
from suspension.services.certificate import certificate, certificate_code, enrollments_of, find_certificate


def _person(request: HttpRequest) -> InsuredPerson | None:
    """Oneself, or the relative acted for."""
    return acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()


@require_safe
def certificate_page(request: HttpRequest) -> HttpResponse:
    """What the certificate will say, and the button to save it."""
    person, today = _person(request), clock.today()
    context = {
        "person": person,
        "today": today,
        "enrollments": enrollments_of(person) if person else (),
        "benefit": benefit_on(person, day=today) if person else None,
    }
    return render(request, "suspension/certificate.html", context)


@never_cache
@require_safe
def certificate_pdf(request: HttpRequest) -> HttpResponse:
    """参保凭证 as PDF."""
    person, today = _person(request), clock.today()
    if person is None:
        raise Http404
    address = request.build_absolute_uri(reverse("certificate_verify", args=[certificate_code(person, on=today)]))
    pdf = receipt.as_pdf(certificate(person, on=today, address=address))
    headers = {"Content-Disposition": f'attachment; filename="certificate-{today:%Y%m%d}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@login_not_required
@never_cache
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a printed certificate is genuine, and what holds today; the same answer for any wrong code."""
    if looks_too_often(request):
        return render(request, "429.html", status=429)
    found = find_certificate(code, today=clock.today())
    return render(request, "suspension/certificate_verify.html", {"found": found}, status=200 if found else 404)
