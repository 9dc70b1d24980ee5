"""分期缴费 and 缓缴: what the area offers, what else helps, and the application for instalments."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from insured.adapters import acting_person
from insured.models import AreaPolicy, Enrollment, InsuredPerson
from insured.policy.rules import RULE_FIELDS
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import items
from suspension.forms.instalments import InstalmentForm
from suspension.policy.instalments import (
    InstalmentFacts,
    Part,
    check_instalments,
    other_help,
    possible_counts,
    split,
    what_else_to_know,
    what_parts_bring,
)
from suspension.services import instalments
from suspension.views.stop import check_same_person


def _person(request: HttpRequest) -> InsuredPerson | None:
    return acting_person(request) or InsuredPerson.objects.visible_to(account_of(request)).first()


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Whether and how, with the plans side by side; sent from here it is an application."""
    person, today = _person(request), clock.today()
    enrollment = instalments.enrollment_for(person) if person else None
    if enrollment is None:
        return render(request, "suspension/instalments.html", {"item": items.INSTALMENTS, "person": person})
    facts = instalments.facts_of(enrollment, today=today)
    if request.method != "POST":
        return _show(request, enrollment, facts=facts)
    check_same_person(request, enrollment.person)
    form = _form(facts, data=request.POST)
    if not form.is_valid():
        return _show(request, enrollment, facts=facts, form=form, status=422)
    try:
        application = instalments.file(
            enrollment_id=enrollment.pk,
            count=form.cleaned_data["count"],
            note=form.cleaned_data["note"],
            token=request.POST.get("token", ""),
            by=account_of(request),
        )
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _show(request, enrollment, facts=facts, form=form, refused=error.reasons, status=422)
    return redirect("application_submitted", number=application.number)


def _form(facts: InstalmentFacts, *, data: Any = None) -> InstalmentForm:
    return InstalmentForm(data, plans=_plans(facts))


def _plans(facts: InstalmentFacts) -> list[tuple[Part, ...]]:
    return [split(facts.owed, count, on=facts.today) for count in possible_counts(facts)]


def _show(
    request: HttpRequest,
    enrollment: Enrollment,
    *,
    facts: InstalmentFacts,
    form: InstalmentForm | None = None,
    refused: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    reasons = check_instalments(facts)
    context = {
        "item": items.INSTALMENTS,
        "person": enrollment.person,
        "enrollment": enrollment,
        "facts": facts,
        "reasons": reasons,
        "refused": refused,
        "helps": other_help(facts) if reasons else (),
        "brings": () if reasons else what_else_to_know(facts),
        "plans": [] if reasons else [what_parts_bring(facts, plan) for plan in _plans(facts)],
        "form": None if reasons else form or _form(facts),
        "running": instalments.rows_of(facts.planned, today=facts.today) if facts.planned else (),
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "suspension/instalments.html", context, status=status)


@require_safe
def deferral(request: HttpRequest) -> HttpResponse:
    """缓缴: whether the area has it, for whom, and what else helps."""
    person, today = _person(request), clock.today()
    enrollment = instalments.enrollment_for(person) if person else None
    context: dict[str, Any] = {"person": person, "enrollment": enrollment}
    if enrollment is not None:
        rules = AreaPolicy.objects.in_force(area_id=enrollment.area_id, on=today).as_rules()
        params: dict[str, object] = {"area": enrollment.area.name}
        terms = {"months": rules.deferral_months, "repay": rules.deferral_repay_months}
        source = RULE_FIELDS["deferral_is_open"].source
        code = "deferral.open" if rules.deferral_is_open else "deferral.closed"
        context |= {
            "is_open": rules.deferral_is_open,
            "reason": Reason(code, params | terms if rules.deferral_is_open else params, source),
            "helps": other_help(instalments.facts_of(enrollment, today=today)),
            "has_instalments": rules.instalments_are_open,
        }
    return render(request, "suspension/deferral.html", context)
