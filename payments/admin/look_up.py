"""The look-up of contribution histories: the box, the purpose, and which page stands at which address."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from payments.admin import persons, units
from payments.admin.forms import FindForm
from payments.admin.pages import Owner, address_of, answer, staff_member
from payments.models import ContributionRecord
from payments.services import look_up
from portal.accounts.models import User

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[ContributionRecord]
else:
    # Django's classes are generic for the type checker only.
    ModelAdminBase = admin.ModelAdmin


def may_look_up(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Whoever needs histories for their work, in some area, today."""
    return isinstance(request.user, User) and bool(look_up.areas_of(request.user))


def nobody(*_: object, **__: object) -> bool:
    """Records are written by services only."""
    return False


@require_safe
def box(request: HttpRequest) -> HttpResponse:
    """The search box."""
    staff_member(request)
    return answer(request, "search.html", {"form": FindForm(), "found": None})


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Who fits what was typed; a single one at once. It comes in a POST: no name and no ID stands in an address."""
    user, form = staff_member(request), FindForm(request.POST)
    if not form.is_valid():
        return answer(request, "search.html", {"form": form, "found": None}, status=422)
    found = look_up.find(form.cleaned_data["typed"], by=user)
    owners: tuple[Owner, ...] = (*found.persons, *found.employers)
    if len(owners) == 1:
        query = f"?{urlencode({'about': found.about})}" if found.about else ""
        return HttpResponseRedirect(address_of(owners[0]) + query, status=303)
    hits = [(owner, address_of(owner)) for owner in found.persons]
    context = {"form": form, "found": found, "hits": hits, "most": look_up.MOST_FOUND}
    return answer(request, "search.html", context)


@admin.register(ContributionRecord)
class LookUpAdmin(ModelAdminBase):
    """缴费历史查询: nothing is added, changed or deleted here."""

    def get_urls(self) -> list[URLPattern]:
        """The box and the histories; none of Django's lists and forms."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", box, "changelist"),
            ("search/", search, "search"),
            ("persons/<str:number>/", persons.person_history, "person"),
            ("persons/<str:number>/open/", persons.open_person, "open_person"),
            ("persons/<str:number>/reveal/", persons.reveal, "reveal_person"),
            ("persons/<str:number>/export/", persons.export_person, "export_person"),
            ("persons/<str:number>/proof/", persons.print_proof, "proof_person"),
            ("units/<str:number>/", units.unit_history, "unit"),
            ("units/<str:number>/open/", units.open_unit, "open_unit"),
            ("units/<str:number>/export/", units.export_unit, "export_unit"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"payments_contributionrecord_{name}") for route, view, name in pages]

    has_module_permission = has_view_permission = may_look_up
    has_add_permission = has_change_permission = has_delete_permission = nobody
