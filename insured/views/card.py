"""绑定医保卡: one's own card, masked; bound with its number and password, checked again, ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured import labels
from insured.forms import CardForm
from insured.gateways.card import is_connected
from insured.services import cards as services
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason

REFUSED = 422


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The bound card and how it stood when the service was last asked."""
    return _page(request)


def _page(request: HttpRequest, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
    mine = services.card_of(account_of(request))
    context = {
        "card": mine,
        "shown": services.shown(mine) if mine else "",
        "tone": labels.CARD_TONES[mine.state] if mine else "",
        "reasons": reasons,
        "is_offered": is_connected(),
    }
    return render(request, "insured/card.html", context, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    """医保卡号 and 密码; whatever the answer, the password is not sent back."""
    form = CardForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _bind_page(request, form, status=REFUSED if form.is_bound else 200)
    given = form.cleaned_data
    try:
        made = services.bind(given["number"], password=given["password"], by=account_of(request))
    except BusinessRuleError as error:
        return _bind_page(request, form, reasons=error.reasons, status=REFUSED)
    messages.success(request, f"已绑定医保卡 {services.shown(made)}。")
    return redirect("medical_card")


def _bind_page(
    request: HttpRequest, form: CardForm, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    context = {"form": form, "reasons": reasons, "holder": account_of(request).display_name}
    return render(request, "insured/card_bind.html", context, status=status)


@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """核对最新状态."""
    try:
        found = services.refresh(by=account_of(request))
    except BusinessRuleError as error:
        return _page(request, reasons=error.reasons, status=REFUSED)
    messages.success(request, f"已核对：医保卡现在{found.get_state_display()}。")
    return redirect("medical_card")


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """解除绑定."""
    if services.end_binding(by=account_of(request)):
        messages.success(request, "医保卡已解除绑定。参保和缴费不受影响。")
    return redirect("medical_card")
