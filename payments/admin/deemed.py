"""视同缴费年限 at the desk: who has which months by which document; every change needs two people."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from insured.models import CreditedMonths, Enrollment
from insured.policy.dates import Month
from insured.policy.roles import Right
from insured.services.credits import EMPLOYEES
from insured.services.staff import duties_of
from payments.admin import desk
from payments.admin.finance_forms import DeemedEndForm, DeemedForm
from payments.services import look_up
from payments.services.proposals import NewProposal
from portal.accounts.adapters import account_of
from portal.errors import Reason
from portal.masking import mask_name

ROWS_A_PAGE = 50
FORM = "admin/payments/deemed/form.html"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What was recognised in one area; the newest first, names masked."""
    user = account_of(request)
    area = desk.area_of(request, by=user)
    known = CreditedMonths.objects.filter(area=area, source="deemed", takes_back__isnull=True)
    rows = known.select_related("person", "recorded_by", "agreed_by", "taken_back_by").order_by("-pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return desk.page(
        request,
        "admin/payments/deemed/list.html",
        title=f"{area.name}视同缴费年限",
        area=area,
        areas=desk.areas_for(user),
        page=page,
        rows=[(one, mask_name(one.person.name), getattr(one, "taken_back_by", None)) for one in page.object_list],
        may_propose=Right.SETTLE in duties_of(user).rights,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """认定视同缴费年限."""
    user = account_of(request)
    area = desk.area_of(request, by=user)
    form = DeemedForm(desk.data_of(request))

    def ask() -> NewProposal | Reason:
        typed = form.cleaned_data
        found = look_up.find(typed["person"], by=user).persons
        if len(found) != 1:
            return Reason("funding.nobody", {"area": area.name})
        enrolled = Enrollment.objects.filter(person=found[0], area=area, scheme=EMPLOYEES)
        if not enrolled.exclude(status=Enrollment.NONE).exists():
            return Reason("credit.other-area")
        first, last = Month.of(typed["first_month"]), Month.of(typed["last_month"])
        return NewProposal(
            kind="deemed",
            area_id=area.pk,
            subject=f"{found[0].number}:{first.iso()}",
            reason=typed["reason"],
            values={
                "first_month": first.iso(),
                "last_month": last.iso(),
                "months": max(last.months_after(first) + 1, 0),
                "basis": typed["basis"],
            },
            person=found[0],
        )

    return desk.proposal_page(request, form, template=FORM, title="认定视同缴费年限", area=area, ask=ask)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销一条认定."""
    user = account_of(request)
    standing = CreditedMonths.objects.standing().filter(source="deemed", area__in=desk.areas_for(user))
    found = standing.select_related("person", "area").filter(pk=pk).first()
    if found is None:
        raise Http404
    form = DeemedEndForm(desk.data_of(request))

    def ask() -> NewProposal:
        typed = form.cleaned_data
        return NewProposal(
            kind="deemed-end",
            area_id=found.area_id,
            subject=str(found.pk),
            reason=typed["reason"],
            values={
                "credit": found.pk,
                "first_month": found.first.iso(),
                "last_month": found.last.iso(),
                "months": found.length.months,
                "was": found.basis,
                "basis": typed["basis"],
            },
            person=found.person,
        )

    title = f"撤销{mask_name(found.person.name)}的视同缴费：{found.span}"
    return desk.proposal_page(request, form, template=FORM, title=title, area=found.area, ask=ask)


PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("deemed/", listing, "deemed"),
    ("deemed/new/", new, "deemed_new"),
    ("deemed/<int:pk>/end/", end, "deemed_end"),
]
