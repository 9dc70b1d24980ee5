"""意见反馈 and 网站找错, for whoever comes."""

import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal import identity
from portal.accounts.adapters import client_address
from portal.accounts.services.limits import TooOften
from portal.errors import BusinessRuleError
from portal.help.forms import FeedbackForm
from portal.help.models import Feedback
from portal.help.services.feedback import leave


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """The form; nobody has to log in or to say who they are."""
    if request.method != "POST":
        return _form(request, FeedbackForm())
    filled = FeedbackForm(request.POST)
    if not filled.is_valid():
        return _form(request, filled, status=422)
    try:
        left = leave(filled.request(), visitor=client_address(request), token=request.POST.get("token", ""))
    except TooOften as error:
        return _form(request, filled, reasons=error.reasons, status=429)
    except BusinessRuleError as error:
        return _form(request, filled, reasons=error.reasons, status=422)
    return redirect("feedback_received", number=left.number)


def _form(request: HttpRequest, form: FeedbackForm, *, reasons: object = (), status: int = 200) -> HttpResponse:
    context = {"form": form, "reasons": reasons, "token": secrets.token_urlsafe(24)}
    return render(request, "help/feedback.html", context, status=status)


@login_not_required
@require_safe
def received(request: HttpRequest, number: str) -> HttpResponse:
    """Thanks, and what came of it. What was written is not shown: the number alone opens this page."""
    found = get_object_or_404(Feedback, number=identity.normalize_public_number(number))
    return render(request, "help/feedback_received.html", {"feedback": found})
