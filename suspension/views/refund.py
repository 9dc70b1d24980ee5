"""退费申请: the conditions, the form and the check page. Each view makes one service call at most and redirects."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.adapters import acting_person
from insured.models import InsuredPerson
from portal import clock
from portal.accounts.adapters import account_of
from suspension.forms.refund import LookForm
from suspension.labels import CHECKS
from suspension.services.refund import Claim, claims_of


def person_of(request: HttpRequest) -> InsuredPerson | None:
    """Oneself, or the relative acted for."""
    return acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """退费条件: what could come back, and for the payment and cause that were chosen every condition."""
    person = person_of(request)
    claims = claims_of(person, today=clock.today()) if person else ()
    form = _look(request, claims=claims)
    chosen = _chosen(form, claims=claims)
    cause = form.cleaned_data.get("cause", "") if form.is_bound and form.is_valid() else ""
    context: dict[str, Any] = {"person": person, "claims": claims, "form": form, "claim": chosen, "cause": cause}
    if chosen is not None:
        refused = chosen.refused(cause)
        context |= {
            "checks": [(CHECKS[one.code], one) for one in chosen.checks(cause)],
            "refused": refused,
            "not_ended": chosen.not_ended,
            "evidence": chosen.evidence(cause) if cause and not refused else None,
        }
    return render(request, "suspension/refund_notice.html", context)


def _look(request: HttpRequest, *, claims: tuple[Claim, ...]) -> LookForm:
    """What the address says; with one payment only there is nothing to choose."""
    typed = {name: request.GET[name] for name in LookForm.base_fields if name in request.GET}
    if len(claims) == 1:
        typed = {"paid": claims[0].code} | typed
    if "cause" in typed:
        return LookForm(typed, claims=claims)
    return LookForm(initial=typed, claims=claims)


def _chosen(form: LookForm, *, claims: tuple[Claim, ...]) -> Claim | None:
    """The claim that the page is about."""
    code = form.data.get("paid", "") if form.is_bound else form.initial.get("paid", "")
    return next((one for one in claims if one.code == code), None)
