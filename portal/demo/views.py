"""The demo panel: log in as somebody with one click, read codes, move the date."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts.services import has_used_second_factor, log_in_with_factor
from portal.accounts.services.signins import record_sign_in
from portal.demo.forms import DateForm
from portal.demo.services.accounts import account_of, accounts
from portal.demo.services.calendar import move_to, return_to_real_day, upcoming
from portal.demo.services.cast import NEWCOMER, PASSWORD
from portal.demo.services.invented import progress
from portal.templatetags.hall import cn_date


@never_cache
@login_not_required
@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """演示面板: the roles, the outside worlds, the date, the progress of seeding, a tour."""
    _only_in_demo()
    known = accounts()
    residents, agents, staff = ([one for one in known if one.kind == kind] for kind in ("resident", "agent", "staff"))
    return render(
        request,
        "demo/panel.html",
        {
            "password": PASSWORD,
            "residents": residents,
            "agents": agents,
            "staff": staff,
            "groups": (residents, agents, staff),
            "today": clock.today(),
            "is_moved": clock.offset_days() != 0,
            "progress": progress(),
            "phone_url": settings.PHONE_PAGE_URL,
            "mailbox_url": settings.MAILBOX_PAGE_URL,
            "identity_url": settings.IDENTITY_URL,
            "cashier_url": settings.CASHIER_PAGE_URL,
            "card_url": settings.CARD_PAGE_URL,
            "cards": [one for one in known if one.card_number],
            "newcomer": NEWCOMER,
        },
    )


@login_not_required
@require_POST
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in as the demo account of the posted handle, staff as after their second factor."""
    _only_in_demo()
    user = account_of(request.POST.get("handle", ""))
    if user is None:
        raise Http404
    log_in_with_factor(request, user=user)
    record_sign_in(request, user=user)
    return redirect(reverse("admin:index" if user.is_staff else "me"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def date_page(request: HttpRequest) -> HttpResponse:
    """演示日期: what lies ahead, and the form that moves the hall to a later day or back to the real one."""
    _only_in_demo()
    if not (request.user.is_staff and has_used_second_factor(request)):
        raise PermissionDenied
    today = clock.today()
    if request.method == "POST" and "reset" in request.POST:
        messages.success(request, f"已回到真实日期：{cn_date(return_to_real_day())}。")
        return redirect("demo_date")
    form = DateForm(request.POST.dict() if request.method == "POST" else None, today=today)
    if form.is_valid():
        day = move_to(form.cleaned_data["day"])
        messages.success(request, f"演示日期已调到{cn_date(day)}，到期的事项正在自动处理。")
        return redirect("demo_date")
    return render(
        request,
        "demo/date.html",
        {"form": form, "today": today, "is_moved": clock.offset_days() != 0, "upcoming": upcoming(today=today)},
        status=422 if form.is_bound else 200,
    )


def _only_in_demo() -> None:
    """The address does not exist elsewhere; this holds even if somebody includes it there."""
    if not settings.DEMO:
        raise Http404
