"""The inbox of everybody, and the health page of staff."""

from django.contrib import admin
from django.contrib import messages as notes
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.notifications import services
from portal.notifications.forms import ReminderForm
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


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_settings(request: HttpRequest) -> HttpResponse:
    """提醒设置: which reminders come by SMS and by e-mail."""
    user = request.user
    assert isinstance(user, AbstractBaseUser)  # noqa: S101 - tells the type; every page here asks for log-in
    if request.method != "POST":
        return render(request, "inbox/reminders.html", {"form": ReminderForm(wanted=services.choices_of(user))})
    form = ReminderForm(request.POST)
    if not form.is_valid():
        return render(request, "inbox/reminders.html", {"form": form}, status=422)
    services.choose(form.wanted(), by=user)
    notes.success(request, "提醒设置已经保存，从下一次提醒起生效。")
    return redirect("reminder_settings")


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
