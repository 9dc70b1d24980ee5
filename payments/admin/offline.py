"""线下收款 at the desk: find whose it is, enter it, and let another person confirm; what fits no bill waits here."""

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.models import Employer, InsuredPerson, PoolingArea, StaffAssignment
from insured.policy.roles import Right
from insured.services.staff import duties_of
from payments import labels
from payments.admin.forms import FindForm
from payments.admin.offline_forms import BillNumberForm, ReceiptForm, TextForm
from payments.admin.pages import employer_or_404, person_or_404
from payments.models import Bill, OfflinePayment
from payments.services import look_up, offline
from portal import clock
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.audit.services import record_access
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason
from portal.identity import normalize_public_number

if TYPE_CHECKING:
    OfflineBase = admin.ModelAdmin[OfflinePayment]
else:
    # Django's classes are generic for the type checker only.
    OfflineBase = admin.ModelAdmin

ROWS_A_PAGE = 50
LIST, FIND = "admin/payments/offline/list.html", "admin/payments/offline/find.html"
ENTER, SHOW = "admin/payments/offline/enter.html", "admin/payments/offline/show.html"
TABS = {"waiting": "待复核", "suspense": "暂收待查", "all": "全部"}
Owner = InsuredPerson | Employer


def _page(request: HttpRequest, name: str, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "section": "offline", **more}
    return TemplateResponse(request, name, context, status=status)


@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, what waits for a bill, and everything."""
    mine = OfflinePayment.objects.in_charge_of(account_of(request))
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    shown = {"waiting": mine.waiting(), "suspense": mine.in_suspense(), "all": mine}[tab]
    rows = shown.select_related("bill__person", "bill__employer", "proposed_by", "confirmed_by").order_by("-pk")
    return _page(
        request,
        LIST,
        title="线下收款",
        tab=tab,
        tabs=TABS.items(),
        page=Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        sums=mine.aggregate(
            waiting=Count("pk", filter=Q(state__in=OfflinePayment.PROPOSED)),
            suspense=Count("pk", filter=Q(state=OfflinePayment.SUSPENSE)),
            suspense_fen=Sum("amount_fen", filter=Q(state=OfflinePayment.SUSPENSE)),
        ),
        may_enter=bool(_areas(account_of(request))),
        tones=labels.OFFLINE_TONES,
    )


def _areas(user: User) -> list[PoolingArea]:
    """Where the staff member may enter money."""
    areas = StaffAssignment.objects.areas_with
    both = Q(pk__in=areas(user, Right.SETTLE)) | Q(pk__in=areas(user, Right.HANDLE))
    return list(PoolingArea.objects.filter(both).order_by("code"))


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Whose payment it is; names and IDs come in a POST."""
    user = _entering(request)
    if request.method != "POST":
        return _page(request, FIND, title="登记收款", form=FindForm(), found=None, areas=_areas(user))
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, FIND, title="登记收款", form=form, found=None, areas=_areas(user), status=422)
    found = look_up.find(form.cleaned_data["typed"], by=user)
    owners: tuple[Owner, ...] = (*found.persons, *found.employers)
    if len(owners) == 1:
        return redirect(_address(owners[0]))
    hits = [(one, _address(one)) for one in found.persons]
    return _page(request, FIND, title="登记收款", form=form, found=found, hits=hits, areas=_areas(user))


def _entering(request: HttpRequest) -> User:
    user = account_of(request)
    if not _areas(user):
        raise PermissionDenied
    return user


def _address(owner: Owner) -> str:
    kind = "person" if isinstance(owner, InsuredPerson) else "unit"
    return reverse(f"admin:payments_offlinepayment_{kind}", args=[owner.number])


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, number: str) -> HttpResponse:
    """A payment for somebody's bill."""
    user = _entering(request)
    person = person_or_404(number, by=user)
    bills = Bill.objects.payable().filter(person=person, area__in=_areas(user))
    return _enter(request, user, bills=bills, area=person.area, owner=person)


@require_http_methods(["GET", "HEAD", "POST"])
def of_unit(request: HttpRequest, number: str) -> HttpResponse:
    """A payment for a unit's bill."""
    user = _entering(request)
    unit = employer_or_404(number, by=user)
    bills = Bill.objects.payable().filter(employer=unit, enrollment=None, area__in=_areas(user))
    return _enter(request, user, bills=bills, area=unit.area, owner=unit)


@require_http_methods(["GET", "HEAD", "POST"])
def of_nobody(request: HttpRequest, code: str) -> HttpResponse:
    """A transfer of which nobody knows whose it is."""
    user = _entering(request)
    area = get_object_or_404(PoolingArea, pk__in=[one.pk for one in _areas(user)], code=code)
    return _enter(request, user, bills=Bill.objects.none(), area=area, owner=None)


def _enter(request: HttpRequest, user: User, *, bills: Any, area: PoolingArea, owner: Owner | None) -> HttpResponse:
    found: Sequence[Bill] = list(
        bills.filter(payable_fen__gt=0).select_related("area").order_by("period_starts_on", "pk")
    )
    if request.method != "POST":
        if owner is not None:
            kind = "insuredperson" if isinstance(owner, InsuredPerson) else "employer"
            record_access(
                user=user, action="view", subject_kind=kind, subject_id=owner.pk, purpose="case", reason="登记线下收款"
            )
        return _enter_page(request, ReceiptForm(bills=found, today=clock.today()), owner=owner, area=area)
    form = ReceiptForm(request.POST, bills=found, today=clock.today())
    if not form.is_valid():
        return _enter_page(request, form, owner=owner, area=area, status=422)
    chosen = next((bill for bill in found if bill.number == form.cleaned_data["bill"]), None)
    receipt = form.receipt(area_id=chosen.area_id if chosen else area.pk)
    try:
        made = offline.enter(receipt, token=request.POST.get("token", ""), by=user)
    except AlreadyDone as done:
        return redirect(done.address)
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _enter_page(request, form, owner=owner, area=area, reasons=error.reasons, status=422)
    messages.success(request, f"已登记收款 {made.number}，等另一位财务人员复核后入账。")
    return redirect(offline.page_of(made.number))


