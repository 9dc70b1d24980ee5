"""存疑订单 at the desk: what the gateway said, what was expected, the notices; asking again, and proposing an end."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from payments import labels
from payments.admin import desk
from payments.admin.finance_forms import SettleForm
from payments.models import Bill, NoticeVerdict, OrderDoubt, Proposal
from payments.services import doubts, proposals
from payments.services.results import Applied
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, Reason

NOTICES_SHOWN = 20
HEARD = {
    Applied.POSTED: "支付平台改口，金额与订单一致，已经入账。",
    Applied.REFUNDING: "支付平台改口，但账单已经缴清，款项正在原路退回。",
    Applied.MISMATCH: "支付平台的说法没有变。",
    Applied.CLOSED: "支付平台说交易已经关闭，订单已关闭。",
    Applied.REPEAT: "这笔交易已经入账，没有变化。",
    Applied.NOTHING: "支付平台没有给出结果，请过几分钟再查。",
    Applied.UNKNOWN_ORDER: "支付平台没有这张订单。",
}


def _doubt(request: HttpRequest, number: str) -> OrderDoubt:
    found = OrderDoubt.objects.in_charge_of(account_of(request)).select_related("order__payer")
    return get_object_or_404(found, number=number)


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One doubt."""
    return _shown(request, _doubt(request, number))


def _shown(
    request: HttpRequest,
    doubt: OrderDoubt,
    *,
    form: SettleForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    verdicts = NoticeVerdict.objects.filter(order_number=doubt.order.number).select_related("notice").order_by("-pk")
    bills = Bill.objects.filter(order_lines__order=doubt.order_id).select_related("person", "employer").order_by("pk")
    return desk.page(
        request,
        "admin/payments/proposals/doubt.html",
        status=status,
        title=f"存疑订单 {doubt.order.number}",
        doubt=doubt,
        order=doubt.order,
        bills=bills,
        verdicts=verdicts[:NOTICES_SHOWN],
        proposals=[
            (one, labels.PROPOSAL_TONES[one.state])
            for one in Proposal.objects.filter(doubt=doubt).select_related("made_by", "decided_by").order_by("-pk")
        ],
        form=form or SettleForm(initial={"kind": "give-back" if doubt.outcome == "paid" else "close-doubt"}),
        reasons=reasons,
    )


def _page_of(doubt: OrderDoubt) -> HttpResponse:
    return redirect("admin:payments_proposal_doubt", number=doubt.number)


@require_POST
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """再次查询."""
    doubt = _doubt(request, number)
    try:
        heard = doubts.ask_again(number, by=account_of(request))
    except BusinessRuleError as error:
        return _shown(request, doubt, reasons=error.reasons, status=429)
    messages.success(request, HEARD[heard])
    return _page_of(doubt)


@require_POST
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """Propose how it ends."""
    doubt, form, user = _doubt(request, number), SettleForm(request.POST), account_of(request)
    if not form.is_valid():
        return _shown(request, doubt, form=form, status=422)
    typed = form.cleaned_data
    money = {"amount_fen": doubt.said_fen, "trade_no": doubt.trade_no} if typed["kind"] == "give-back" else {}
    new = proposals.NewProposal(
        kind=typed["kind"],
        area_id=doubts.area_of(doubt),
        subject=doubt.number,
        reason=typed["reason"],
        values={"order": doubt.order.number, "expected_fen": doubt.expected_fen, **money},
        doubt=doubt,
    )
    return desk.done(
        request,
        lambda: proposals.proposal_page(proposals.propose(new, token=request.POST.get("token", ""), by=user).number),
        words="已提交，等另一位财务人员或主管复核。",
        again=lambda reasons, status: _shown(request, doubt, form=form, reasons=reasons, status=status),
    )


PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("doubts/<str:number>/", show, "doubt"),
    ("doubts/<str:number>/ask/", ask, "ask"),
    ("doubts/<str:number>/settle/", settle, "settle"),
]
