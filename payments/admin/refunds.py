"""退款 at the desk: what waits for a first and for a second person, what is stuck, and what to do about it."""

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.models import StaffAssignment
from insured.policy.roles import Right
from insured.services.staff import duties_of
from payments.admin import late_parts
from payments.admin.refund_forms import AccountForm, NoteForm, PayoutForm, ProposeForm
from payments.labels import refunds as labels
from payments.models import OrderLine, Refund
from payments.policy import refunds as policy
from payments.policy.orders import State
from payments.services import dropping, giving_back, refunds, waiting
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError, Reason
from portal.identity import normalize_public_number

if TYPE_CHECKING:
    RefundBase = admin.ModelAdmin[Refund]
else:
    # Django's classes are generic for the type checker only.
    RefundBase = admin.ModelAdmin

ROWS_A_PAGE = 50
LIST, SHOW = "admin/payments/refund/list.html", "admin/payments/refund/show.html"
PROPOSE = "admin/payments/refund/propose.html"
TABS = {"waiting": "待办理", "under-way": "退款中", "stuck": "没有办成", "all": "全部"}
STATES = {
    "waiting": waiting.WAITING_REFUNDS,
    "under-way": (Refund.QUEUED, Refund.SENT),
    "stuck": policy.STUCK,
}


def _page(request: HttpRequest, name: str, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "section": "refunds", **more}
    return TemplateResponse(request, name, context, status=status)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for people, what is on its way, what is stuck."""
    mine = Refund.objects.in_charge_of(account_of(request))
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    shown = mine.filter(_of_tab(tab)) if tab in STATES else mine
    rows = shown.select_related("record__person", "bill__person", "order", "made_by").order_by("-pk")
    return _page(
        request,
        LIST,
        title="退款",
        tab=tab,
        tabs=TABS.items(),
        page=Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        sums=mine.aggregate(waiting=Count("pk", filter=_of_tab("waiting")), stuck=Count("pk", filter=_of_tab("stuck"))),
        can_propose=_may_settle(account_of(request)),
    )


def _of_tab(tab: str) -> Q:
    """What was sent back by the bank and goes out anew is not stuck any more."""
    states = Q(state__in=STATES[tab])
    return states & Q(replaced_by__isnull=True) if tab == "stuck" else states


def _may_settle(user: User) -> bool:
    return Right.SETTLE in duties_of(user).rights


NOTES = {
    "payout": "银行回单号",
    "return": "银行退回的原因",
    "drop": "不再退款的原因",
    "back": "退回的原因",
}
"""The one-line forms of a refund's page, and what each asks for."""


