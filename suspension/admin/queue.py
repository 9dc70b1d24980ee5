"""The queue of cases of one's own pooling areas: seven lists, one search box."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse

from insured.policy.roles import Right
from insured.services.staff import duties_of
from portal import clock, paging
from portal.accounts.models import User
from portal.paging import COUNTED_ROWS, BoundedPaginator, CountOf
from suspension.admin import (
    absence,
    bulk,
    counter,
    decision,
    duplicates,
    family,
    real_names,
    review,
    supervision,
    transfers,
    walk_in,
    walk_in_more,
)
from suspension.admin.drill import LINK_FILTERS, chosen_in_words
from suspension.admin.forms import new_token
from suspension.admin.narrow import NARROWING, Box, boxes, in_words
from suspension.admin.rows import PAGE_ROWS, rows_of
from suspension.admin.search import search_predicate
from suspension.models import Application, ApplicationQuerySet
from suspension.policy.transitions import OPEN_STATES, State
from suspension.services.aftercare import WITH_STAFF

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Application]
else:
    # Django's classes are generic for the type checker only.
    ModelAdminBase = admin.ModelAdmin

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
COUNTED_QUEUES = ("unassigned", "mine", "second", "overdue", "returned", "all")
NEWEST_FIRST = ("done", "all")
"""Lists in which nobody works from the oldest on."""


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

    @property
    def shown(self) -> str:
        """The count as it is read; nobody counts on behind a thousand."""
        return f"{COUNTED_ROWS}+" if self.count == COUNTED_ROWS else str(self.count)


def queue_counts(user: User) -> tuple[QueueCount, ...]:
    """How many cases lie in each list, in one statement; counted to 1,000 each: a backlog does not slow the page."""
    counted = [
        CountOf(cases_of(user).filter(queue_condition(code, user=user)).by_due_day().values("pk")[:COUNTED_ROWS])
        for code in COUNTED_QUEUES
    ]
    found = User.objects.filter(pk=user.pk).values_list(*counted).get()
    return tuple(
        QueueCount(code, QUEUES[code], queue_address(code), count)
        for code, count in zip(COUNTED_QUEUES, found, strict=True)
    )


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

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(QUEUES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        if not isinstance(request.user, User):
            return queryset.none()
        queue = chosen_queue(request)
        found = queryset.filter(queue_condition(queue, user=request.user))
        return found.order_by("-due_on", "-id") if queue in NEWEST_FIRST and not request.GET.get("q") else found


def chosen_queue(request: HttpRequest) -> str:
    """The list the address names, or the usual one: what a reviewer cannot take is not the first they see."""
    rights = duties_of(request.user).rights if isinstance(request.user, User) else frozenset()
    usual = "second" if Right.CONFIRM in rights and Right.HANDLE not in rights else DEFAULT_QUEUE
    queue = request.GET.get("queue", "all" if request.GET.get("q") else usual)
    return queue if queue in QUEUES else usual


def staff(*_: object, **__: object) -> bool:
    """The site let them in; which cases is the queryset's matter."""
    return True


def nobody(*_: object, **__: object) -> bool:
    """Cases are written by services only."""
    return False


class ApplicationAdmin(ModelAdminBase):
    """Cases are looked at and decided on their review page; nothing is added, changed or deleted here."""

    list_filter = (QueueFilter, *LINK_FILTERS, *NARROWING)
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
            .by_due_day()
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
            ("absence/", absence.absence, "absence"),
            ("absences/", absence.absences, "absences"),
            ("bulk/", bulk.prepare, "bulk_prepare"),
            ("take/", bulk.take, "bulk_take"),
            ("duplicates/", duplicates.page, "duplicates"),
            ("real-names/", real_names.page, "realnames"),
            ("real-names/<str:number>/<str:kind>.png", real_names.photo, "realname_photo"),
            ("transfers/", transfers.page, "transfers"),
            ("transfers/<str:number>/<str:kind>/", transfers.leg, "transfer_leg"),
            ("supervision/", supervision.page, "supervision"),
            ("supervision/<str:code>.csv", supervision.export, "supervision_csv"),
            ("walk-in/", walk_in.find, "walk_in"),
            ("walk-in/family/", family.consent, "walk_in_family"),
            ("walk-in/form/", walk_in.form, "walk_in_form"),
            ("walk-in/resume/", walk_in_more.resume_form, "walk_in_resume"),
            ("walk-in/transfer/", walk_in_more.transfer_form, "walk_in_transfer"),
            ("bulk/<str:number>/", bulk.page, "bulk"),
            ("bulk/<str:number>/run/", bulk.run, "bulk_run"),
            ("<str:number>/receipt/", walk_in.receipt, "walk_in_receipt"),
            ("<str:number>/paper.pdf", walk_in.paper, "walk_in_paper"),
            ("<str:number>/review/", review.review, "review"),
            ("<str:number>/take/", decision.take, "take"),
            ("<str:number>/release/", decision.release, "release"),
            ("<str:number>/counter/", counter.counter, "counter"),
            ("<str:number>/hand-over/", decision.hand_over, "hand_over"),
            ("<str:number>/decide/", decision.decide, "decide"),
            ("<str:number>/preview/", review.preview, "preview"),
            ("<str:number>/reveal/", review.reveal, "reveal"),
            ("<str:number>/phone-note/", review.phone_note, "phone_note"),
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
            "narrowed": [*chosen_in_words(request), *in_words(request)],
            "boxes": self._boxes(request, user=user),
            "is_search": False,
            "token": new_token(),
            "counted_rows": COUNTED_ROWS,
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        paging.complete(response, lambda rows: {"rows": rows_of(rows, user=user)})
        return response

    def _boxes(self, request: HttpRequest, *, user: User) -> tuple[Box, ...]:
        """筛选 of the list; a search has none, it looks everywhere."""
        if request.GET.get("q"):
            return ()
        queue = chosen_queue(request)
        return boxes(request, cases=cases_of(user).filter(queue_condition(queue, user=user)), queue=queue)

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
