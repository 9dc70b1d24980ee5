"""注册 in four steps; nothing is written before the last one but the code."""

import secrets
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.adapters import client_address
from portal.accounts.forms.steps import ConsentForm, IdentityForm, NewPasswordForm, PhoneForm
from portal.accounts.labels import UNNAMED
from portal.accounts.models import OneTimeCode, Purpose, User
from portal.accounts.services.codes import Asker, Destination
from portal.accounts.services.registration import Applicant, check_identity, register, send_registration_code
from portal.accounts.services.sealed import drop, keep, kept
from portal.accounts.views.codes import REFUSED, CodeStep, State, asker_of, begin, code_page, refused
from portal.accounts.views.entrance import open_session
from portal.errors import BusinessRuleError

STEP = CodeStep(Purpose.REGISTER, "输入短信验证码", "register_phone", "注册", "account_signup", is_registration=True)
WHO = "register_who"
"""Name and ID that the register has confirmed, and when consent was given."""
CONFIRMED = "register_confirmed"
"""The same with the phone whose code was right."""


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def identity_step(request: HttpRequest) -> HttpResponse:
    """Step 1: name, ID and consent; the register is asked."""
    if request.user.is_authenticated:
        return redirect("me")
    template = "account/register_identity.html"
    form = IdentityForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    who = {name: form.cleaned_data[name] for name in ("name", "resident_id")}
    try:
        check_identity(**who, address=client_address(request))
    except BusinessRuleError as error:
        return refused(request, template, form=form, error=error)
    keep(request.session, WHO, who | {"consented_at": timezone.now().isoformat()})
    return redirect("register_phone")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def without_id(request: HttpRequest) -> HttpResponse:
    """Step 1 for somebody whom the register cannot confirm now: consent only; 实名认证 follows after the log-in."""
    if request.user.is_authenticated:
        return redirect("me")
    template = "account/register_without_id.html"
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    who = {"name": UNNAMED, "resident_id": "", "consented_at": timezone.now().isoformat()}
    keep(request.session, WHO, who)
    return redirect("register_phone")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def phone_step(request: HttpRequest) -> HttpResponse:
    """Step 2: the phone. Whether it or the ID is known already is told to the phone, not to the page."""
    who = kept(request.session, WHO)
    if not who:
        return redirect("account_signup")
    template = "account/register_phone.html"
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    destination = Destination("sms", form.cleaned_data["phone"])
    asker = asker_of(request)
    try:
        token = _send(who, destination=destination, asker=asker)
    except BusinessRuleError as error:
        return refused(request, template, form=form, error=error)
    begin(request, step=STEP, token=token, destination=destination, proven="yes" if asker.is_proven else "")
    return redirect("register_code")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code_step(request: HttpRequest) -> HttpResponse:
    """Step 2, second half: the code."""
    who = kept(request.session, WHO)
    if not who:
        return redirect("account_signup")

    def resend(state: State, destination: Destination) -> str:
        return _send(who, destination=destination, asker=asker_of(request, state))

    def then(_code: OneTimeCode, state: State) -> HttpResponse:
        token = secrets.token_urlsafe(24)
        keep(request.session, CONFIRMED, who | {"phone": state["destination"], "token": token})
        drop(request.session, STEP.purpose)
        return redirect("register_password")

    return code_page(request, step=STEP, resend=resend, then=then)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def password_step(request: HttpRequest) -> HttpResponse:
    """Step 3: the password; the account is opened and its owner is in."""
    if request.user.is_authenticated:
        return redirect("register_done")
    ready = kept(request.session, CONFIRMED)
    if not ready:
        return redirect("account_signup")
    template = "account/register_password.html"
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=_somebody(ready))
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    applicant = Applicant(
        name=ready["name"],
        resident_id=ready["resident_id"],
        phone=ready["phone"],
        consented_at=datetime.fromisoformat(ready["consented_at"]),
    )
    try:
        user = register(applicant, password=form.cleaned_data["password"], token=ready["token"])
    except BusinessRuleError as error:
        return refused(request, template, form=form, error=error)
    for name in (WHO, CONFIRMED):
        drop(request.session, name)
    open_session(request, user=user)
    return redirect("register_done")


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Step 4: where to go now."""
    return render(request, "account/register_done.html")


def _send(who: State, *, destination: Destination, asker: Asker) -> str:
    return send_registration_code(resident_id=who["resident_id"], phone=destination.value, asker=asker)


def _somebody(ready: State) -> User:
    """Nobody yet; what the password must not contain is known."""
    user = User(display_name=ready["name"], phone=ready["phone"])
    vars(user)["typed_id"] = ready["resident_id"]
    return user
