"""亲情账户: one's relatives, inviting, answering, ending, and whom one acts for."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from insured.adapters import act_for
from insured.forms import InvitationForm
from insured.models import FamilyRelation, InsuredPerson
from insured.services import family as services
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason


@require_http_methods(["GET", "HEAD", "POST"])
def family(request: HttpRequest) -> HttpResponse:
    """The relatives and the invitations; a form to invite another one."""
    if request.method != "POST":
        return _page(request, InvitationForm())
    filled = InvitationForm(request.POST)
    if not filled.is_valid():
        return _page(request, filled, status=422)
    try:
        services.invite(
            filled.request(), token=request.POST.get("token", ""), address=reverse("family"), by=account_of(request)
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _page(request, filled, reasons=error.reasons, status=422)
    messages.success(request, "邀请已经发出，请家人登录网厅，在“亲情账户”里点“同意”。")
    return redirect("family")


def _page(
    request: HttpRequest, form: InvitationForm, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    by = account_of(request)
    mine = list(FamilyRelation.objects.visible_to(by).select_related("person", "relative").order_by("id"))
    context = {
        "form": form,
        "reasons": reasons,
        "token": secrets.token_urlsafe(24),
        "acted_for": [row for row in mine if row.consented_at and row.person.user_id == by.pk],
        "actors": [row for row in mine if row.consented_at and row.relative.user_id == by.pk],
        "asked": [row for row in mine if row.is_pending and row.relative.user_id == by.pk],
        "sent": [row for row in mine if row.is_pending and row.person.user_id == by.pk],
    }
    return render(request, "insured/family.html", context, status=status)


@require_POST
def family_answer(request: HttpRequest) -> HttpResponse:
    """同意 or 不同意 to an invitation."""
    number = request.POST.get("number", "")
    if request.POST.get("answer") == "yes":
        if request.POST.get("consent") != "on":
            reasons = (Reason("family.tick-needed"),)
            return _page(request, InvitationForm(), reasons=reasons, status=422)
        services.accept(inviter_number=number, by=account_of(request))
        messages.success(request, "您已同意这位家人替您代办。随时可以在这里解除。")
    else:
        services.decline(inviter_number=number, by=account_of(request))
        messages.success(request, "您没有同意，对方不能替您代办。")
    return redirect("family")


@require_POST
def family_end(request: HttpRequest) -> HttpResponse:
    """解除, from either side."""
    is_actor = request.POST.get("side") == "actor"
    services.end(other_number=request.POST.get("number", ""), is_actor=is_actor, by=account_of(request))
    messages.success(request, "已经解除，从现在起不能再代办。" if request.POST.get("sent") != "1" else "邀请已经收回。")
    return redirect("family")


@require_POST
def family_act(request: HttpRequest) -> HttpResponse:
    """代办 for a relative from now on; without a number, for oneself again."""
    number = request.POST.get("number", "")
    if not number:
        act_for(request, None)
        return redirect("family")
    person = get_object_or_404(InsuredPerson.objects.acted_for_by(account_of(request)), number=number)
    act_for(request, person)
    return redirect("pay" if request.POST.get("to") == "pay" else "stop")
