"""退费申请: the conditions, the form and the check page. Each view makes one service call at most and redirects."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.adapters import acting_person
from insured.models import AreaPolicy, InsuredPerson
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.workdays import add_workdays
from suspension import items
from suspension.forms.refund import LookForm, RefundForm, initial_of
from suspension.labels import CHECKS
from suspension.models import Application, Attachment
from suspension.services import filing, materials, refunding
from suspension.services.contacts import unproven
from suspension.services.facts import holidays
from suspension.services.refund import Claim, claims_of
from suspension.views.stop import check_same_person, count_in, draft_of, take_in


def person_of(request: HttpRequest) -> InsuredPerson | None:
    """Oneself, or the relative acted for."""
    return acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """退费条件: what could come back, and for the payment and cause that were chosen every condition."""
    person = person_of(request)
    claims = claims_of(person, today=clock.today()) if person else ()
    form = _look(request, claims=claims)
    chosen = _chosen(form, claims=claims)
    cause = form.cleaned_data.get("cause", "") if form.is_bound and form.is_valid() else ""
    context: dict[str, Any] = {"person": person, "claims": claims, "form": form, "claim": chosen, "cause": cause}
    context["draft"] = draft_of(request, items.REFUND)
    if chosen is not None:
        refused = chosen.refused(cause)
        context |= {
            "checks": [(CHECKS[one.code], one) for one in chosen.checks(cause)],
            "refused": refused,
            "not_ended": chosen.not_ended,
            "evidence": chosen.evidence(cause) if cause and not refused else None,
            "can_file": bool(cause) and not chosen.not_filed(cause),
        }
    return render(request, "suspension/refund_notice.html", context)


def _look(request: HttpRequest, *, claims: tuple[Claim, ...]) -> LookForm:
    """What the address says; with one payment only there is nothing to choose."""
    typed = {name: request.GET[name] for name in LookForm.base_fields if name in request.GET}
    if len(claims) == 1:
        typed = {"paid": claims[0].code} | typed
    if "cause" in typed:
        return LookForm(typed, claims=claims)
    return LookForm(initial=typed, claims=claims)


def _chosen(form: LookForm, *, claims: tuple[Claim, ...]) -> Claim | None:
    """The claim that the page is about."""
    code = form.data.get("paid", "") if form.is_bound else form.initial.get("paid", "")
    return next((one for one in claims if one.code == code), None)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """退费申请表; what was typed is kept as a draft."""
    person = person_of(request)
    claims = claims_of(person, today=clock.today()) if person else ()
    if person is None or not claims:
        return redirect("refund")
    check_same_person(request, person)
    draft = draft_of(request, items.REFUND)
    if request.method != "POST":
        initial = _initial(request, person=person, claims=claims, draft=draft)
        return _show_form(request, person=person, form=RefundForm(initial=initial, claims=claims), draft=draft)
    is_put_aside = bool({"save", "upload"} & request.POST.keys())
    filled = RefundForm(request.POST, request.FILES, claims=claims, is_put_aside=is_put_aside)
    if not filled.is_valid():
        return _show_form(request, person=person, form=filled, draft=draft, status=422)
    claim, asked = filled.claim, filled.request()
    draft = filing.save_draft(refunding.KIND, asked, enrollment_id=claim.enrollment.pk, by=account_of(request))
    reasons = take_in(filled, application=draft)
    if not reasons and not is_put_aside:
        lacks = refunding.lacking(asked, claim=claim, slots=refunding.slots_of(draft))
        reasons = (*claim.not_filed(asked.refund_cause), *lacks)
    if reasons:
        return _show_form(request, person=person, form=filled, draft=draft, reasons=reasons, status=422)
    if "save" in request.POST:
        return redirect(f"{reverse('refund_form')}?saved=1")
    return redirect("refund_form" if "upload" in request.POST else "refund_check")


def _initial(
    request: HttpRequest, *, person: InsuredPerson, claims: tuple[Claim, ...], draft: Application | None
) -> dict[str, Any]:
    """The draft, or what is known of the person; what was chosen on the page before comes first."""
    chosen = {name: request.GET[name] for name in LookForm.base_fields if name in request.GET}
    if draft is None:
        own = account_of(request) if acting_person(request) else person
        return {
            "paid": claims[0].code,
            "holder": person.name,
            "contact_phone": own.phone or "",
            "contact_email": own.email or "",
        } | chosen
    claim = _claim_of(draft, claims=claims)
    asked = initial_of(filing.request_of(refunding.KIND, draft))
    return {"paid": claim.code if claim else ""} | asked | chosen


def _claim_of(draft: Application, *, claims: tuple[Claim, ...]) -> Claim | None:
    """What the draft asks back, if it still can be asked for."""
    mine = (one for one in claims if one.enrollment.pk == draft.enrollment_id and one.year == draft.coverage_year)
    return next(mine, None)


def _show_form(
    request: HttpRequest,
    *,
    person: InsuredPerson,
    form: RefundForm,
    draft: Application | None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "reasons": reasons,
        "draft": draft,
        "attachments": Attachment.objects.kept().filter(application=draft).order_by("id") if draft else (),
        "is_saved": "saved" in request.GET and draft is not None,
    }
    return render(request, "suspension/refund_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """核对信息: everything once more with both results, and 确认提交."""
    draft = draft_of(request, items.REFUND)
    if draft is None:
        return redirect("refund")
    if request.method != "POST":
        return _show_check(request, draft=draft)
    check_same_person(request, draft.person)
    try:
        application = filing.submit(
            refunding.KIND,
            enrollment_id=draft.enrollment_id,
            revision=count_in(request, "revision"),
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _show_check(request, draft=draft, reasons=error.reasons, status=422)
    return redirect("application_submitted", number=application.number)


def _show_check(
    request: HttpRequest, *, draft: Application, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    today = clock.today()
    found = refunding.decision_of(draft, today=today)
    rules = AreaPolicy.objects.in_force(area_id=draft.area_id, on=today).as_rules()
    context = {
        "person": draft.person,
        "draft": draft,
        "found": found,
        "claim": found.claim,
        "reasons": reasons,
        "attachments": Attachment.objects.kept().filter(application=draft).order_by("id"),
        "unproven": [one.channel for one in unproven(draft, by=account_of(request))],
        "due_on": add_workdays(today, days=rules.promised_working_days, overrides=holidays()),
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "suspension/refund_check.html", context, status=status)


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    if draft := draft_of(request, items.REFUND):
        check_same_person(request, draft.person)
        filing.discard_draft(items.REFUND, enrollment_id=draft.enrollment_id, by=account_of(request))
    return redirect("refund")


@require_POST
def remove_material(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one file out of the draft."""
    if draft := draft_of(request, items.REFUND):
        materials.remove(public_id, application_id=draft.pk)
    return redirect("refund_form")
