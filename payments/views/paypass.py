"""支付密码 in 账户设置."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from payments.forms import PaymentPasswordForm
from payments.services import paypass
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Whether there is one, and what it is for."""
    return render(request, "payments/paypass.html", {"is_set": paypass.is_set(account_of(request))})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def change(request: HttpRequest) -> HttpResponse:
    """Set it, change it, or set it anew when it was forgotten."""
    form = PaymentPasswordForm(request.POST if request.method == "POST" else None)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            paypass.set_password(form.cleaned_data["password"], by=account_of(request))
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            messages.success(request, "支付密码已设置，以后提交订单时会问您。")
            return redirect("payment_password")
    status = 422 if form.is_bound else 200
    return render(request, "payments/paypass_set.html", {"form": form, "reasons": reasons}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def end(request: HttpRequest) -> HttpResponse:
    """停用, after a question."""
    if request.method != "POST":
        return render(request, "payments/paypass_end.html")
    paypass.end(by=account_of(request))
    messages.success(request, "支付密码已停用，以后提交订单不再问。")
    return redirect("payment_password")
