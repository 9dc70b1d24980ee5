"""The queue of cases of one's own pooling areas: seven lists, one search box."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse

from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User
from suspension import labels
from suspension.admin import review, walk_in
from suspension.admin.case import DESK_ACTIONS, is_overdue, is_urged
from suspension.admin.search import search_predicate
from suspension.models import Application, ApplicationQuerySet
from suspension.policy.transitions import OPEN_STATES, Action, Role, State, actions
from suspension.services.aftercare import WITH_STAFF

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Application]
    PaginatorBase = Paginator[Application]
else:
    # Django's classes are generic for the type checker only.
    ModelAdminBase, PaginatorBase = admin.ModelAdmin, Paginator

PAGE_ROWS = 100
COUNTED_ROWS = 1000
QUEUES = {
    "unassigned": "待接办",
    "mine": "我的",
    "second": "待复核",
    "overdue": "逾期",
    "returned": "退回补正",
    "done": "已办",
    "all": "全部",
}
DEFAULT_QUEUE = "unassigned"
COUNTED_QUEUES = ("unassigned", "mine", "overdue", "returned")


def queue_condition(queue: str, *, user: User) -> Q:
    """What belongs to a list of QUEUES."""
    mine = Q(state__in=[State.UNDER_REVIEW, State.SECOND_REVIEW], taken_by=user)
    conditions = {
        "unassigned": Q(state=State.SUBMITTED),
        "mine": mine,
        "second": Q(state=State.SECOND_REVIEW),
        "overdue": Q(state__in=WITH_STAFF, due_on__lt=clock.today()),
        "returned": Q(state=State.RETURNED),
        "done": ~Q(state__in=OPEN_STATES),
    }
    return conditions.get(queue, Q())


@dataclass(frozen=True, slots=True)
class QueueCount:
    """A list, its address and how many cases lie in it (None where nobody counted)."""

    code: str
    name: str
    address: str
    count: int | None = None


def queue_counts(user: User) -> tuple[QueueCount, ...]:
    """How many cases wait in each of the four lists, counted to 1,000 each: a backlog does not slow the page."""
    return tuple(
        QueueCount(code, QUEUES[code], queue_address(code), _rows_of(code, user=user)) for code in COUNTED_QUEUES
    )


def _rows_of(queue: str, *, user: User) -> int:
    return cases_of(user).filter(queue_condition(queue, user=user))[:COUNTED_ROWS].count()


def cases_of(user: User) -> ApplicationQuerySet:
    """What the staff member is in charge of; the areas stand as numbers, too, so that the index gives the order."""
    return Application.objects.in_charge_of(user).filter(area_id__in=duties_of(user).area_ids)


def queue_address(code: str) -> str:
    """The list with its filter."""
    return f"{reverse('admin:suspension_application_changelist')}?queue={code}"


class QueueFilter(admin.SimpleListFilter):
    """Which list; a search without one looks everywhere."""

    title = "办件队列"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's
        return list(QUEUES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        if not isinstance(request.user, User):
            return queryset.none()
        return queryset.filter(queue_condition(chosen_queue(request), user=request.user))


def chosen_queue(request: HttpRequest) -> str:
    """The list the address names, or the usual one."""
    queue = request.GET.get("queue", "all" if request.GET.get("q") else DEFAULT_QUEUE)
    return queue if queue in QUEUES else DEFAULT_QUEUE


class BoundedPaginator(PaginatorBase):
    """Counts to 1,000 and stops: nobody turns to a page behind that, and counting a million takes a second."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Application] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:COUNTED_ROWS].count()


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a line of the list."""

    application: Application
    tone: str
    is_overdue: bool
    is_urged: bool
    is_mine: bool
    can_take: bool


def staff(*_: object, **__: object) -> bool:
    """The site let them in; which cases is the queryset's matter."""
    return True


def nobody(*_: object, **__: object) -> bool:
    """Cases are written by services only."""
    return False


class ApplicationAdmin(ModelAdminBase):
    """Cases are looked at and decided on their review page; nothing is added, changed or deleted here."""

    list_filter = (QueueFilter,)
    search_fields = ("number",)
    ordering = ("due_on", "id")
    list_display = ("number",)
    list_per_page = list_max_show_all = PAGE_ROWS
    show_full_result_count = False
    paginator = BoundedPaginator
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        """The cases of one's own areas."""
        if not isinstance(request.user, User):
            return Application.objects.none()
        return (
            cases_of(request.user)
            .select_related("person", "taken_by", "enrollment")
            .defer("contact_phone", "person__phone", "taken_by__phone")
            .order_by("due_on", "id")
        )

    def get_search_results(
        self, _request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        return (queryset.filter(search_predicate(search_term)) if search_term.strip() else queryset), False

    def get_urls(self) -> list[URLPattern]:
        """The list, the search and the review page; none of Django's forms."""
        desk: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", self.changelist_view, "changelist"),
            ("search/", self.search_view, "search"),
            ("walk-in/", walk_in.find, "walk_in"),
            ("walk-in/form/", walk_in.form, "walk_in_form"),
            ("<str:number>/receipt/", walk_in.receipt, "walk_in_receipt"),
            ("<str:number>/review/", review.review, "review"),
            ("<str:number>/take/", review.take, "take"),
            ("<str:number>/release/", review.release, "release"),
            ("<str:number>/decide/", review.decide, "decide"),
            ("<str:number>/preview/", review.preview, "preview"),
            ("<str:number>/reveal/", review.reveal, "reveal"),
            ("<str:number>/materials/<str:public_id>/<int:page>/", review.material_page, "material_page"),
            ("<str:number>/materials/<str:public_id>/original/", review.material_original, "material_original"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"suspension_application_{name}") for route, view, name in desk]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            raise TypeError("the site lets only staff in")
        lists = {one.code: one for one in queue_counts(user)}
        context = {
            "title": "办件队列",
            "section": "queue",
            "queues": [lists.get(code) or QueueCount(code, name, queue_address(code)) for code, name in QUEUES.items()],
            "queue": chosen_queue(request),
            "typed": request.GET.get("q", ""),
            "is_search": False,
            "counted_rows": COUNTED_ROWS,
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        if found := getattr(response, "context_data", {}).get("cl"):
            more = {
                "rows": _rows(found.result_list, user=user),
                "earlier_page": found.page_num - 1,
                "later_page": found.page_num + 1,
            }
            response.context_data.update(more)  # type: ignore[attr-defined]
        return response

    def search_view(self, request: HttpRequest) -> HttpResponse:
        """What was typed comes in a POST: names and ID numbers do not stand in addresses."""
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        typed = request.POST.get("q", "").strip()[:60]
        request.GET = QueryDict(urlencode({"q": typed}))
        request.method = "GET"
        return self.changelist_view(request, {"is_search": True})

    has_module_permission = has_view_permission = staff
    has_add_permission = has_change_permission = has_delete_permission = nobody


def _rows(cases: list[Application], *, user: User) -> list[Row]:
    today = clock.today()
    duties = duties_of(user)
    return [
        Row(
            application=case,
            tone=labels.STATE_TONES.get(case.state, "neutral"),
            is_overdue=is_overdue(case, today=today),
            is_urged=is_urged(case),
            is_mine=case.taken_by_id == user.pk,
            can_take=duties.has(Role.CASEWORKER, area_id=case.area_id)
            and Action.TAKE in DESK_ACTIONS
            and Action.TAKE in actions(case.state, role=Role.CASEWORKER),
        )
        for case in cases
    ]