def _note(kind: str, refund: Refund, typed: Any = None) -> NoteForm:
    if kind == "payout":
        return PayoutForm(typed, is_heard=_is_heard(refund), auto_id=f"id_{kind}_%s")
    return NoteForm(typed, label=NOTES[kind], auto_id=f"id_{kind}_%s")


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One refund: where it stands, what to do next, who did what."""
    return _shown(request, _own(request, number))


def _own(request: HttpRequest, number: str) -> Refund:
    mine = Refund.objects.in_charge_of(account_of(request))
    people = ("record__person", "bill__person", "order__payer", "area", "made_by", "released_by", "replaces")
    return get_object_or_404(mine.select_related(*people), number=normalize_public_number(number))


def _shown(
    request: HttpRequest,
    refund: Refund,
    *,
    sent: dict[str, forms.Form] | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """`sent` is the form that was refused, under its name: what was typed stays in it."""
    user, kept = account_of(request), sent or {}
    is_finance = giving_back.may_settle(user, area_id=refund.area_id)
    replaced_by = Refund.objects.filter(replaces=refund).first()
    return _page(
        request,
        SHOW,
        title=f"退款 {refund.number}",
        one=refund,
        next=_next(refund),
        is_finance=is_finance,
        is_maker=refund.made_by_id == user.pk,
        replaced_by=replaced_by,
        can_reissue=is_finance and refund.state == Refund.RETURNED and replaced_by is None,
        can_return=is_finance and giving_back.next_state(refund, policy.RefundAction.RETURN) is not None,
        **{f"{kind}_form": kept.get(kind) or _note(kind, refund) for kind in NOTES},
        can_drop=is_finance and dropping.way_out(refund) is not None and dropping.wanted_by(refund) != user.pk,
        is_drop_wanted=dropping.wanted_by(refund) is not None,
        account_form=kept.get("account") or AccountForm(),
        form=next(iter(kept.values()), None),
        reasons=reasons,
        events=refund.events.select_related("actor").order_by("pk"),
        token=secrets.token_urlsafe(24),
        status=status,
    )


def _is_heard(refund: Refund) -> bool:
    """Whether a transfer is to be made of which the first refund was paid all the same."""
    return refund.state == Refund.PAYOUT and refunds.heard_of(refund) is not None


def _next(refund: Refund) -> str:
    """What to do now."""
    if _is_heard(refund):
        return labels.NEXT_HEARD
    return (labels.NEXT_PERSONAL if refund.to_personal else labels.NEXT)[refund.state]


def _done(
    request: HttpRequest,
    refund: Refund,
    act: Callable[[], Refund],
    *,
    words: str,
    sent: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    """Do it and come back; what stands against it is said there."""
    try:
        done = act()
    except AlreadyDone as already:
        return redirect(already.address)
    except ConflictError:
        raise
    except BusinessRuleError as error:
        return _shown(request, refund, sent=sent, reasons=error.reasons, status=422)
    messages.success(request, words)
    return redirect(giving_back.page_of(done.number))


def _given(request: HttpRequest) -> dict[str, Any]:
    version = request.POST.get("version", "")
    return {
        "version": int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        "token": request.POST.get("token", ""),
        "by": account_of(request),
    }


@require_POST
def make(request: HttpRequest, number: str) -> HttpResponse:
    """经办: the first person."""
    refund = _own(request, number)
    return _done(
        request, refund, lambda: giving_back.make(refund.number, **_given(request)), words="已经办，等另一位财务放款。"
    )


@require_POST
def release(request: HttpRequest, number: str) -> HttpResponse:
    """复核放款: the second one."""
    refund = _own(request, number)
    return _done(request, refund, lambda: giving_back.release(refund.number, **_given(request)), words="已放款。")


@require_POST
def retry(request: HttpRequest, number: str) -> HttpResponse:
    """重新退款 under the same number."""
    refund = _own(request, number)
    return _done(
        request, refund, lambda: giving_back.retry(refund.number, **_given(request)), words="已重新向支付平台发起。"
    )


def _with_note(
    request: HttpRequest, number: str, kind: str, act: Callable[[Refund, str], Refund], *, words: str
) -> HttpResponse:
    refund = _own(request, number)
    form = _note(kind, refund, request.POST)
    if not form.is_valid():
        return _shown(request, refund, sent={kind: form}, status=422)
    return _done(request, refund, lambda: act(refund, form.cleaned_data["text"]), words=words, sent={kind: form})


@require_POST
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """复核退回."""
    return _with_note(
        request,
        number,
        "back",
        lambda refund, text: giving_back.send_back(refund.number, text=text, **_given(request)),
        words="已退回。",
    )


@require_POST
def drop(request: HttpRequest, number: str) -> HttpResponse:
    """不再退款: the first person's wish, or the second one's yes."""
    return _with_note(
        request,
        number,
        "drop",
        lambda refund, text: dropping.drop(refund.number, text=text, **_given(request)),
        words="已登记不再退款。",
    )


@require_POST
def pay_out(request: HttpRequest, number: str) -> HttpResponse:
    """The transfer was made."""
    was_sent_twice = request.POST.get("was_sent_twice") == "on"
    return _with_note(
        request,
        number,
        "payout",
        lambda refund, text: refunds.confirm_payout(
            refund.number, reference=text, was_sent_twice=was_sent_twice, **_given(request)
        ),
        words="已登记打款，参保人会收到通知。",
    )


@require_POST
def take_return(request: HttpRequest, number: str) -> HttpResponse:
    """银行退回."""
    return _with_note(
        request,
        number,
        "return",
        lambda refund, text: refunds.take_return(refund.number, text=text, **_given(request)),
        words="已登记银行退回，可以重新发起。",
    )


@require_POST
def reissue(request: HttpRequest, number: str) -> HttpResponse:
    """重新发起 to an account."""
    refund, form = _own(request, number), AccountForm(request.POST)
    if not form.is_valid():
        return _shown(request, refund, sent={"account": form}, status=422)
    return _done(
        request,
        refund,
        lambda: giving_back.reissue(refund.number, account=form.account(), **_given(request)),
        words="已重新发起，等另一位财务放款。",
        sent={"account": form},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """更正退款 of a part of an order."""
    user = account_of(request)
    if not _may_settle(user):
        raise PermissionDenied
    form = ProposeForm(request.POST or None, initial={"order": request.GET.get("order", "")[:32]})
    reasons: tuple[Reason, ...] = ()
    lines = _lines(form["order"].value() or "", by=user)
    if request.method == "POST" and form.is_valid() and _names_a_bill(form, lines=lines):
        try:
            refund = _propose(form, lines=lines, token=request.POST.get("token", ""), by=user)
        except AlreadyDone as already:
            return redirect(already.address)
        except BusinessRuleError as error:
            reasons = error.reasons
        else:
            messages.success(request, "已经办，等另一位财务放款。")
            return redirect(giving_back.page_of(refund.number))
    status = 422 if request.method == "POST" else 200
    token = secrets.token_urlsafe(24)
    return _page(
        request, PROPOSE, title="更正退款", form=form, reasons=reasons, lines=lines, token=token, status=status
    )


def _lines(typed: str, *, by: User) -> list[OrderLine]:
    """What the order that is asked about, or was typed, has paid."""
    number = normalize_public_number(typed.replace("\0", "")[:32])
    if not number:
        return []
    areas = StaffAssignment.objects.areas_with(by, Right.SETTLE)
    found = OrderLine.objects.filter(order__number=number, order__state=State.PAID, bill__area__in=areas)
    return list(found.select_related("bill").order_by("pk"))


def _names_a_bill(form: ProposeForm, *, lines: Sequence[OrderLine]) -> bool:
    """Only an order of several bills needs the number of one of them; what is wrong is said at the field."""
    given = normalize_public_number(form.cleaned_data["bill"])
    if lines and given and given not in {line.bill.number for line in lines}:
        form.add_error("bill", "这张订单没有付过这笔账单，请从上面的表里选一笔。")
    elif not given and len(lines) > 1:
        form.add_error("bill", "这张订单付了几笔账单，请从上面的表里选一笔，填它的账单号。")
    return form.is_valid()


def _propose(form: ProposeForm, *, lines: Sequence[OrderLine], token: str, by: User) -> Refund:
    given = form.cleaned_data
    only = lines[0].bill.number if lines else ""
    return giving_back.propose(
        normalize_public_number(given["order"]),
        bill_number=normalize_public_number(given["bill"]) or only,
        amount_fen=given["amount_fen"],
        text=given["text"],
        token=token,
        by=by,
    )


def may_look(_admin: object, request: HttpRequest, *_: object, **__: object) -> bool:
    """Whoever looks after money somewhere, or watches who does."""
    user = request.user
    return isinstance(user, User) and bool(duties_of(user).rights & {Right.MONEY, Right.SUPERVISE})


def nobody(*_: object, **__: object) -> bool:
    """Refunds are written by services only."""
    return False


@admin.register(Refund)
class RefundAdmin(RefundBase):
    """退款: none of Django's lists and forms."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", listing, "changelist"),
            ("new/", propose, "propose"),
            ("late/", late_parts.late, "late"),
            ("<str:number>/", show, "show"),
            ("<str:number>/make/", make, "make"),
            ("<str:number>/release/", release, "release"),
            ("<str:number>/send-back/", send_back, "send_back"),
            ("<str:number>/drop/", drop, "drop"),
            ("<str:number>/retry/", retry, "retry"),
            ("<str:number>/pay-out/", pay_out, "pay_out"),
            ("<str:number>/return/", take_return, "return"),
            ("<str:number>/reissue/", reissue, "reissue"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"payments_refund_{name}") for route, view, name in pages]

    has_module_permission = has_view_permission = may_look
    has_add_permission = has_change_permission = has_delete_permission = nobody
