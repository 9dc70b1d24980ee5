"""支付密码 in 账户设置."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.forms import OldPasswordForm, PaymentPasswordForm
from payments.services import paypass
from payments.services.paypass import Proof
from portal.accounts.adapters import account_of, client_address
from portal.accounts.models import OneTimeCode, Purpose
from portal.accounts.services.codes import Destination
from portal.accounts.services.sealed import drop, keep, kept
from portal.accounts.views.codes import CodeStep, State, begin, code_page, status_of
from portal.errors import BusinessRuleError, Reason

STEP = CodeStep(Purpose.PAYMENT, "重设支付密码", "payment_password", "支付密码", "payment_password", is_own=True)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Whether there is one, and what it is for."""
    return render(request, "payments/paypass.html", {"is_set": paypass.is_set(account_of(request)), "reasons": ()})


def _code_of(request: HttpRequest) -> str:
    """The key of the code that was right in this session; empty without one."""
    return kept(request.session, STEP.purpose).get("proven", "")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def change(request: HttpRequest) -> HttpResponse:
    """Set it, change it, or set it anew when it was forgotten."""
    user, code_id = account_of(request), _code_of(request)
    is_set = paypass.is_set(user)
    form = PaymentPasswordForm(request.POST if request.method == "POST" else None, asks_old=is_set and not code_id)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        given = form.cleaned_data
        try:
            paypass.set_password(given["password"], by=user, proof=Proof(old=given.get("old", ""), code_id=code_id))
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            drop(request.session, STEP.purpose)
            messages.success(request, "支付密码已设置，以后提交订单时会问您。")
            return redirect("payment_password")
    context = {
        "form": form,
        "reasons": reasons,
        "is_set": is_set,
        "has_code": bool(code_id),
        "asks_old": is_set and not code_id,
    }
    return render(request, "payments/paypass_set.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def end(request: HttpRequest) -> HttpResponse:
    """停用, after a question."""
    user, code_id = account_of(request), _code_of(request)
    asks_old = paypass.is_set(user) and not code_id
    form = OldPasswordForm(request.POST if request.method == "POST" else None, asks_old=asks_old)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            paypass.end(by=user, proof=Proof(old=form.cleaned_data.get("old", ""), code_id=code_id))
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            drop(request.session, STEP.purpose)
            messages.success(request, "支付密码已停用，以后提交订单不再问。")
            return redirect("payment_password")
    context = {"form": form, "reasons": reasons, "asks_old": asks_old}
    return render(request, "payments/paypass_end.html", context, status=422 if form.is_bound else 200)


@require_POST
@reauthentication_required
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a code to the account's own phone, or say why not."""
    user = account_of(request)
    destination = paypass.own_address(user)
    try:
        token = paypass.send_code(user, address=client_address(request))
    except BusinessRuleError as error:
        context = {"is_set": paypass.is_set(user), "reasons": error.reasons}
        return render(request, "payments/paypass.html", context, status=status_of(error))
    if destination is not None:
        begin(request, step=STEP, token=token, destination=destination)
    return redirect("payment_password_code")


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def code(request: HttpRequest) -> HttpResponse:
    """The code that came; then a new one is set without the old one."""

    def resend(_state: State, _destination: Destination) -> str:
        return paypass.send_code(account_of(request), address=client_address(request))

    def then(found: OneTimeCode, _state: State) -> HttpResponse:
        keep(request.session, STEP.purpose, {"proven": str(found.pk)})
        return redirect("payment_password_set")

    return code_page(request, step=STEP, resend=resend, then=then)