def _enter_page(
    request: HttpRequest,
    form: ReceiptForm,
    *,
    owner: Owner | None,
    area: PoolingArea,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "owner": owner, "area": area, "reasons": reasons, "token": secrets.token_urlsafe(24)}
    is_person = isinstance(owner, InsuredPerson)
    return _page(request, ENTER, title="登记收款", is_person=is_person, status=status, **context)


def _receipt(request: HttpRequest, number: str) -> OfflinePayment:
    mine = OfflinePayment.objects.in_charge_of(account_of(request))
    rows = mine.select_related("bill__person", "bill__employer", "area", "proposed_by", "confirmed_by")
    return get_object_or_404(rows, number=normalize_public_number(number))


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One receipt, what was done with it, and what can be done now."""
    return _shown(request, _receipt(request, number))


def _shown(
    request: HttpRequest,
    found: OfflinePayment,
    *,
    forms_sent: dict[str, forms.Form] | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    user, sent = account_of(request), forms_sent or {}
    is_finance = offline.may_confirm(user, area_id=found.area_id)
    is_waiting = found.state in OfflinePayment.PROPOSED
    return _page(
        request,
        SHOW,
        title=f"收款 {found.number}",
        one=found,
        tone=labels.OFFLINE_TONES.get(found.state, "wait"),
        events=found.events.select_related("actor").order_by("pk"),
        is_waiting=is_waiting,
        can_confirm=is_waiting and is_finance and found.proposed_by_id != user.pk,
        can_place=is_finance and found.state == OfflinePayment.SUSPENSE,
        refuse_form=sent.get("refuse") or TextForm(auto_id="id_refuse_%s"),
        return_form=sent.get("return") or TextForm(auto_id="id_return_%s"),
        match_form=sent.get("match") or BillNumberForm(auto_id="id_match_%s"),
        form=next(iter(sent.values()), None),
        reasons=reasons,
        token=secrets.token_urlsafe(24),
        status=status,
    )


def _done(
    request: HttpRequest,
    found: OfflinePayment,
    act: Callable[..., OfflinePayment],
    *,
    sent: dict[str, forms.Form] | None = None,
    **given: Any,
) -> HttpResponse:
    """Do it and come back to the receipt; what stands against it is said there."""
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    try:
        done = act(found.number, version=seen, token=request.POST.get("token", ""), by=account_of(request), **given)
    except AlreadyDone as again:
        return redirect(again.address)
    except ConflictError:
        raise
    except BusinessRuleError as error:
        fresh = _receipt(request, found.number)
        return _shown(request, fresh, forms_sent=sent, reasons=error.reasons, status=422)
    messages.success(request, f"{done.number} 现在是“{done.get_state_display()}”。")
    return redirect(offline.page_of(done.number))


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """复核通过."""
    return _done(request, _receipt(request, number), offline.confirm)


@require_POST
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """复核不通过."""
    found, form = _receipt(request, number), TextForm(request.POST, auto_id="id_refuse_%s")
    if not form.is_valid():
        return _shown(request, found, forms_sent={"refuse": form}, status=422)
    return _done(request, found, offline.refuse, sent={"refuse": form}, text=form.cleaned_data["text"])


@require_POST
def match(request: HttpRequest, number: str) -> HttpResponse:
    """转入账单."""
    found, form = _receipt(request, number), BillNumberForm(request.POST, auto_id="id_match_%s")
    if not form.is_valid():
        return _shown(request, found, forms_sent={"match": form}, status=422)
    bill_number = normalize_public_number(form.cleaned_data["bill"])
    return _done(request, found, offline.propose_bill, sent={"match": form}, bill_number=bill_number)


@require_POST
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """退回付款人."""
    found, form = _receipt(request, number), TextForm(request.POST, auto_id="id_return_%s")
    if not form.is_valid():
        return _shown(request, found, forms_sent={"return": form}, status=422)
    return _done(request, found, offline.propose_return, sent={"return": form}, text=form.cleaned_data["text"])


def may_look(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Whoever enters, confirms or supervises."""
    user = request.user
    return isinstance(user, User) and bool(duties_of(user).rights & {Right.MONEY, Right.HANDLE, Right.SUPERVISE})


def nobody(*_: object, **__: object) -> bool:
    """Receipts are written by services only."""
    return False


@admin.register(OfflinePayment)
class OfflinePaymentAdmin(OfflineBase):
    """线下收款: none of Django's lists and forms."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", receipts, "changelist"),
            ("enter/", find, "enter"),
            ("enter/persons/<str:number>/", of_person, "person"),
            ("enter/units/<str:number>/", of_unit, "unit"),
            ("enter/suspense/<str:code>/", of_nobody, "nobody"),
            ("<str:number>/", show, "show"),
            ("<str:number>/confirm/", confirm, "confirm"),
            ("<str:number>/refuse/", refuse, "refuse"),
            ("<str:number>/match/", match, "match"),
            ("<str:number>/return/", give_back, "return"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"payments_offlinepayment_{name}") for route, view, name in pages]

    has_module_permission = has_view_permission = may_look
    has_add_permission = has_change_permission = has_delete_permission = nobody
