"""在线客服: one's own threads, a new question, one thread."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from portal import identity
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason
from portal.help import labels
from portal.help.adapters import area_code_of
from portal.help.forms import ConsultationForm, ReplyForm, known_kind, plain_subject
from portal.help.models import Consultation
from portal.help.services import consultations as services

SHOWN = 20
OVER = Consultation.State.CLOSED


@require_http_methods(["GET", "HEAD", "POST"])
def consult(request: HttpRequest) -> HttpResponse:
    """A new question (?subject= says what it is about, ?kind= what it is), and the earlier ones."""
    by = account_of(request)
    if request.method != "POST":
        subject = plain_subject(request.GET.get("subject", ""))
        kind = known_kind(request.GET.get("kind", ""))
        return _ask(request, ConsultationForm(initial={"subject": subject, "kind": kind, "call_phone": by.phone or ""}))
    filled = ConsultationForm(request.POST)
    if not filled.is_valid():
        return _ask(request, filled, status=422)
    try:
        found = services.ask(filled.request(), area_code=area_code_of(by), token=request.POST.get("token", ""), by=by)
    except BusinessRuleError as error:
        return _ask(request, filled, reasons=error.reasons, status=422)
    return redirect("consultation", number=found.number)


def _ask(
    request: HttpRequest, form: ConsultationForm, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    own = Consultation.objects.visible_to(request.user).order_by("-id")[:SHOWN]
    kind, subject = form["kind"].value(), form["subject"].value()
    context = {
        "form": form,
        "reasons": reasons,
        "own": _with_tones(own),
        "token": secrets.token_urlsafe(24),
        "kind": kind,
        "title": labels.CONSULTATION_KINDS.get(kind, "在线客服"),
        "subject": subject,
        "same": next((one for one in own if kind and one.subject == subject and one.state != OVER), None),
    }
    return render(request, "help/consult.html", context, status=status)


def _with_tones(rows: Any) -> list[tuple[Consultation, str]]:
    return [(one, labels.STATE_TONES[one.state]) for one in rows]


def _mine(request: HttpRequest, number: str) -> Consultation:
    """Only one's own; anybody else's is not there."""
    own = Consultation.objects.visible_to(request.user).select_related("taken_by")
    return get_object_or_404(own, number=identity.normalize_public_number(number))


@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: HttpRequest, number: str) -> HttpResponse:
    """The thread, and a box to say more."""
    found = _mine(request, number)
    if request.method != "POST":
        return _thread(request, found, ReplyForm())
    filled = ReplyForm(request.POST)
    if not filled.is_valid():
        return _thread(request, found, filled, status=422)
    try:
        services.add(
            found.number,
            text=filled.cleaned_data["text"],
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except BusinessRuleError as error:
        return _thread(request, found, filled, reasons=error.reasons, status=422)
    return redirect("consultation", number=found.number)


def _thread(
    request: HttpRequest,
    found: Consultation,
    form: ReplyForm,
    *,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "consultation": found,
        "tone": labels.STATE_TONES[found.state],
        "turns": found.messages.order_by("no"),
        "form": form,
        "reasons": reasons,
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "help/consultation.html", context, status=status)


@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """结束咨询."""
    found = _mine(request, number)
    services.close(found.number, by=account_of(request))
    return redirect("consultation", number=found.number)
