"""绑定银行卡 and 银行代缴: one's own account, the mandates on it, and what the bank has taken."""

import secrets

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments import gateways
from payments.forms import BankAccountForm, MandateForm
from payments.models import BankAccount, DebitMandate
from payments.policy.debit import first_months
from payments.services import accounts, mandates
from payments.services import debit as debits
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason
from portal.identity import normalize_public_number

REFUSED = 422


def _account(request: HttpRequest) -> BankAccount | None:
    return BankAccount.objects.visible_to(account_of(request)).bound().first()


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The bound account, masked, and what it is used for."""
    mine = _account(request)
    context = {
        "account": mine,
        "shown": accounts.shown(mine) if mine else "",
        "mandates": DebitMandate.objects.active().filter(account=mine).count() if mine else 0,
        "is_offered": gateways.bank() is not None,
    }
    return render(request, "payments/bank_account.html", context)


@sensitive_post_parameters("number")
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def bind(request: HttpRequest) -> HttpResponse:
    """Bind one's own card; the bank is asked whose it is."""
    if request.method != "POST":
        return _bind_page(request, BankAccountForm())
    form = BankAccountForm(request.POST)
    if not form.is_valid():
        return _bind_page(request, form, status=REFUSED)
    try:
        made = accounts.bind(form.cleaned_data["number"], bank=form.cleaned_data["bank"], by=account_of(request))
    except BusinessRuleError as error:
        return _bind_page(request, form, reasons=error.reasons, status=REFUSED)
    messages.success(request, f"已绑定 {accounts.shown(made)}。")
    return redirect("bank_account")


def _bind_page(
    request: HttpRequest, form: BankAccountForm, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    context = {"form": form, "reasons": reasons, "holder": account_of(request).display_name}
    return render(request, "payments/bank_account_bind.html", context, status=status)


@require_POST
@reauthentication_required
def end_binding(request: HttpRequest) -> HttpResponse:
    """解除绑定, with the mandates on it."""
    accounts.end_binding(by=account_of(request))
    messages.success(request, "银行账户已解除绑定，用它签约的银行代缴也已解约。")
    return redirect("bank_account")


@require_safe
def debit(request: HttpRequest) -> HttpResponse:
    """The mandates, when the bank is asked next, and what came of it."""
    mine = list(
        DebitMandate.objects.visible_to(account_of(request))
        .select_related("account", "enrollment__area")
        .order_by("ended_at", "-pk")
    )
    account_now = _account(request)
    context = {
        "account": account_now,
        "shown": accounts.shown(account_now) if account_now else "",
        "mandates": [(one, accounts.shown(one.account)) for one in mine],
        "lines": debits.lines_of(mine),
        "can_sign": account_now is not None and _unsigned(request, mine),
        "days": settings.DEBIT_DAYS,
    }
    return render(request, "payments/bank_debit.html", context)


def _unsigned(request: HttpRequest, mine: list[DebitMandate]) -> bool:
    signed = {one.enrollment_id for one in mine if one.ended_at is None}
    return any(one.pk not in signed for one in mandates.signable(account_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def sign(request: HttpRequest) -> HttpResponse:
    """The text, for which scheme, from when, and the consent."""
    user = account_of(request)
    signed = DebitMandate.objects.active().visible_to(user).values("enrollment")
    choices = mandates.signable(user)
    months = first_months(clock.today())
    if request.method != "POST":
        return _sign_page(request, MandateForm(enrollments=choices.exclude(pk__in=signed), months=months))
    form = MandateForm(request.POST, enrollments=choices, months=months)
    if not form.is_valid():
        return _sign_page(request, form, status=REFUSED)
    given = form.cleaned_data
    try:
        made = mandates.sign(
            given["enrollment"],
            starts_on=given["starts_on"],
            has_agreed=given["has_agreed"],
            token=request.POST.get("token", ""),
            by=user,
        )
    except AlreadyDone as done:
        return redirect(done.address)
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _sign_page(request, form, reasons=error.reasons, status=REFUSED)
    messages.success(request, f"已签约银行代缴，协议号 {made.number}。")
    return redirect("bank_debit")


def _sign_page(
    request: HttpRequest, form: MandateForm, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    mine = _account(request)
    choices: list[object] = list(form.fields["enrollment"].choices)  # type: ignore[attr-defined]
    if mine is None:
        reasons = (*reasons, Reason("bank.not-bound"))
    elif not choices:
        reasons = (*reasons, Reason("mandate.not-yours"))
    context = {
        "form": form,
        "reasons": reasons,
        "account": mine,
        "shown": accounts.shown(mine) if mine else "",
        "can_sign": mine is not None and bool(choices),
        "days": settings.DEBIT_DAYS,
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "payments/bank_debit_sign.html", context, status=status)


@require_POST
def end(request: HttpRequest, number: str) -> HttpResponse:
    """解约."""
    mine = DebitMandate.objects.visible_to(account_of(request))
    found = get_object_or_404(mine, number=normalize_public_number(number))
    mandates.end(found.number, by=account_of(request))
    messages.success(request, f"银行代缴协议 {found.number} 已解约，以后不再扣款。")
    return redirect("bank_debit")
