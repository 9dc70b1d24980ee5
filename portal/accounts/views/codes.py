"""The step in which a code is typed, the same for every purpose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal import masking
from portal.accounts.adapters import client_address
from portal.accounts.forms.steps import StepCodeForm
from portal.accounts.models import OneTimeCode, Purpose
from portal.accounts.services.codes import Asker, Destination, use_code
from portal.accounts.services.limits import TooOften
from portal.accounts.services.proof import is_proven
from portal.accounts.services.sealed import keep, kept
from portal.errors import BusinessRuleError, Reason

State = dict[str, str]
SENT_AGAIN = "新的验证码已发送，之前的验证码作废。"
REFUSED, TOO_OFTEN = 422, 429


@dataclass(frozen=True, slots=True)
class CodeStep:
    """What is special about a code: what it is for, how its page is called, where the journey begins."""

    purpose: Purpose
    title: str
    start: str
    parent: str
    parent_url: str
    is_registration: bool = False
    is_own: bool = False
    """The address is the account's: another one is not typed here."""


def status_of(error: BusinessRuleError) -> int:
    """429 when a limit is reached, else 422."""
    return TOO_OFTEN if isinstance(error, TooOften) else REFUSED


def asker_of(request: HttpRequest, state: Mapping[str, str] | None = None) -> Asker:
    """Who asks for a code, and whether it is proven: by this form, or (`state`) by the one that began the journey."""
    has_proof = bool(state and state.get("proven")) or is_proven(request.POST.get("proof", ""))
    return Asker(client_address(request), is_proven=has_proof)


def begin(request: HttpRequest, *, step: CodeStep, token: str, destination: Destination, **more: str) -> None:
    """A code is on its way: remember in the session, sealed, what it is for and where it went."""
    state = {"token": token, "channel": destination.channel, "destination": destination.value, **more}
    keep(request.session, step.purpose, state)


def code_page(
    request: HttpRequest,
    *,
    step: CodeStep,
    resend: Callable[[State, Destination], str],
    then: Callable[[OneTimeCode, State], HttpResponse],
) -> HttpResponse:
    """Ask for the code, send another one when asked, go on when it is right."""
    state = kept(request.session, step.purpose)
    if "token" not in state:
        return redirect(step.start)
    destination = Destination(state["channel"], state["destination"])
    is_resend = "resend" in request.POST
    form = StepCodeForm(request.POST if request.method == "POST" and not is_resend else None)
    reasons: tuple[Reason, ...] = ()
    status = REFUSED if form.is_bound else 200
    try:
        if is_resend:
            keep(request.session, step.purpose, state | {"token": resend(state, destination)})
            messages.success(request, SENT_AGAIN)
            return redirect(request.path)
        if form.is_valid():
            return then(use_code(form.cleaned_data["code"], purpose=step.purpose, token=state["token"]), state)
    except BusinessRuleError as error:
        reasons, status = error.reasons, status_of(error)
    context = {
        "step": step,
        "form": form,
        "reasons": reasons,
        "shown": shown(destination),
        "by_sms": by_sms(destination),
    }
    return render(request, "account/code.html", context, status=status)


def shown(destination: Destination) -> str:
    """The address as it may stand on a page."""
    return masking.mask_phone(destination.value) if by_sms(destination) else masking.mask_email(destination.value)


def by_sms(destination: Destination) -> bool:
    return destination.channel == "sms"


def refused(request: HttpRequest, template: str, *, form: Any, error: BusinessRuleError, **more: Any) -> HttpResponse:
    """The form once more, with the reasons above it."""
    context = {"form": form, "reasons": error.reasons, **more}
    return render(request, template, context, status=status_of(error))
