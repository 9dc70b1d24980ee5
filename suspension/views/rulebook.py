"""续保指南 and 断缴后多久生效: written by the rules in force in the chosen area on the chosen day."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insured.labels import EXEMPT_GROUPS
from insured.models import InsuredPerson, PoolingArea
from portal import clock
from portal.accounts.models import User
from suspension.forms.rulebook import RulebookForm
from suspension.labels.rulebook import PHASES
from suspension.policy import rulebook as policy
from suspension.services.rulebook import Rulebook, read_rulebook


def _read(request: HttpRequest) -> tuple[RulebookForm, Rulebook | None]:
    """The area and the day of the address; without them one's own area, else the first, and today."""
    areas = list(PoolingArea.objects.order_by("code"))
    plain: dict[str, Any] = {"area": _own_code(request) or (areas[0].code if areas else ""), "on": clock.today()}
    typed = {name: request.GET[name] for name in ("area", "on") if request.GET.get(name)}
    form = RulebookForm(plain | typed, areas=areas)
    if not form.is_valid():
        return form, None
    day: date = form.cleaned_data["on"]
    return form, read_rulebook(areas, code=form.cleaned_data["area"], day=day)


def _own_code(request: HttpRequest) -> str:
    if not isinstance(request.user, User):
        return ""
    found = InsuredPerson.objects.visible_to(request.user).values_list("area__code", flat=True).first()
    return found or ""


@login_not_required
@require_safe
def renewal(request: HttpRequest) -> HttpResponse:
    """续保指南: 为什么、条件、时间、流程、费用, and what is said wrongly elsewhere."""
    form, book = _read(request)
    context: dict[str, Any] = {"form": form, "book": book}
    if book:
        context |= {
            "why": policy.why_renew(book.rules, fiscal_fen=book.fiscal_fen),
            "conditions": policy.conditions(book.rules),
            "times": policy.times(book.rules, day=book.day),
            "steps": policy.steps(book.rules),
            "claims": policy.renewal_claims(book.rules, day=book.day),
            "elsewhere": [(one, policy.flexible_months(one.rules)) for one in book.everywhere],
        }
    return render(request, "suspension/rules_renewal.html", context, status=200 if form.is_valid() else 422)


@login_not_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """断缴后多久生效: how the wait is reckoned, with every case of the area worked out."""
    form, book = _read(request)
    context: dict[str, Any] = {"form": form, "book": book}
    if book:
        exempt = sorted(book.rules.exempt_group_codes)
        context |= {
            "parts": policy.waiting_rules(book.rules),
            "phases": [(PHASES[row.phase], row) for row in policy.phase_rows(book.rules, coverage_year=book.year)],
            "gaps": policy.resident_rows(book.rules, coverage_year=book.year),
            "months": policy.employee_rows(book.rules, day=book.day),
            "exempt": [EXEMPT_GROUPS.get(code, code) for code in exempt],
            "claims": policy.waiting_claims(book.rules),
        }
    return render(request, "suspension/rules_waiting.html", context, status=200 if form.is_valid() else 422)
