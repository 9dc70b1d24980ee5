"""补正: what was returned is corrected, and nothing else; the form is that of the item."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import items
from suspension.forms import RefundForm, ResumeForm, StopForm, TransferForm, refund
from suspension.forms import resume as resume_form
from suspension.forms import transfer as transfer_form
from suspension.models import Application, Attachment
from suspension.policy.transitions import Action, Role, State, actions
from suspension.services import filing, materials, refunding, resume, transfer
from suspension.services.contacts import unproven_of
from suspension.services.facts import read_stop_case
from suspension.services.kinds import KINDS
from suspension.views.applications import own_application, page_of
from suspension.views.contact import begin_for_correction
from suspension.views.stop import count_in, initial_of, take_in

Correction = StopForm | ResumeForm | RefundForm | TransferForm


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """补正: only the fields that were named can be changed; the number stays."""
    found = own_application(request, number)
    if Action.RESUBMIT not in actions(found.state, role=Role.APPLICANT) and request.method != "POST":
        return redirect("application", number=found.number)
    before = filing.request_of(KINDS[found.item], found)
    form = _form_of(request, found, before=before)
    form.keep_open(tuple(found.returned_fields))
    form.let_remove(_files_of(found))
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        reasons = _change_files(form, application=found) if found.state == State.RETURNED else ()
        if not reasons:
            return _resubmit(request, form=form, application=found, before=before)
    return _show(request, found, form=form, reasons=reasons, status=422 if request.method == "POST" else 200)


def _form_of(request: HttpRequest, found: Application, *, before: Any) -> Correction:
    """The form of the item, filled with what was sent before or with what was typed now."""
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    today = clock.today()
    if items.ITEMS[found.item].is_paid:
        returning = resume.case_of(found, today=today)
        return ResumeForm(*typed, initial=resume_form.initial_of(before, scheme=returning.scheme), case=returning)
    if items.ITEMS[found.item].is_refund:
        claim = refunding.claim_in(found, today=today)
        return RefundForm(*typed, initial=refund.initial_of(before), claims=(claim,))
    if items.ITEMS[found.item].has_legs:
        offers = transfer.offers_for(found, today=today)
        initial = transfer_form.initial_of(before, offers=offers, about_id=found.enrollment_id)
        return TransferForm(*typed, initial=initial, offers=offers)
    return StopForm(*typed, initial=initial_of(before), case=read_stop_case(found.enrollment, today=today, own=found))


def _files_of(found: Application) -> list[Attachment]:
    return list(Attachment.objects.kept().filter(application=found).order_by("id"))


def _change_files(form: Correction, *, application: Application) -> tuple[Reason, ...]:
    """Take out what is wanted no more, keep what was uploaded, and say why the rest cannot be kept."""
    for public_id in form.cleaned_data.get("removed", ()):
        materials.remove(public_id, application_id=application.pk)
    return take_in(form, application=application)


def _resubmit(request: HttpRequest, *, form: Correction, application: Application, before: Any) -> HttpResponse:
    asked, by = form.request(base=before), account_of(request)
    left = unproven_of(application.person, phone=asked.contact_phone, email=asked.contact_email, by=by)
    if left:
        return begin_for_correction(request, number=application.number or "", destination=left[0])
    try:
        filing.resubmit(
            KINDS[application.item],
            asked,
            number=application.number or "",
            version=count_in(request, "version"),
            token=request.POST.get("token", ""),
            by=by,
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _show(request, application, form=form, reasons=error.reasons, status=422)
    return redirect("application", number=application.number)


def _show(
    request: HttpRequest, found: Application, *, form: Correction, reasons: tuple[Reason, ...], status: int
) -> HttpResponse:
    """The page; what was uploaded or taken out a moment ago is shown as it is now."""
    form.let_remove(_files_of(found))
    if not reasons and isinstance(form, TransferForm) and "way" in form.fields:
        reasons = form.closed
    context = page_of(
        found,
        form=form,
        plain_fields=form.plain_fields(),
        paper_fields=form.paper_fields(),
        reasons=reasons,
        token=secrets.token_urlsafe(24),
    )
    return render(request, "suspension/correct.html", context, status=status)
