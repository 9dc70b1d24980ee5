"""账号安全: what one may see of one's own account, and change."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import masking
from portal.accounts.adapters import account_of, client_address
from portal.accounts.forms.steps import ChangePasswordForm, NewEmailForm, NewPhoneForm
from portal.accounts.labels import CHANGED, EMAIL_CHANGED, PHONE_CHANGED, SESSION_CLOSED, SESSIONS_CLOSED
from portal.accounts.models import OneTimeCode, Purpose, SignIn, User
from portal.accounts.services import has_authenticator
from portal.accounts.services.changes import change_email, change_password, change_phone, send_change_code
from portal.accounts.services.codes import Destination
from portal.accounts.services.sealed import drop
from portal.accounts.services.signins import end_other_sessions, end_session, visits
from portal.accounts.views.codes import REFUSED, CodeStep, State, begin, code_page, refused
from portal.errors import BusinessRuleError

HOME = "account_security"


@dataclass(frozen=True, slots=True)
class Change:
    """Changing the phone or the e-mail: the same two pages."""

    step: CodeStep
    title: str
    form: type[NewPhoneForm | NewEmailForm]
    code_url: str
    write: Callable[[User, str], None]
    done: str


PHONE = Change(
    CodeStep(Purpose.PHONE, "更换手机号", "change_phone", "账号安全", HOME),
    "更换手机号",
    NewPhoneForm,
    "change_phone_code",
    lambda user, value: change_phone(user, phone=value),
    PHONE_CHANGED,
)
EMAIL = Change(
    CodeStep(Purpose.EMAIL, "更换邮箱", "change_email", "账号安全", HOME),
    "更换邮箱",
    NewEmailForm,
    "change_email_code",
    lambda user, value: change_email(user, email=value),
    EMAIL_CHANGED,
)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The ways into the account, and who used them lately."""
    user = account_of(request)
    context = {"account": user, "has_totp": has_authenticator(user), "visits": visits(request, user=user)}
    context["masked_email"] = masking.mask_email(user.email) if user.email else ""
    return render(request, "account/security.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """修改密码; the old one is asked for here, so nobody is asked twice."""
    user, template = account_of(request), "account/password_change.html"
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, user=user)
    if not form.is_valid():
        return render(request, template, {"form": form, "reasons": ()}, status=REFUSED if form.is_bound else 200)
    try:
        change_password(request, user=user, old=form.cleaned_data["old"], password=form.cleaned_data["password"])
    except BusinessRuleError as error:
        return refused(request, template, form=form, error=error)
    messages.success(request, CHANGED)
    return redirect(HOME)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def phone(request: HttpRequest) -> HttpResponse:
    """The new number."""
    return _start(request, change=PHONE)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def phone_code(request: HttpRequest) -> HttpResponse:
    """The code that came to it."""
    return _finish(request, change=PHONE)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def email(request: HttpRequest) -> HttpResponse:
    """The new mailbox."""
    return _start(request, change=EMAIL)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def email_code(request: HttpRequest) -> HttpResponse:
    """The code that came to it."""
    return _finish(request, change=EMAIL)


def _start(request: HttpRequest, *, change: Change) -> HttpResponse:
    template, title = "account/change_start.html", change.title
    form: forms.Form = change.form(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = REFUSED if form.is_bound else 200
        return render(request, template, {"form": form, "reasons": (), "title": title}, status=status)
    destination = Destination("sms" if change is PHONE else "email", form.cleaned_data["value"])
    try:
        token = send_change_code(user=account_of(request), destination=destination, address=client_address(request))
    except BusinessRuleError as error:
        return refused(request, template, form=form, error=error, title=title)
    begin(request, step=change.step, token=token, destination=destination)
    return redirect(change.code_url)


def _finish(request: HttpRequest, *, change: Change) -> HttpResponse:
    user = account_of(request)

    def resend(_state: State, destination: Destination) -> str:
        return send_change_code(user=user, destination=destination, address=client_address(request))

    def then(_code: OneTimeCode, state: State) -> HttpResponse:
        change.write(user, state["destination"])
        drop(request.session, change.step.purpose)
        messages.success(request, change.done)
        return redirect(HOME)

    return code_page(request, step=change.step, resend=resend, then=then)


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End the named one of one's own sessions, or every other one."""
    one = request.POST.get("one", "")
    if one:
        known = one if one.isascii() and one.isdigit() and len(one) < 15 else "0"
        end_session(get_object_or_404(SignIn.objects.visible_to(account_of(request)), pk=int(known)))
    else:
        end_other_sessions(request, user=account_of(request))
    messages.success(request, SESSION_CLOSED if one else SESSIONS_CLOSED)
    return redirect(HOME)
