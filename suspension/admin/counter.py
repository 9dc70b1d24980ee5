"""A window case, when its person comes again: papers are taken in, the correction is entered, or it is withdrawn."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import items, labels
from suspension.admin.buttons import counter_actions
from suspension.admin.counter_forms import Correction, ResumeCounterCorrectionForm, TransferCounterCorrectionForm
from suspension.admin.forms import CounterCorrectionForm, CounterForm, PaperForm
from suspension.admin.review import case_of
from suspension.forms import resume as resume_form
from suspension.forms import transfer as transfer_form
from suspension.models import Application
from suspension.policy.transitions import Action
from suspension.services import materials, resume, transfer, walk_in
from suspension.services.facts import read_stop_case
from suspension.services.filing import request_of
from suspension.services.kinds import KINDS
from suspension.views.stop import initial_of

Forms = dict[str, CounterForm | Correction]


@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest, number: str) -> HttpResponse:
    """What can be done for the person at the counter, one form each."""
    user = account_of(request)
    application = case_of(number, user=user)
    if application.channel != walk_in.CHANNEL or application.item not in walk_in.COUNTER_ITEMS:
        raise Http404
    offered = _forms(application, by=user)
    if request.method != "POST":
        return _page(request, application=application, forms=offered)
    if request.POST.get("step", "") not in offered:
        conflict = (Reason("case.stale", {"state": labels.STATES[application.state]}),)
        return _page(request, application=application, forms=offered, reasons=conflict, status=409)
    return _sent(request, application=application, by=user)


def _forms(application: Application, *, by: User, sent: Mapping[str, tuple[Any, Any]] | None = None) -> Forms:
    """The steps that are possible now, for this colleague; what was `sent` stands in the form of its step."""
    possible = counter_actions(application, user=by)
    plain = {"version": application.version}
    sent = sent or {}
    found: Forms = {}
    if Action.SUPPLEMENT in possible:
        data, files = sent.get("supplement", (None, None))
        found["supplement"] = PaperForm(data, files, initial=plain, auto_id="paper_%s")
    if Action.RESUBMIT in possible:
        data, _ = sent.get("correct", (None, None))
        found["correct"] = _correction(application, data)
    if Action.WITHDRAW in possible:
        data, _ = sent.get("withdraw", (None, None))
        found["withdraw"] = CounterForm(data, initial=plain, auto_id="withdraw_%s")
    return found


def _correction(application: Application, data: Any) -> Correction:
    """The form of the item with what was sent before, or with what was typed now."""
    before = request_of(KINDS[application.item], application)
    names, today = tuple(application.returned_fields), clock.today()
    plain = {"version": application.version}
    if application.item == items.RESUME.code:
        coming = resume.case_of(application, today=today)
        said = resume_form.initial_of(before, scheme=coming.scheme) | plain
        return ResumeCounterCorrectionForm(data, initial=said, case=coming, names=names, auto_id="correct_%s")
    if application.item == items.TRANSFER.code:
        offers = transfer.offers_for(application, today=today)
        said = transfer_form.initial_of(before, offers=offers, about_id=application.enrollment_id) | plain
        return TransferCounterCorrectionForm(data, initial=said, offers=offers, names=names, auto_id="correct_%s")
    case = read_stop_case(application.enrollment, today=today, own=application)
    return CounterCorrectionForm(data, initial=initial_of(before) | plain, case=case, names=names, auto_id="correct_%s")


def _sent(request: HttpRequest, *, application: Application, by: User) -> HttpResponse:
    step = request.POST["step"]
    forms = _forms(application, by=by, sent={step: (request.POST, request.FILES)})
    form = forms[step]
    if not form.is_valid():
        return _page(request, application=application, forms=forms, sent=step, status=422)
    try:
        _serve(step, form, application=application, token=request.POST.get("token", ""), by=by)
    except BusinessRuleError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(request, application=application, forms=forms, reasons=error.reasons, sent=step, status=status)
    messages.success(request, f"{labels.ACTIONS[STEPS[step]]}：{application.number}。")
    return HttpResponseRedirect(_address(application), status=303)


STEPS = {"supplement": Action.SUPPLEMENT, "correct": Action.RESUBMIT, "withdraw": Action.WITHDRAW}


def _serve(step: str, form: CounterForm | Correction, *, application: Application, token: str, by: User) -> None:
    common: dict[str, Any] = {
        "number": application.number or "",
        "version": form.cleaned_data["version"],
        "is_identity_checked": form.cleaned_data["is_checked"],
        "by": by,
    }
    if isinstance(form, PaperForm):
        upload = materials.read_upload(form.cleaned_data["file"])
        walk_in.supplement(upload, slot=form.cleaned_data["slot"], **common)
    elif isinstance(form, Correction):
        before = request_of(KINDS[application.item], application)
        walk_in.resubmit(form.request(base=before), token=token, **common)
    elif step == "withdraw":
        walk_in.withdraw(**common)


def _address(application: Application) -> str:
    return reverse("admin:suspension_application_counter", args=[application.number])


def _page(
    request: HttpRequest,
    *,
    application: Application,
    forms: Forms,
    reasons: tuple[Reason, ...] = (),
    sent: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": "窗口办理",
        "section": "queue",
        "application": application,
        "forms": forms,
        "sent_form": forms.get(sent),
        "reasons": reasons,
        "returned_fields": "、".join(labels.CORRECTABLE[name] for name in application.returned_fields),
        "token": secrets.token_urlsafe(24),
    }
    return TemplateResponse(
        request,
        "admin/suspension/application/counter.html",
        admin.site.each_context(request) | context,
        status=status,
    )
