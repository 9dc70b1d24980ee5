"""Guides, questions, words and notices: written by supervisors and administrators, read by all staff."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.forms import ChoiceField
from django.forms import Field as FormField
from django.http import HttpRequest, HttpResponse

from portal.help.adapters import area_names, roles_of
from portal.help.labels import EDITOR_ROLES
from portal.help.models import Guide, Notice, Question, Term

if TYPE_CHECKING:
    ContentBase = admin.ModelAdmin[Any]
else:
    # Django's admin classes are generic for the type checker only.
    ContentBase = admin.ModelAdmin


def of_staff(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Everybody who holds a role today."""
    return bool(roles_of(request.user))


def of_an_editor(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Who may change what visitors read."""
    return bool(roles_of(request.user) & frozenset(EDITOR_ROLES))


class ContentAdmin(ContentBase):
    """Content is edited as it is; a row without a moment of publication is a draft."""

    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ("updated_at",)
    ordering = ("slug",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        title = str(self.model._meta.verbose_name)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    has_module_permission = has_view_permission = of_staff
    has_add_permission = has_change_permission = has_delete_permission = of_an_editor


@admin.register(Guide)
class GuideAdmin(ContentAdmin):
    list_display = ("title", "slug", "is_online", "published_at", "updated_at")
    search_fields = ("title", "aliases")


@admin.register(Question)
class QuestionAdmin(ContentAdmin):
    list_display = ("question", "topic", "position", "published_at", "updated_at")
    list_filter = ("topic",)
    search_fields = ("question", "aliases")


@admin.register(Term)
class TermAdmin(ContentAdmin):
    list_display = ("name", "sets_status", "position", "published_at", "updated_at")
    search_fields = ("name", "aliases")


@admin.register(Notice)
class NoticeAdmin(ContentAdmin):
    list_display = ("title", "kind", "area_code", "published_at", "told", "updated_at")
    list_filter = ("kind",)
    list_select_related = ("run",)
    search_fields = ("title",)

    @admin.display(description="通知订阅人")
    def told(self, row: Notice) -> str:
        run = getattr(row, "run", None)
        if run is None:
            return "发布后通知" if row.is_told else "不通知"
        return f"{run.told} 人{'' if run.finished_at else '，还在发'}"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **more: Any) -> FormField | None:
        """The area is chosen by its name."""
        if db_field.name != "area_code":
            return super().formfield_for_dbfield(db_field, request, **more)
        return ChoiceField(
            label=db_field.verbose_name,
            help_text=db_field.help_text,
            required=False,
            choices=[("", "各地都适用"), *area_names().items()],
        )
