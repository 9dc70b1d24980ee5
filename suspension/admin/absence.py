"""离岗登记: staff say when they are away, so that their cases do not wait for them."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from insured.models import StaffAbsence
from insured.services.absence import come_back, mark_absent
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason
from suspension.admin.forms import AbsenceForm
from suspension.models import Application
from suspension.policy.transitions import State


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
    ahead = StaffAbsence.objects.of(user).filter(ends_on__gte=today, ended_at__isnull=True).order_by("starts_on", "id")
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
