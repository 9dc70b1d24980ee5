"""The inbox of everybody, and the health page of staff."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from portal.notifications import services
from portal.notifications.models import Message

PAGE_SIZE = 20
REFRESH_SECONDS = 10


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """消息: newest first."""
    own = Message.objects.visible_to(request.user)
    page = Paginator(own.order_by("-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "inbox/messages.html", {"page": page, "unread": own.unread().count()})


@require_safe
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """One message. Looking does not mark it as read."""
    found = get_object_or_404(Message.objects.visible_to(request.user), public_id=public_id)
    return render(request, "inbox/message.html", {"entry": found, "address": _address(found)})


@require_POST
def message_read(request: HttpRequest, public_id: str) -> HttpResponse:
    """标为已读."""
    services.mark_read(get_object_or_404(Message.objects.visible_to(request.user), public_id=public_id))
    return redirect("messages")


@require_POST
def messages_read(request: HttpRequest) -> HttpResponse:
    """全部标为已读."""
    services.mark_all_read(request.user)
    return redirect("messages")


def _address(found: Message) -> str:
    """Where the subject of the message can be seen; nothing when that page is not there any more."""
    try:
        return reverse(found.url_name, args=[found.subject_number] if found.subject_number else [])
    except NoReverseMatch:
        return ""


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """消息发送情况: for staff with an assignment; comes again by itself unless that was stopped."""
    if not admin.site.has_permission(request):
        raise Http404
    is_refreshing = request.GET.get("refresh") != "off"
    context = {"health": services.health(), "is_refreshing": is_refreshing, "seconds": REFRESH_SECONDS}
    response = render(request, "inbox/health.html", context)
    if is_refreshing:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response
