"""Pages of the hall as a whole: home, 个人中心, search, directory, hubs, and what is said when something fails."""

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from rest_framework.response import Response
from rest_framework.views import exception_handler

from insured.models import FamilyRelation, PoolingArea
from insured.policy.rules import AreaRules
from insured.services.cards import card_of, shown
from insured.services.movements import movements
from insured.services.overview import overview
from payments.policy.deadline import collection_on
from payments.services.dues import dues_of
from payments.services.pooled import balance_of
from payments.services.prices import collection_of
from payments.views.contributions import SignedInRequest, recent, unpaid
from portal import clock, directory, labels
from portal.directory.service import GUIDE
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.help.services import content
from portal.notifications.models import Message
from portal.templatetags.hall import CONTRAST_COOKIE, ELDER_COOKIE, TEXT_COOKIE, address_of
from portal.transactions import is_busy
from suspension.models import Application
from suspension.services.duplicates import duplicates_of

YEAR_SECONDS = 365 * 24 * 3600
log = structlog.get_logger(__name__)
HOT_SEARCHES = ("停缴", "续保", "在线缴费", "缴费记录", "缴费标准", "人员减少")
AUDIENCE_TITLES = {"personal": "个人服务", "unit": "单位服务"}
"""Value of ?audience= → title of the list; anything else shows every item."""
DOOR = "网厅"
"""Group of the directory that is found by search only: home, log-in, registration."""
CLOSEST = 3
"""So many of the best items bring their guides along."""
SUGGESTED_ITEMS, SUGGESTED_GUIDES = 6, 2
TILES = (
    ("停缴", "停保、暂停参保、终止缴费", "stop"),
    ("恢复参保", "续保、取消暂停参保", "resume"),
    ("在线缴费", "城乡居民、灵活就业", "pay"),
    ("医保缴费", "查应缴、看标准", "medical"),
    ("办事进度查询", "受理编号、审核状态", "track"),
    ("参保凭证", "在线开具、扫码核验", "cert"),
    ("缴费记录", "历年缴费明细", "record"),
    ("单位服务", "人员增减、批量申报", "unit"),
)
"""Home page: a name of the directory, a hint, an icon."""
ELDER_TILES = ("停缴", "恢复参保", "缴费记录", "办事进度查询")
"""The four main services, which stand first in 长者模式."""
MENUS = "办事专区"
"""Group of the directory whose items are the menu pages."""
TEXT_SIZES = ("", "1", "2", "3")
"""Steps of A- and A+, as the cookie and the page's data-text have them."""


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """首页: the ways in, nothing personal and nothing from the database; the window is that of the usual rules."""
    context = {
        "tiles": TILES,
        "main_services": ELDER_TILES,
        "menus": [directory.by_code("regions"), *directory.group(MENUS)],
        "hot_searches": HOT_SEARCHES,
        "collection": collection_on(clock.today(), rules=AreaRules()),
    }
    return render(request, "portal/home.html", context)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Service items, guides, questions, words and notices that match what was typed."""
    query = _query(request)
    found = directory.find(query)
    context = {
        "query": query,
        "found": found,
        "helpful": content.find(query, service_codes=[one.code for one in found[:CLOSEST]]),
        "hot_searches": HOT_SEARCHES,
    }
    return render(request, "portal/search.html", context)


@login_not_required
@require_safe
def search_suggest(request: HttpRequest) -> JsonResponse:
    """What the box offers while somebody types: a few items and their guides, each with its address."""
    query = _query(request)
    items = [one for one in directory.find(query) if one.url_name != GUIDE][:SUGGESTED_ITEMS]
    guides = content.find_guides(query, service_codes=[one.code for one in items[:1]]) if query else []
    rows = [{"text": one.name, "kind": "事项", "address": address_of(one)} for one in items]
    rows += [
        {"text": one.title, "kind": "办事指南", "address": reverse("guide", args=[one.slug])}
        for one in guides[:SUGGESTED_GUIDES]
    ]
    return JsonResponse({"query": query, "suggestions": rows})


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:40]


@login_not_required
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """经办机构: the counter of every pooling area."""
    areas = PoolingArea.objects.order_by("code")
    return render(request, "help/agencies.html", {"areas": areas})


@login_not_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """All service items by group, or those of one audience."""
    audience = request.GET.get("audience", "")
    shown: dict[str, list[directory.Service]] = {}
    for item in directory.SERVICES:
        if item.group != DOOR and (audience not in AUDIENCE_TITLES or item.audience == audience):
            shown.setdefault(item.group, []).append(item)
    title = AUDIENCE_TITLES.get(audience, "全部事项")
    context = {"title": title, "audience": audience, "groups": list(shown.items())}
    return render(request, "portal/services.html", context)


@login_not_required
@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """An item that is built leads to its page; another says plainly where it is done, or that it is not online."""
    item = next((one for one in directory.SERVICES if one.code == code), None)
    if item is None:
        raise Http404
    if item.is_built:
        return redirect(address_of(item))
    if item.elsewhere:
        here = [directory.by_code(one) for one in item.elsewhere.here]
        return render(request, "portal/service_elsewhere.html", {"item": item, "here": here})
    online = [one for one in directory.SERVICES if one.is_built and one.audience == "personal"]
    return render(request, "portal/service.html", {"item": item, "online": online})


@login_not_required
@require_safe
def pay_channels(request: HttpRequest) -> HttpResponse:
    """官方缴费渠道: where one can pay, here and elsewhere."""
    shown = [(one, directory.by_code(one.service) if one.service else None) for one in directory.PAY_CHANNELS]
    return render(request, "portal/pay_channels.html", {"channels": shown})


def _hub(request: HttpRequest, *, code: str) -> HttpResponse:
    page = directory.by_code(code)
    context = {"title": page.name, "lead": page.summary, "entries": directory.entries(page)}
    return render(request, "portal/hub.html", context)


@login_not_required
@require_safe
def payment_management(request: HttpRequest) -> HttpResponse:
    """缴费管理: everything about paying, and stopping to pay."""
    return _hub(request, code="payment-management")


@login_not_required
@require_safe
def account_settings(request: HttpRequest) -> HttpResponse:
    """账户设置: the account and the coverage behind it."""
    return _hub(request, code="account-settings")


@login_not_required
@require_safe
def zone(request: HttpRequest, code: str) -> HttpResponse:
    """A menu label as a page: the labels that follow it on the way to an item."""
    if not any(one.code == code and one.url_name == directory.ZONE for one in directory.SERVICES):
        raise Http404
    return _hub(request, code=code)


@login_not_required
@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """地方专区: choose the 参保地."""
    context = {"areas": PoolingArea.objects.order_by("code"), "regions": directory.REGIONS}
    return render(request, "portal/regions.html", context)


@login_not_required
@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """One 参保地: its services when it is served here, else its own official channels."""
    elsewhere = next((one for one in directory.REGIONS if one.code == code), None)
    if elsewhere:
        context = {"region": elsewhere, "channels": (*elsewhere.channels, directory.NATIONAL)}
        return render(request, "portal/region_elsewhere.html", context)
    area = get_object_or_404(PoolingArea, code=code)
    entries = directory.entries(directory.by_code("regions"))
    collection = collection_of(area, today=clock.today())
    return render(request, "portal/region.html", {"area": area, "entries": entries, "collection": collection})


@require_safe
def me(request: SignedInRequest) -> HttpResponse:
    """个人中心: who I am, what covers me, what I paid, what I applied for and what I was told."""
    today = clock.today()
    found = overview(request.user, day=today)
    context = {
        "today": today,
        "overview": found,
        "recent": recent(request.user, day=today),
        "applications": Application.objects.about(request.user).submitted().order_by("-id")[:5],
        "unread": Message.objects.visible_to(request.user).unread().count(),
        "entries": directory.entries(directory.by_code("me")),
        "duplicates": duplicates_of(found.person, today=today) if found and found.has_several else (),
    }
    return render(request, "portal/me.html", context)


@require_safe
def my_insurance(request: SignedInRequest) -> HttpResponse:
    """我的医保: what covers me and since when, what I owe, my card, my personal account, my relatives, the proofs."""
    card = card_of(request.user)
    today = clock.today()
    found = overview(request.user, day=today)
    context = {
        "today": today,
        "overview": found,
        "unpaid": unpaid(request.user, day=today),
        "dues": dues_of(found.person, today) if found else None,
        "balance_fen": balance_of(found.person) if found else None,
        "card": card,
        "card_shown": shown(card) if card else "",
        "relatives": FamilyRelation.objects.visible_to(request.user).consented().select_related("person", "relative"),
        "entries": directory.entries(directory.by_code("my-insurance")),
    }
    return render(request, "portal/my_insurance.html", context)


@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """个人账户: status, what is owed, what was paid, and what changed."""
    today = clock.today()
    found = overview(request.user, day=today)
    context = {
        "today": today,
        "overview": found,
        "recent": recent(request.user, day=today),
        "movements": movements(found.coverages, day=today) if found else (),
        "unpaid": unpaid(request.user, day=today),
        "dues": dues_of(found.person, today) if found else None,
        "entries": directory.entries(directory.by_code("account")),
    }
    return render(request, "portal/account.html", context)


@login_not_required
@require_POST
def elder_mode(request: HttpRequest) -> HttpResponse:
    """Switch 长者模式 on or off for this browser and go back to the page the button stood on."""
    return _remembered(request, cookie=ELDER_COOKIE, value="1" if request.POST.get("mode") == "elder" else "")


@login_not_required
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """A+, A- and 高对比度 for this browser; back to the page the button stood on."""
    if "contrast" in request.POST:
        return _remembered(request, cookie=CONTRAST_COOKIE, value="1" if request.POST["contrast"] == "high" else "")
    now = request.COOKIES.get(TEXT_COOKIE, "")
    step = {"larger": 1, "smaller": -1}.get(request.POST.get("text", ""), 0)
    wanted = (TEXT_SIZES.index(now) if now in TEXT_SIZES else 0) + step
    return _remembered(request, cookie=TEXT_COOKIE, value=TEXT_SIZES[min(max(wanted, 0), len(TEXT_SIZES) - 1)])


def _remembered(request: HttpRequest, *, cookie: str, value: str) -> HttpResponse:
    """Keep a choice in the browser, or take it out, and go back to this site's page that `next` names."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    if value:
        response.set_cookie(cookie, value, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=settings.HTTPS)
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Liveness: this process answers. It asks no database."""
    return HttpResponse("ok", content_type="text/plain")


def _error_page(template: str, *, status: int) -> Callable[..., HttpResponse]:
    def page(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
        return render(request, template, status=status)

    return page


bad_request = _error_page("400.html", status=400)
forbidden = _error_page("403.html", status=403)
not_found = _error_page("404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Of the request only a cookie: neither the session nor the database may be touched here."""
    is_elder = request.COOKIES.get(ELDER_COOKIE) == "1"
    return HttpResponse(render_to_string("500.html", {"is_elder": is_elder}), status=500)


def api_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Refusals of services as JSON: 409 for a lost race, 422 for any other rule, 503 for a busy database.

    The rest as DRF answers it.
    """
    if isinstance(error, OperationalError) and is_busy(error):
        log.warning("database_busy", exc_info=error)
        reason = Reason("hall.busy")
        return Response({"reasons": [{"code": reason.code, "text": labels.say(reason), "source": ""}]}, status=503)
    if not isinstance(error, BusinessRuleError):
        return exception_handler(error, context)
    reasons = [{"code": one.code, "text": labels.say(one), "source": one.source} for one in error.reasons]
    return Response({"reasons": reasons}, status=409 if isinstance(error, ConflictError) else 422)
