"""政策动态订阅: choose, change, end it, also by the link of an e-mail."""

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.accounts.adapters import account_of
from portal.help.adapters import area_code_of, area_names
from portal.help.forms import SubscriptionForm
from portal.help.labels import NOTICE_KINDS
from portal.help.models import Notice, Subscription
from portal.help.services import subscriptions as services

NEWEST = 5


@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest) -> HttpResponse:
    """What one hears of, and the newest notices below."""
    by, areas = account_of(request), area_names()
    if request.method == "POST":
        form = SubscriptionForm(request.POST, areas=areas)
        if not form.is_valid():
            return _page(request, form, is_subscribed=services.wish_of(by).is_anything, status=422)
        wish = form.wish()
        services.subscribe(wish, by=by)
        notes.success(
            request, "订阅已经保存。有新内容时，会发站内消息告诉您。" if wish.is_anything else "已经取消订阅。"
        )
        return redirect("subscription")
    wish = services.wish_of(by)
    if not wish.is_anything:
        own = area_code_of(by)
        wish = services.Wish(kinds=(), area_code=own if own in areas else "", by_sms=False, by_email=False)
    return _page(request, SubscriptionForm(areas=areas, wish=wish), is_subscribed=wish.is_anything)


def _page(request: HttpRequest, form: SubscriptionForm, *, is_subscribed: bool, status: int = 200) -> HttpResponse:
    by = account_of(request)
    context = {
        "form": form,
        "is_subscribed": is_subscribed,
        "has_phone": bool(by.phone),
        "has_email": bool(by.email),
        "newest": Notice.objects.published().order_by("-published_at", "-id")[:NEWEST],
    }
    return render(request, "help/subscription.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, public_id: str) -> HttpResponse:
    """From the link of an e-mail, without log-in: asks first, because programs follow links, too."""
    found = Subscription.objects.filter(public_id=public_id).first()
    if request.method == "POST":
        services.unsubscribe(public_id, is_all=request.POST.get("what") == "all")
        return render(request, "help/unsubscribe.html", {"topic": "", "is_done": True})
    topic = NOTICE_KINDS[found.kind] if found else ""
    return render(request, "help/unsubscribe.html", {"topic": topic, "is_done": False, "public_id": public_id})
