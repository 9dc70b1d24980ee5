"""忘记密码: by a code to the phone or mailbox of the account, or with the slip from the counter."""

import time

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.adapters import client_address
from portal.accounts.forms.steps import CounterCodeForm, NewPasswordForm, ResetForm
from portal.accounts.labels import RESET_DONE
from portal.accounts.models import OneTimeCode, Purpose, User
from portal.accounts.services.access import reset_mark, reset_password, send_reset_code, use_counter_reset
from portal.accounts.services.codes import Destination
from portal.accounts.services.sealed import drop, keep, kept
from portal.accounts.views.codes import REFUSED, CodeStep, State, asker_of, begin, code_page, refused
from portal.errors import BusinessRuleError, Reason

STEP = CodeStep(Purpose.RESET, "输入验证码", "account_reset_password", "忘记密码", "account_reset_password")
TICKET = "reset_ticket"
"""Whose password may be set, until when, and the mark of the password it replaces."""
TICKET_SECONDS = 1800


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset_start(request: HttpRequest) -> HttpResponse:
    """ID and phone or e-mail; the next page is the same whether they fit."""
    template = "account/reset_start.html"
    form = ResetForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    resident_id, destination = form.cleaned_data["resident_id"], form.cleaned_data["destination"]
    asker = asker_of(request)
    try:
        token = send_reset_code(resident_id=resident_id, destination=destination, asker=asker)
    except BusinessRuleError as error:
        return refused(request, template, form=form, error=error)
    more = {"resident_id": resident_id, "proven": "yes" if asker.is_proven else ""}
    begin(request, step=STEP, token=token, destination=destination, **more)
    return redirect("reset_code")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset_code(request: HttpRequest) -> HttpResponse:
    """The code; a right one leads to the new password."""

    def resend(state: State, destination: Destination) -> str:
        asker = asker_of(request, state)
        return send_reset_code(resident_id=state["resident_id"], destination=destination, asker=asker)

    def then(code: OneTimeCode, _state: State) -> HttpResponse:
        if code.user is None or not code.user.is_active:
            raise BusinessRuleError(Reason("account.code-wrong"))
        drop(request.session, STEP.purpose)
        return _give_ticket(request, user=code.user)

    return code_page(request, step=STEP, resend=resend, then=then)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset_at_counter(request: HttpRequest) -> HttpResponse:
    """The slip from the counter, for people whose phone has changed."""
    template = "account/reset_counter.html"
    form = CounterCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    typed = {name: form.cleaned_data[name] for name in ("resident_id", "code")}
    try:
        user = use_counter_reset(**typed, address=client_address(request))
    except BusinessRuleError as error:
        return refused(request, template, form=form, error=error)
    return _give_ticket(request, user=user)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password_step(request: HttpRequest) -> HttpResponse:
    """The new password; then the ordinary log-in, with the second factor where there is one."""
    ticket = kept(request.session, TICKET)
    user = _ticket_holder(ticket)
    if user is None:
        return redirect("account_reset_password")
    template = "account/reset_password.html"
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=user)
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    try:
        reset_password(user.pk, mark=ticket["mark"], password=form.cleaned_data["password"])
    except BusinessRuleError as error:
        drop(request.session, TICKET)
        return refused(request, template, form=form, error=error)
    drop(request.session, TICKET)
    messages.success(request, RESET_DONE)
    return redirect("account_login")


def _give_ticket(request: HttpRequest, *, user: User) -> HttpResponse:
    values = {"user": str(user.pk), "mark": reset_mark(user), "until": str(int(time.time()) + TICKET_SECONDS)}
    keep(request.session, TICKET, values)
    return redirect("reset_password")


def _ticket_holder(ticket: State) -> User | None:
    if not ticket or int(ticket["until"]) < time.time():
        return None
    return User.objects.filter(pk=int(ticket["user"]), is_active=True).first()
