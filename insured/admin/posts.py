"""岗位 at the desk: who holds which post in one's own areas, giving one and ending one."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from insured.admin.areas import nobody, of_an_area
from insured.forms import EndPostForm, PostForm
from insured.models import PostEvent, StaffAssignment
from insured.policy.roles import Right
from insured.services import posts
from insured.services.staff import duties_of
from portal import clock, paging
from portal.accounts.adapters import account_of
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason

if TYPE_CHECKING:
    PostBase = admin.ModelAdmin[StaffAssignment]
else:
    # Django's admin classes are generic for the type checker only.
    PostBase = admin.ModelAdmin

LATEST_EVENTS = 20
GIVE, END = "admin/insured/staffassignment/give.html", "admin/insured/staffassignment/end.html"


def posts_of(request: HttpRequest) -> QuerySet[StaffAssignment]:
    """The posts of one's own areas, of today, earlier and later."""
    areas = StaffAssignment.objects.posted_in(account_of(request))
    return StaffAssignment.objects.filter(area__in=areas).select_related("user", "area").defer("user__phone")


def _page(
    request: HttpRequest, template: str, *, reasons: tuple[Reason, ...] = (), status: int = 200, **more: object
) -> HttpResponse:
    context = {**admin.site.each_context(request), "section": "posts", "reasons": reasons, **more}
    return TemplateResponse(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """任命."""
    user = account_of(request)
    form = PostForm(request.POST if request.method == "POST" else None, by=user)
    reasons: tuple[Reason, ...] = ()
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            post = posts.give_post(form.request(), token=request.POST.get("token", ""), by=user)
        except AlreadyDone as done:
            return redirect(done.address)
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            messages.success(request, f"已任命{post.user.display_name}为{post.area.name}{post.get_role_display()}。")
            return redirect("admin:insured_staffassignment_changelist")
    token = secrets.token_urlsafe(24)
    return _page(request, GIVE, title="任命岗位", form=form, token=token, reasons=reasons, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, object_id: int) -> HttpResponse:
    """终止: what it means, why, and then at once."""
    post = get_object_or_404(posts_of(request), pk=object_id)
    form = EndPostForm(request.POST if request.method == "POST" else None)
    reasons: tuple[Reason, ...] = ()
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            posts.end_post(post.pk, reason=form.cleaned_data["reason"], by=account_of(request))
        except BusinessRuleError as error:
            reasons = error.reasons
            status = 409 if isinstance(error, ConflictError) else 422
        else:
            messages.success(request, f"已终止{post.user.display_name}的{post.get_role_display()}岗位，立即生效。")
            return redirect("admin:insured_staffassignment_changelist")
    return _page(request, END, title="终止岗位", form=form, post=post, reasons=reasons, status=status)


@admin.register(StaffAssignment)
class StaffAssignmentAdmin(PostBase):
    """Those who hold a post now come first."""

    list_display = ("user", "area", "role", "starts_on", "ends_on")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffAssignment]:
        return posts_of(request).order_by(F("ended_at").desc(nulls_first=True), "area_id", "role", "id")

    def get_urls(self) -> list[URLPattern]:
        """The list, the form of a new post, the question before one is ended; none of Django's forms."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", self.changelist_view, "changelist"),
            ("give/", give, "give"),
            ("<int:object_id>/end/", end, "end"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"insured_staffassignment_{name}") for route, view, name in pages]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        user, today = account_of(request), clock.today()
        events = PostEvent.objects.filter(assignment__in=posts_of(request)).order_by("-id")
        context = {
            "title": "岗位",
            "section": "posts",
            "can_assign": Right.ASSIGN in duties_of(user).rights,
            "own_id": user.pk,
            "today": today,
            "events": events.select_related("assignment__user", "assignment__area", "by")[:LATEST_EVENTS],
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        paging.complete(response)
        return response
