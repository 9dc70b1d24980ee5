"""办事进度查询 without log-in: number and the last four of ID and phone; nothing personal is shown."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.adapters import client_address
from portal.accounts.services.limits import TooOften
from portal.errors import BusinessRuleError, Reason
from suspension import items, labels
from suspension.filters import ProgressForm
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services.progress import look_up
from suspension.views.applications import STAGES


@dataclass(frozen=True, slots=True)
class Stage:
    """One entry of the timeline: what was done and when, never what was written."""

    title: str
    at: datetime
    tone: str
    text: str = ""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """The question, and below it the answer; what is asked never stands in the address."""
    if request.method != "POST":
        return _page(request, form=ProgressForm())
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        found = look_up(**form.cleaned_data, address=client_address(request))
    except TooOften as error:
        return _page(request, form=form, reasons=error.reasons, status=429)
    except BusinessRuleError as error:
        return _page(request, form=form, reasons=error.reasons, status=422)
    return _page(request, form=form, found=found)


def _page(
    request: HttpRequest,
    *,
    form: ProgressForm,
    found: Application | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "reasons": reasons, "found": found, "item_title": "", "stages": [], "stage": None}
    if found:
        enrollment = found.enrollment
        context |= {
            "item_title": items.ITEMS[found.item].title_for(
                enrollment.scheme, is_through_unit=enrollment.is_through_unit
            ),
            "stages": [
                Stage(labels.ACTIONS[event.action], event.at, labels.STATE_TONES.get(event.to_state, ""))
                for event in found.events.order_by("version")
            ],
            "stage": STAGES.get(State(found.state)),
        }
    return render(request, "suspension/progress.html", context, status=status)
