"""Log-in with a code that is sent to one's phone; the second factor is asked for as after a password."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.forms.steps import PhoneForm
from portal.accounts.models import OneTimeCode, Purpose
from portal.accounts.services import BACKEND
from portal.accounts.services.access import send_login_code
from portal.accounts.services.codes import Destination
from portal.accounts.services.sealed import drop
from portal.accounts.views.codes import REFUSED, CodeStep, State, asker_of, begin, code_page, refused
from portal.errors import BusinessRuleError, Reason

STEP = CodeStep(Purpose.LOGIN, "输入短信验证码", "code_login", "登录", "account_login")
TEMPLATE = "account/code_login.html"


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code_login(request: HttpRequest) -> HttpResponse:
    """Which phone; the next page is the same whether an account has it."""
    if request.user.is_authenticated:
        return redirect("me")
    target = _own_page(request, request.POST.get("next") or request.GET.get("next", ""))
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = REFUSED if form.is_bound else 200
        return render(request, TEMPLATE, {"form": form, "reasons": (), "next": target}, status=status)
    destination = Destination("sms", form.cleaned_data["phone"])
    asker = asker_of(request)
    try:
        token = send_login_code(phone=destination.value, asker=asker)
    except BusinessRuleError as error:
        return refused(request, TEMPLATE, form=form, error=error, next=target)
    begin(
        request, step=STEP, token=token, destination=destination, next=target, proven="yes" if asker.is_proven else ""
    )
    return redirect("code_login_check")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code_login_check(request: HttpRequest) -> HttpResponse:
    """The code; a right one opens the account, and only once."""
    if request.user.is_authenticated:
        return redirect("me")

    def resend(state: State, destination: Destination) -> str:
        return send_login_code(phone=destination.value, asker=asker_of(request, state))

    def then(code: OneTimeCode, state: State) -> HttpResponse:
        return _log_in(request, code=code, target=state.get("next", ""))

    return code_page(request, step=STEP, resend=resend, then=then)


def _log_in(request: HttpRequest, *, code: OneTimeCode, target: str) -> HttpResponse:
    user = code.user
    if user is None or user.is_staff or not user.is_active:
        raise BusinessRuleError(Reason("account.code-wrong"))
    drop(request.session, STEP.purpose)
    user.backend = BACKEND
    record_authentication(request, user, method="code")
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=target or None))
    return response


def _own_page(request: HttpRequest, target: str) -> str:
    """A page of this hall, or nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""
