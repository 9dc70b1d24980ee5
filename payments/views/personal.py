"""个人账户余额 and 家庭共济."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.models import InsuredPerson
from payments.models import AccountEntry
from payments.policy.pooled import SOURCE
from payments.services import family, pooled
from portal.accounts.adapters import account_of

SHOWN = 60


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The balance and the newest entries."""
    user = account_of(request)
    person = InsuredPerson.objects.filter(user=user).first()
    entries = AccountEntry.objects.visible_to(user).select_related("order", "bill").order_by("-position")[:SHOWN]
    context = {"balance_fen": pooled.balance_of(person) if person else None, "entries": entries, "shown": SHOWN}
    return render(request, "payments/personal_account.html", context)


@require_safe
def sharing(request: HttpRequest) -> HttpResponse:
    """Whose contribution one may pay from it, and how."""
    person = InsuredPerson.objects.filter(user=account_of(request)).first()
    context = {
        "balance_fen": pooled.balance_of(person) if person else None,
        "relatives": family.relatives_of(person) if person else [],
        "source": SOURCE,
    }
    return render(request, "payments/family_sharing.html", context)
