"""意见反馈 at the desk: read, and answered once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason
from portal.help.admin.consultations import nobody, of_an_area
from portal.help.forms import ReplyForm
from portal.help.models import Feedback
from portal.help.services.feedback import handle

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Feedback]
else:
    # Django's admin classes are generic for the type checker only.
    ModelAdminBase = admin.ModelAdmin


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, number: str) -> HttpResponse:
    """One piece of feedback, and the box for what came of it. The first answer counts."""
    found = get_object_or_404(Feedback.objects.select_related("handled_by"), number=number.upper())
    filled = ReplyForm(request.POST) if request.method == "POST" else ReplyForm()
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and filled.is_valid():
        try:
            handle(found.number, answer=filled.cleaned_data["text"], by=account_of(request))
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            return redirect("admin:help_feedback_changelist")
    context = {
        **admin.site.each_context(request),
        "title": f"意见反馈 {found.number}",
        "feedback": found,
        "form": filled,
        "reasons": reasons,
    }
    status = 409 if reasons else 422 if request.method == "POST" else 200
    return TemplateResponse(request, "admin/help/feedback/review.html", context, status=status)


@admin.register(Feedback)
class FeedbackAdmin(ModelAdminBase):
    """What waits for an answer comes first, oldest on top."""

    list_display = ("link", "kind", "page", "created_at", "handled_at")
    list_display_links = None
    list_filter = ("kind", ("handled_at", admin.EmptyFieldListFilter))
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("number__exact",)
    search_help_text = "反馈编号"
    actions = None

    has_module_permission = has_view_permission = of_an_area
    has_add_permission = has_change_permission = has_delete_permission = nobody

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        """Feedback is about the hall, not about an area; contacts are read one by one."""
        return super().get_queryset(request).defer("contact").order_by(F("handled_at").asc(nulls_first=True), "id")

    def get_urls(self) -> list[URLPattern]:
        """The list and one piece of feedback; none of Django's forms."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", self.changelist_view, "changelist"),
            ("<str:number>/review/", review, "review"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"help_feedback_{name}") for route, view, name in pages]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "意见反馈", **(extra_context or {})})

    @admin.display(description="内容")
    def link(self, row: Feedback) -> SafeString:
        address = reverse("admin:help_feedback_review", args=[row.number])
        return format_html('<a href="{}">{}</a>', address, row.text[:40])
