"""The pages at the door that are ours; the rest is allauth's, with our templates."""

from typing import Any

from allauth.account.views import AccountInactiveView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import items
from portal.accounts.forms import AuthenticateForm
from portal.accounts.services import record_factor

CLEAR_SITE_DATA = '"cache", "storage"'
"""What a shared machine must forget. Cookies are not named: the elder mode and the farewell message live there."""


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """Too many wrong passwords for one account from one address; the same whether the account exists."""
    response = render(request, "account/locked.html", status=429)
    response["Retry-After"] = "900"
    return response


@require_safe
@login_not_required
def face(request: HttpRequest) -> HttpResponse:
    """人脸识别登录: shown because people look for it, and said to be a demonstration."""
    return _other_way(request, name="人脸识别登录", partner="人脸识别服务")


@require_safe
@login_not_required
def alipay(request: HttpRequest) -> HttpResponse:
    """支付宝登录: the same."""
    return _other_way(request, name="支付宝登录", partner="支付宝")


def _other_way(request: HttpRequest, *, name: str, partner: str) -> HttpResponse:
    return render(request, "account/other_way.html", {"name": name, "partner": partner})


@require_safe
@login_not_required
def terms(request: HttpRequest) -> HttpResponse:
    """网厅用户协议, in the version in force."""
    return render(request, "account/terms.html", {"document": items.TERMS})


@method_decorator([login_not_required, never_cache], name="dispatch")
class HallLogoutView(LogoutView):
    """A GET asks, a POST logs out and lets the browser forget what it kept."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = CLEAR_SITE_DATA
        return response


@method_decorator(login_not_required, name="dispatch")
class HallInactiveView(AccountInactiveView):
    """The right password of an account that was switched off."""


class HallAuthenticateView(AuthenticateView):
    """The second step of a log-in. There is one form, whatever was sent; allauth would look for a security key."""

    def _build_forms(self) -> Any:
        self.webauthn_form = None
        data = self.request.POST if self.request.method == "POST" else None
        self.auth_form = AuthenticateForm(user=self.stage.login.user, data=data)
        return self.auth_form


class HallActivateView(ActivateTOTPView):
    """Enrols an authenticator; the code just typed counts as the second factor of this session."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_factor(self.request)
        return response
