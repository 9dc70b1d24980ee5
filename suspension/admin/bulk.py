"""批量审核: choose in the list, look at the checks, start (after a fresh password or code), see what came of each."""

import re
from dataclasses import dataclass
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason
from portal.labels import say
from suspension.admin.buttons import next_number, passed_over
from suspension.admin.rows import PAGE_ROWS
from suspension.models import Application, BulkApproval, BulkApprovalLine
from suspension.services import bulk, desk

OUTCOME_TONES = {"approved": "ok", "kept_back": "warn", "referred": "info", "refused": "bad", "lost": "bad"}
LIST = "admin:suspension_application_changelist"
VERSION = re.compile(r"[0-9]{1,9}")
"""Longer ones are no version of ours, and no number that a database column holds."""


@dataclass(frozen=True, slots=True)
class Row:
    """A case of the bulk: before the start its obstacles, afterwards its outcome."""

    line: BulkApprovalLine
    obstacles: tuple[Reason, ...]
    tone: str


def picks_of(request: HttpRequest) -> list[bulk.Pick]:
    """The ticked rows of one page of the list, each `number:version`; what is garbled is passed over."""
    pairs = (text.partition(":") for text in request.POST.getlist("pick")[:PAGE_ROWS])
    return [bulk.Pick(number, int(version)) for number, _, version in pairs if VERSION.fullmatch(version)]


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """The ticked cases become a bulk of their own; nothing is decided yet."""
    try:
        chosen = bulk.prepare(picks_of(request), token=request.POST.get("token", ""), by=account_of(request))
    except BusinessRuleError as error:
        return _back_to_list(request, error=error)
    return HttpResponseRedirect(_address(chosen.number), status=303)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Put one's name on every ticked case, each on its own: who was first keeps theirs."""
    user, taken, lost = account_of(request), 0, []
    picks = picks_of(request)
    found = Application.objects.in_charge_of(user).filter(number__in=[pick.number for pick in picks])
    mine = set(found.values_list("number", flat=True))
    for pick in picks:
        if pick.number not in mine:
            continue
        try:
            desk.take(number=pick.number, version=pick.version, by=user)
            taken += 1
        except BusinessRuleError as error:
            lost.append(f"{pick.number}：{''.join(say(reason) for reason in error.reasons)}")
    if taken:
        messages.success(request, f"接办成功：{taken}件。")
    for text in lost:
        messages.warning(request, text)
    if not picks:
        return _back_to_list(request, error=BusinessRuleError(Reason("desk.nothing-chosen")))
    return HttpResponseRedirect(f"{reverse(LIST)}?queue={'mine' if taken else 'unassigned'}", status=303)


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Before the start every case with its checks, afterwards with what came of it."""
    user, found = account_of(request), _bulk(request, number=number)
    rows = [
        Row(
            line,
            bulk.obstacles(line.application, by=user) if found.started_at is None else (),
            OUTCOME_TONES.get(line.outcome, "neutral"),
        )
        for line in bulk.lines_of(found)
    ]
    context: dict[str, Any] = {
        "title": f"批量审核 {found.number}",
        "section": "queue",
        "bulk": found,
        "rows": rows,
        "green": sum(not row.obstacles for row in rows),
        "left": sum(row.line.outcome == "waiting" for row in rows),
        "next_number": next_number(user, besides=passed_over(request)) if found.started_at else "",
    }
    return TemplateResponse(
        request, "admin/suspension/application/bulk.html", admin.site.each_context(request) | context
    )


@require_POST
@reauthentication_required
def run(request: HttpRequest, number: str) -> HttpResponse:
    """Start it, or go on where it was left; the page says what came of each."""
    found = _bulk(request, number=number)
    bulk.run(found.number, by=account_of(request))
    return HttpResponseRedirect(_address(number), status=303)


def _bulk(request: HttpRequest, *, number: str) -> BulkApproval:
    """One's own, with every case still in one's areas."""
    user = account_of(request)
    found = BulkApproval.objects.by(user).filter(number=number).first()
    if found is None:
        raise Http404
    cases = found.lines.values("application")
    if Application.objects.in_charge_of(user).filter(pk__in=cases).count() < found.lines.count():
        raise Http404
    return found


def _address(number: str) -> str:
    return reverse("admin:suspension_application_bulk", args=[number])


def _back_to_list(request: HttpRequest, *, error: BusinessRuleError) -> HttpResponseRedirect:
    for reason in error.reasons:
        messages.error(request, say(reason))
    queue = "unassigned" if request.POST.get("queue") == "unassigned" else "mine"
    return HttpResponseRedirect(f"{reverse(LIST)}?queue={queue}", status=303)
