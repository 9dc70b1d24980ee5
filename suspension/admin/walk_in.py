"""窗口代录: find the person by the ID card, enter the application, print the receipt."""

import secrets
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from insured.models import Enrollment, InsuredPerson
from insured.services.counter import find_person
from portal import clock
from portal.accounts.adapters import account_of
from portal.audit.services import record_access
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import items, labels
from suspension.admin.case import find_case
from suspension.admin.forms import FindPersonForm, WalkInForm
from suspension.models import Application
from suspension.services import materials, stop, walk_in
from suspension.services import receipt as printed
from suspension.services.facts import StopCase, read_stop_case
from suspension.services.transfer import facts_of
from suspension.views.stop import check_same_person

FOUND = "walk_in_person"
"""Where the session keeps the 人员编号 of the person at the counter."""
FORMS = {
    items.STOP.code: "admin:suspension_application_walk_in_form",
    items.RESUME.code: "admin:suspension_application_walk_in_resume",
    items.TRANSFER.code: "admin:suspension_application_walk_in_transfer",
}
"""Item → the page with its form."""


def others(code: str) -> list[tuple[str, str]]:
    """Address and name of what else can be entered for the same person."""
    return [(reverse(FORMS[one]), name) for one, name in labels.WALK_IN_ITEMS.items() if one != code]


def person_at_counter(request: HttpRequest) -> InsuredPerson | None:
    """Who was found before, in one's areas."""
    mine = InsuredPerson.objects.in_charge_of(account_of(request))
    return mine.filter(number=request.session.get(FOUND, "")).first()


def counter_page(request: HttpRequest, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "section": "queue", "reasons": (), **more}
    return TemplateResponse(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The ID typed from the card and why; the look is logged."""
    form = FindPersonForm(request.POST if request.method == "POST" else None)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            person = find_person(
                form.cleaned_data["resident_id"], reason=form.cleaned_data["reason"], by=account_of(request)
            )
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            request.session[FOUND] = person.number
            return HttpResponseRedirect(reverse(FORMS[form.cleaned_data["item"]]))
    status = 422 if form.is_bound else 200
    return counter_page(
        request,
        "admin/suspension/application/walk_in.html",
        title="窗口代录",
        form=form,
        reasons=reasons,
        status=status,
    )


def _case(request: HttpRequest) -> StopCase | None:
    """The stop of the person who was found; None without one, or without an enrollment. 404 in another's area."""
    person = person_at_counter(request)
    enrollment = stop.stoppable_enrollment(account_of(request), of=person) if person else None
    if enrollment is None:
        return None
    if not Enrollment.objects.in_charge_of(account_of(request)).filter(pk=enrollment.pk).exists():
        raise Http404
    return read_stop_case(enrollment, today=clock.today())


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """The same form as in the hall; what the person brought may be scanned into its slots."""
    case = _case(request)
    if case is None:
        return _nothing_to_stop(request)
    if request.method != "POST":
        person = case.enrollment.person
        filled = WalkInForm(initial={"contact_phone": person.phone or "", "contact_email": person.email}, case=case)
        return _form_page(request, case=case, form=filled)
    check_same_person(request, case.enrollment.person)
    filled = WalkInForm(request.POST, request.FILES, case=case)
    if not filled.is_valid():
        return _form_page(request, case=case, form=filled, status=422)
    try:
        entered = walk_in.enter(
            filled.request(),
            enrollment_id=case.enrollment.pk,
            uploads=[(slot, materials.read_upload(file)) for slot, file in filled.files_by_slot()],
            is_identity_checked=filled.cleaned_data["is_checked"],
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _form_page(request, case=case, form=filled, reasons=error.reasons, status=422)
    return HttpResponseRedirect(reverse("admin:suspension_application_walk_in_receipt", args=[entered.number]))


def _nothing_to_stop(request: HttpRequest) -> HttpResponse:
    """Who was found, why there is nothing to enter, and what can be done for them; the search when nobody was found."""
    person = person_at_counter(request)
    if person is None:
        return HttpResponseRedirect(reverse("admin:suspension_application_walk_in"))
    status = 200 if request.method in ("GET", "HEAD") else 422
    template = "admin/suspension/application/walk_in.html"
    return counter_page(
        request,
        template,
        title="窗口代录",
        form=FindPersonForm(),
        person=person,
        others=others(items.STOP.code),
        status=status,
    )


def _form_page(
    request: HttpRequest, *, case: StopCase, form: WalkInForm, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    return counter_page(
        request,
        "admin/suspension/application/walk_in_form.html",
        title="窗口代录：填写申请",
        enrollment=case.enrollment,
        person=case.enrollment.person,
        others=others(items.STOP.code),
        form=form,
        reasons=reasons,
        token=secrets.token_urlsafe(24),
        status=status,
    )


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """受理回执, to be printed and handed over."""
    try:
        found = find_case(number, user=account_of(request))
    except Application.DoesNotExist:
        raise Http404 from None
    enrollment = found.enrollment
    title = items.ITEMS[found.item].title_for(enrollment.scheme, is_through_unit=enrollment.is_through_unit)
    return counter_page(
        request,
        "admin/suspension/application/walk_in_receipt.html",
        title="受理回执",
        application=found,
        item_title=title,
        reason_label=labels.STOP_REASONS.get(found.reason_code, ""),
        is_stop=found.item == items.STOP.code,
        is_return=found.item == items.RESUME.code,
        transfer=facts_of(found, today=clock.today()) if found.item == items.TRANSFER.code else None,
    )


@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The application as PDF, for the person to sign; what was agreed to stays on paper."""
    try:
        found = find_case(number, user=account_of(request))
    except Application.DoesNotExist:
        raise Http404 from None
    sheet = printed.sheet_of(found)
    if sheet is None or found.channel != walk_in.CHANNEL:
        raise Http404
    record_access(user=account_of(request), action="view", subject_kind="application", subject_id=found.pk)
    address = request.build_absolute_uri(reverse("verify", args=[printed.verification_code(found.number or "")]))
    pdf = printed.as_pdf(printed.printed_form(found, sheet, address=address))
    headers = {"Content-Disposition": f'attachment; filename="{sheet.code}-form-{found.number}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
