"""What the desk's pages about money share: the frame of a page, one's areas, and doing one thing with a form."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from insured.models import PoolingArea, StaffAssignment
from insured.policy.roles import Right
from insured.services.staff import duties_of
from payments.services import proposals
from payments.services.proposals import NewProposal
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason

PROPOSED = "已提交，等另一位财务人员或主管复核。"
Again = Callable[[tuple[Reason, ...], int], HttpResponse]
"""Shows the page again with what stands against it, and with a status."""


def page(request: HttpRequest, template: str, *, status: int = 200, headers: Any = None, **more: Any) -> HttpResponse:
    """A page of the desk with a fresh token for its form."""
    context = {
        **admin.site.each_context(request),
        "section": "finance",
        "token": secrets.token_urlsafe(24),
        "reasons": (),
        **more,
    }
    return TemplateResponse(request, template, context, status=status, headers=headers)


def areas_for(user: User) -> list[PoolingArea]:
    """Where one looks after money, or supervises who does."""
    areas = StaffAssignment.objects.areas_with
    mine = Q(pk__in=areas(user, Right.MONEY)) | Q(pk__in=areas(user, Right.SUPERVISE))
    return list(PoolingArea.objects.filter(mine).order_by("code"))


def area_of(request: HttpRequest, *, by: User) -> PoolingArea:
    """The area that the address names, else the first of one's own; 404 for another's."""
    areas = areas_for(by)
    wanted = request.GET.get("area", "")
    found = [one for one in areas if one.code == wanted] if wanted else areas[:1]
    if not found:
        raise Http404
    return found[0]


def done(request: HttpRequest, act: Callable[[], str], *, words: str, again: Again) -> HttpResponse:
    """Do it and go where it says; what stands against it is said on the same page."""
    try:
        address = act()
    except AlreadyDone as before:
        return redirect(before.address)
    except BusinessRuleError as error:
        return again(error.reasons, 409 if isinstance(error, ConflictError) else 422)
    messages.success(request, words)
    return redirect(address)


def data_of(request: HttpRequest) -> Any:
    """What was sent, or nothing."""
    return request.POST if request.method == "POST" else None


def proposal_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    template: str,
    title: str,
    area: PoolingArea,
    ask: Callable[[], NewProposal | Reason],
) -> HttpResponse:
    """A form that ends in a proposal; what was typed is kept when something stands against it."""

    def shown(reasons: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
        return page(request, template, status=status, title=title, area=area, form=form, reasons=reasons)

    if not form.is_bound:
        return shown()
    if not form.is_valid():
        return shown(status=422)
    new = ask()
    if isinstance(new, Reason):
        return shown((new,), 422)
    user, token = account_of(request), request.POST.get("token", "")
    return done(
        request,
        lambda: proposals.proposal_page(proposals.propose(new, token=token, by=user).number),
        words=PROPOSED,
        again=shown,
    )


def may_settle(user: User) -> bool:
    """Finance of some area."""
    return StaffAssignment.objects.areas_with(user, Right.SETTLE).exists()


def version_of(request: HttpRequest) -> int:
    """The version that the page has shown; 0 for anything else."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def nobody(*_: object, **__: object) -> bool:
    """Written by services only."""
    return False


def has_area(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Finance and supervisors."""
    user = request.user
    return isinstance(user, User) and bool(duties_of(user).rights & {Right.MONEY, Right.SUPERVISE})
