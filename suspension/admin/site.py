"""Who may enter the staff side, and its first page."""

from collections.abc import Iterable
from functools import update_wrapper
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject

from insured.policy.roles import Right, may_open
from insured.services.staff import duties_of
from payments.services.waiting import finance_counts
from portal.accounts.models import User
from portal.accounts.services import has_authenticator, has_used_second_factor
from portal.help.models import Consultation
from portal.notifications.adapters import ANSWER, MESSAGES, area_codes_of
from portal.notifications.models import Delivery
from portal.paging import COUNTED_ROWS
from suspension.admin.canned import CannedTextAdmin
from suspension.admin.queue import ApplicationAdmin, queue_counts
from suspension.models import Application, CannedText

WITHOUT = frozenset({"password_change", "password_change_done", "view_on_site"})
"""Addresses of Django's admin that the hall does without."""

OF_FINANCE = ("AssessmentRun", "BillFile", "Closing", "OfflinePayment", "Proposal", "Refund")
"""What the first page of finance shows with its counts, and not again below."""


def staff_of(request: HttpRequest) -> User | None:
    """The active staff member behind the request, or None."""
    user = request.user
    return user if isinstance(user, User) and user.is_active and user.is_staff else None


class HallAdminSite(admin.AdminSite):
    """Staff with an assignment of today and a second factor used in this session; a superuser is no exception."""

    site_title = settings.HALL_NAME
    site_header = f"{settings.HALL_NAME} · 经办工作台"
    index_title = "经办工作台"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        """The desk is registered here: Django makes the site while this package is being imported."""
        super().__init__(name)
        self.register(Application, ApplicationAdmin)
        self.register(CannedText, CannedTextAdmin)

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[admin.ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        """Take the hall's own models; what libraries offer (groups, log-in attempts, authenticators) stays away."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if _is_ours(model)]
        if ours:
            super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = staff_of(request)
        if user is None or not has_used_second_factor(request):
            return False
        duties = duties_of(user)
        return bool(duties.pairs) and duties.has_authenticator

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Who may not enter is led to what is missing, or told so; Django would ask for a log-in again.

        Whoever is in opens the pages of their posts (insured/policy/roles.py) and no other one.
        """
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                return turn_away(request)
            if not _opens(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The hall has one log-in for everybody."""
        if self.has_permission(request):
            return redirect("admin:index")
        return turn_away(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The hall has one way out, too."""
        return redirect("account_logout")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models whose lists this person may open."""
        user = staff_of(request)
        rights = duties_of(user).rights if user else frozenset()
        apps_of_all = super().get_app_list(request, app_label)
        for app in apps_of_all:
            app["models"] = [
                model
                for model in app["models"]
                if may_open(f"{app['app_label']}_{model['object_name'].lower()}_changelist", rights=rights)
            ]
        return [app for app in apps_of_all if app["models"]]

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in WITHOUT]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """As Django's, but the list of models is made only for pages that show it: it asks for rights."""
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": reverse("home"),
            "has_permission": self.has_permission(request),
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),
            "is_popup": False,
            "is_nav_sidebar_enabled": False,
            "log_entries": (),
            "section": "",
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """How much waits, and the ways to it."""
        user = staff_of(request)
        rights = duties_of(user).rights if user else frozenset()
        counts = queue_counts(user) if user and Right.CASES in rights else ()
        money = finance_counts(user) if user and rights & {Right.MONEY, Right.SUPERVISE} else ()
        answered, looked_after = (area_codes_of(request.user, right=one) for one in (ANSWER, MESSAGES))
        questions = Consultation.objects.in_charge_of(answered).waiting().count()
        undelivered = Delivery.objects.undelivered().filter(area_code__in=looked_after)
        context = {
            "counts": counts,
            "money": money,
            "shown_above": OF_FINANCE if rights & {Right.MONEY, Right.SUPERVISE} else (),
            "questions": questions,
            "undelivered_rows": undelivered[:COUNTED_ROWS].count(),
            "section": "index",
        }
        return super().index(request, {**context, **(extra_context or {})})


def turn_away(request: HttpRequest) -> HttpResponse:
    """To the log-in, to enrol an authenticator, to use it, or 403 for whoever has no business here."""
    target = request.GET.get("next", "") if request.path == reverse("admin:login") else request.get_full_path()
    if not request.user.is_authenticated:
        return redirect_to_login(target or reverse("admin:index"))
    user = staff_of(request)
    if user is None:
        raise PermissionDenied
    if not has_authenticator(user):
        return redirect("mfa_activate_totp")
    if not has_used_second_factor(request):
        return HttpResponseRedirect(
            redirect_to_login(target or reverse("admin:index"), login_url=reverse("mfa_reauthenticate"))["Location"]
        )
    raise PermissionDenied


def _opens(request: HttpRequest) -> bool:
    """Whether the posts of today open this address. One without a name only leads on to another one."""
    user, match = staff_of(request), request.resolver_match
    if user is None or match is None:
        return False
    is_sending = request.method not in {"GET", "HEAD", "OPTIONS"}
    return not match.url_name or may_open(match.url_name, rights=duties_of(user).rights, is_sending=is_sending)


def _is_ours(model: type[Model]) -> bool:
    config = apps.get_app_config(model._meta.app_label)
    return config.path.startswith(str(settings.BASE_DIR)) and "site-packages" not in config.path
