"""窗口重设密码: staff check an ID card and hand out a slip; they never see or set a password."""

import secrets

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.adapters import account_of
from portal.accounts.forms.steps import CounterResetForm
from portal.accounts.services.access import open_counter_reset
from portal.accounts.views.codes import REFUSED, refused
from portal.errors import BusinessRuleError

TEMPLATE = "account/counter_reset.html"
TITLE = "窗口重设密码"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def counter_reset(request: HttpRequest) -> HttpResponse:
    """The ID typed from the card, a reason, and then the slip, shown once."""
    if not admin.site.has_permission(request):
        raise PermissionDenied
    frame = {**admin.site.each_context(request), "title": TITLE, "token": secrets.token_urlsafe(24)}
    form = CounterResetForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = REFUSED if form.is_bound else 200
        return render(request, TEMPLATE, {**frame, "form": form, "reasons": ()}, status=status)
    try:
        code = open_counter_reset(
            resident_id=form.cleaned_data["resident_id"],
            reason=form.cleaned_data["reason"],
            token=request.POST.get("token", ""),
            again=reverse("counter_reset"),
            by=account_of(request),
        )
    except BusinessRuleError as error:
        return refused(request, TEMPLATE, form=form, error=error, **frame)
    return render(request, "account/counter_slip.html", {**frame, "code": code})
