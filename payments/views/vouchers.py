"""缴费凭证 and 缴费证明 of oneself or the relative acted for, and the public pages that verify printed ones."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insured.adapters import acting_person
from insured.models import InsuredPerson
from payments.forms import YearsForm
from payments.models import ContributionRecord
from payments.services import vouchers
from payments.services.history import GIVEN_BACK, NEWEST_FIRST, Line
from payments.services.vouchers import Years
from portal import clock
from portal.accounts.adapters import account_of, looks_too_often
from portal.errors import BusinessRuleError, Reason

RECORDS_PER_PAGE = 24
REFUSED = 422


def _person(request: HttpRequest) -> InsuredPerson | None:
    """Oneself, or the relative acted for."""
    return acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Every payment with its voucher, newest first, and the form of a 缴费证明."""
    return _archive(request)


def _archive(
    request: HttpRequest, *, form: YearsForm | None = None, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    person = _person(request)
    context: dict[str, Any] = {"person": person, "reasons": reasons}
    if person is not None:
        records = ContributionRecord.objects.filter(person=person)
        received = records.filter(is_received=True).exclude(kind__in=GIVEN_BACK)
        years = [day.year for day in received.dates("period_starts_on", "year")]
        if years:
            form = form or YearsForm(initial={"first": years[-1], "last": years[-1]})
            form.offer(years)
        page = Paginator(received.order_by(*NEWEST_FIRST), RECORDS_PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "form": form,
            "has_records": bool(years),
            "lines": [Line.of(one) for one in page.object_list],
            "page_obj": page,
        }
    return render(request, "payments/vouchers.html", context, status=status)


@never_cache
@require_safe
def voucher(request: HttpRequest, number: str) -> HttpResponse:
    """缴费凭证 of one payment, one's own or of a relative who lets one act."""
    records = ContributionRecord.objects.within_reach_of(account_of(request))
    record = records.select_related("person", "area", "employer").filter(number=number).first()
    if record is None:
        raise Http404
    try:
        return pdf_answer(vouchers.voucher(record, address=voucher_address(request, record)), name=record.number)
    except BusinessRuleError as error:
        return _archive(request, reasons=error.reasons, status=REFUSED)


@never_cache
@require_safe
def contribution_proof(request: HttpRequest) -> HttpResponse:
    """缴费证明 of some years."""
    person = _person(request)
    if person is None:
        raise Http404
    form = YearsForm(request.GET)
    if not form.is_valid():
        return _archive(request, form=form, status=REFUSED)
    try:
        records = vouchers.proven_records(ContributionRecord.objects.filter(person=person), years=form.years)
        return proof_answer(request, person, records=records, years=form.years)
    except BusinessRuleError as error:
        return _archive(request, form=form, reasons=error.reasons, status=REFUSED)


@login_not_required
@never_cache
@require_safe
def verify_voucher(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a printed voucher is genuine and the money still there; the same answer for any wrong code."""
    if looks_too_often(request):
        return render(request, "429.html", status=429)
    found = vouchers.find_voucher(code)
    return render(request, "payments/voucher_verify.html", {"found": found}, status=200 if found else 404)


@login_not_required
@never_cache
@require_safe
def verify_proof(request: HttpRequest, code: str) -> HttpResponse:
    """The same for a 缴费证明."""
    if looks_too_often(request):
        return render(request, "429.html", status=429)
    found = vouchers.find_proof(code)
    return render(request, "payments/proof_verify.html", {"found": found}, status=200 if found else 404)


def voucher_address(request: HttpRequest, record: ContributionRecord) -> str:
    """Where anybody verifies the voucher."""
    return request.build_absolute_uri(reverse("voucher_verify", args=[vouchers.voucher_code(record)]))


def proof_answer(
    request: HttpRequest, person: InsuredPerson, *, records: list[ContributionRecord], years: Years
) -> HttpResponse:
    """The 缴费证明 over these records; BusinessRuleError when it cannot be printed."""
    made = vouchers.proof(person, records=records, years=years, on=clock.today())
    address = request.build_absolute_uri(reverse("contribution_proof_verify", args=[made.code]))
    return pdf_answer(vouchers.proof_pdf(made, records=records, address=address), name=f"proof-{made.number}")


def pdf_answer(pdf: bytes, *, name: str) -> HttpResponse:
    """A PDF to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
