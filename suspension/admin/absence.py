"""离岗登记: staff say when they are away, so that their cases do not wait for them; supervisors see who is there."""

import re
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from insured.models import StaffAbsence
from insured.services.absence import (
    come_back,
    end_colleagues_absence,
    mark_absent,
    mark_colleague_absent,
    supervised_by,
)
from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from suspension.admin.forms import AbsenceForm, ColleagueAbsenceForm
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services.presence import SHOWN_DAYS, absences_for, colleagues, freed_cases

KEY = re.compile(r"[0-9]{1,12}")


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """One's own absences: say one, or be back."""
    user, today = account_of(request), clock.today()
    if request.method == "POST" and request.POST.get("step") == "back":
        come_back(by=user)
        messages.success(request, "已登记回岗。")
        return HttpResponseRedirect(request.path, status=303)
    form = AbsenceForm(request.POST if request.method == "POST" else None, initial={"starts_on": today})
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            mark_absent(**form.cleaned_data, by=user)
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            messages.success(request, "离岗已登记。离岗期间您手上的办件会自动退回待办，由同事办理。")
            return HttpResponseRedirect(reverse("admin:suspension_application_absence"), status=303)
    ahead = StaffAbsence.objects.of(user).ahead(today).order_by("starts_on", "id")
    context: dict[str, Any] = {
        "title": "离岗登记",
        "section": "queue",
        "form": form,
        "reasons": reasons,
        "absences": list(ahead),
        "held": Application.objects.in_charge_of(user).filter(state=State.UNDER_REVIEW, taken_by=user).count(),
    }
    return TemplateResponse(
        request,
        "admin/suspension/application/absence.html",
        admin.site.each_context(request) | context,
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """The caseworkers of one's areas: who is there, what they hold; say that one is away, or back."""
    user = account_of(request)
    if request.method == "POST" and request.POST.get("step") == "back":
        return _back(request, user=user)
    form = ColleagueAbsenceForm(
        request.POST if request.method == "POST" else None,
        initial={"starts_on": clock.today(), "who": request.GET.get("who", "")},
        colleagues=supervised_by(user),
    )
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
        try:
            mark_colleague_absent(form.colleague, **days, by=user)
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            messages.success(request, f"已为{form.colleague.display_name}登记离岗，并告知本人。")
            return HttpResponseRedirect(request.path, status=303)
    context: dict[str, Any] = {
        "title": "离岗与在岗",
        "section": "absences",
        "form": form,
        "reasons": reasons,
        "colleagues": colleagues(user),
        "freed": freed_cases(user),
        "days": SHOWN_DAYS,
    }
    return TemplateResponse(
        request,
        "admin/suspension/application/absences.html",
        admin.site.each_context(request) | context,
        status=422 if form.is_bound else 200,
    )


def _back(request: HttpRequest, *, user: User) -> HttpResponse:
    """End the absence that the button stands at; one that ended before is as good."""
    key = request.POST.get("absence", "")
    row = absences_for(user).filter(pk=key).first() if KEY.fullmatch(key) else None
    if row is None:
        messages.warning(request, "这条离岗登记已经结束，或不在您负责的统筹区。")
    elif end_colleagues_absence(row, by=user):
        messages.success(request, f"已为{row.user.display_name}登记回岗，并告知本人。")
    return HttpResponseRedirect(request.path, status=303)
