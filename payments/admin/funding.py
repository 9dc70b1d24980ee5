"""资助参保 at the desk: the categories of an area and who is recognised; every change needs two people."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from insured.policy.roles import Right
from insured.services.staff import duties_of
from payments.admin import desk
from payments.admin.finance_forms import CategoryForm, EndForm, RecognitionForm
from payments.models import FundingCategory, FundingRecognition
from payments.services import look_up
from payments.services.proposals import NewProposal
from portal.accounts.adapters import account_of
from portal.errors import Reason
from portal.masking import mask_name
from portal.money import yuan

ROWS_A_PAGE = 50
FORM = "admin/payments/funding/form.html"


@require_safe
def funding(request: HttpRequest) -> HttpResponse:
    """The categories of one area, and who is recognised there; the newest first."""
    user = account_of(request)
    area = desk.area_of(request, by=user)
    recognised = FundingRecognition.objects.filter(category__area=area).select_related(
        "person", "category", "recorded_by"
    )
    page = Paginator(recognised.order_by("-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return desk.page(
        request,
        "admin/payments/funding/list.html",
        title=f"{area.name}资助参保",
        area=area,
        areas=desk.areas_for(user),
        categories=FundingCategory.objects.filter(area=area).order_by("-first_year", "-is_full", "-aid_fen", "pk"),
        page=page,
        rows=[(one, mask_name(one.person.name)) for one in page.object_list],
        may_propose=Right.SETTLE in duties_of(user).rights,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def category(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A new category, or another content of one."""
    user = account_of(request)
    if pk:
        known = get_object_or_404(FundingCategory, pk=pk, area__in=desk.areas_for(user))
        area = known.area
        initial = {
            "name": known.name,
            "is_full": known.is_full,
            "aid_fen": yuan(known.aid_fen) if known.aid_fen else "",
            "first_year": known.first_year,
            "last_year": known.last_year,
        }
    else:
        known, area, initial = None, desk.area_of(request, by=user), {}
    form = CategoryForm(desk.data_of(request), initial=initial)

    def ask() -> NewProposal:
        typed = form.cleaned_data
        names = ("name", "is_full", "first_year", "last_year")
        values = {name: typed[name] for name in names} | {"aid_fen": typed["aid_fen"] or 0, "category": pk or None}
        subject = f"{area.code}:{typed['name']}:{typed['first_year']}"
        return NewProposal(
            kind="category", area_id=area.pk, subject=subject[:80], reason=typed["reason"], values=values
        )

    title = f"修改类别“{known.name}”" if known else "新增资助类别"
    return desk.proposal_page(request, form, template=FORM, title=title, area=area, ask=ask)


@require_http_methods(["GET", "HEAD", "POST"])
def recognition(request: HttpRequest) -> HttpResponse:
    """困难身份认定."""
    user = account_of(request)
    area = desk.area_of(request, by=user)
    form = RecognitionForm(desk.data_of(request), area=area)

    def ask() -> NewProposal | Reason:
        typed = form.cleaned_data
        found = look_up.find(typed["person"], by=user).persons
        if len(found) != 1 or found[0].area_id != area.pk:
            return Reason("funding.nobody", {"area": area.name})
        chosen: FundingCategory = typed["category"]
        values = {
            "category": chosen.pk,
            "name": chosen.name,
            "recognised_on": typed["recognised_on"].isoformat(),
        }
        return NewProposal(
            kind="recognition",
            area_id=area.pk,
            subject=f"{found[0].number}:{chosen.pk}",
            reason=typed["reason"],
            values=values,
            person=found[0],
        )

    return desk.proposal_page(request, form, template=FORM, title="认定困难身份", area=area, ask=ask)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """困难身份终止."""
    user = account_of(request)
    standing = FundingRecognition.objects.filter(ended_on__isnull=True, category__area__in=desk.areas_for(user))
    found = standing.select_related("person", "category__area").filter(pk=pk).first()
    if found is None:
        raise Http404
    form = EndForm(desk.data_of(request))

    def ask() -> NewProposal:
        typed = form.cleaned_data
        values = {
            "recognition": found.pk,
            "name": found.category.name,
            "recognised_on": found.recognised_on.isoformat(),
            "ended_on": typed["ended_on"].isoformat(),
        }
        return NewProposal(
            kind="recognition-end",
            area_id=found.category.area_id,
            subject=str(found.pk),
            reason=typed["reason"],
            values=values,
            person=found.person,
        )

    title = f"终止{mask_name(found.person.name)}的“{found.category.name}”"
    return desk.proposal_page(request, form, template=FORM, title=title, area=found.category.area, ask=ask)


PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("funding/", funding, "funding"),
    ("funding/category/", category, "category_new"),
    ("funding/category/<int:pk>/", category, "category"),
    ("funding/recognition/", recognition, "recognition"),
    ("funding/recognition/<int:pk>/end/", end, "recognition_end"),
]
