"""财务事项 at the desk: what waits for a second person, one matter with its decision, and where everything else is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.policy.dates import Month
from insured.policy.roles import Right
from insured.services.staff import duties_of
from payments import labels
from payments.admin import deemed, desk, doubts, funding
from payments.admin.finance_forms import DecideForm, UndeclaredForm
from payments.models import OrderDoubt, Proposal
from payments.services import closing as closings
from payments.services import look_up, proposals, units
from portal.accounts.adapters import account_of
from portal.accounts.models import User
from portal.errors import Reason
from portal.money import yuan

if TYPE_CHECKING:
    ProposalBase = admin.ModelAdmin[Proposal]
else:
    # Django's classes are generic for the type checker only.
    ProposalBase = admin.ModelAdmin

ROWS_A_PAGE = 30
NAMES = {
    "order": "订单号",
    "amount_fen": "金额",
    "trade_no": "支付平台交易号",
    "expected_fen": "订单金额",
    "month": "未申报的月份",
    "last_fen": "上月缴费额",
    "name": "类别",
    "is_full": "全额资助",
    "aid_fen": "定额资助",
    "first_year": "从哪个年度起",
    "last_year": "到哪个年度止",
    "recognised_on": "认定日期",
    "ended_on": "终止日期",
    "starts_on": "日期",
    "received_fen": "收到款项",
    "fiscal_fen": "财政补助",
    "medical_aid_fen": "医疗救助资助",
    "count": "笔数",
    "first_month": "从哪个月起",
    "last_month": "到哪个月止",
    "months": "月数",
    "was": "原来的依据",
    "basis": "依据的文件号",
}
"""What a second person reads of `values`; keys without a name are for the machine."""


@dataclass(frozen=True, slots=True)
class Row:
    """A matter in a list."""

    proposal: Proposal
    tone: str


def _rows(found: Any) -> list[Row]:
    return [Row(one, labels.PROPOSAL_TONES[one.state]) for one in found]


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """What waits, what does not fit, and the ways to everything else."""
    user = account_of(request)
    mine = Proposal.objects.in_charge_of(user).select_related("area", "made_by", "decided_by")
    found = OrderDoubt.objects.in_charge_of(user).open().select_related("order").order_by("pk")
    page = Paginator(mine.exclude(state=Proposal.SUBMITTED).order_by("-pk"), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return desk.page(
        request,
        "admin/payments/proposals/list.html",
        title="财务事项",
        waiting=_rows(mine.waiting().order_by("pk")[:ROWS_A_PAGE]),
        doubts=found[:ROWS_A_PAGE],
        page=page,
        rows=_rows(page.object_list),
        may_propose=Right.SETTLE in duties_of(user).rights,
        reconciles=Right.MONEY in duties_of(user).rights,
    )


def shown_values(proposal: Proposal) -> list[tuple[str, str]]:
    """The content as it is read by people."""
    return [
        (NAMES[name], _text(proposal, name, value))
        for name, value in proposal.values.items()
        if name in NAMES and value not in (None, "")
    ]


def _text(proposal: Proposal, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if name.endswith("_fen"):
        return f"{yuan(value)}元"
    if name == "month":
        return str(Month.of(date.fromisoformat(value)))
    if name == "starts_on":
        return closings.in_words(proposal.kind.removeprefix("close-"), date.fromisoformat(value))
    return str(value)


def _proposal(request: HttpRequest, number: str) -> Proposal:
    found = Proposal.objects.in_charge_of(account_of(request))
    return get_object_or_404(
        found.select_related("area", "made_by", "decided_by", "person", "employer", "doubt__order"), number=number
    )


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One matter, and the decision for whoever may take it."""
    return _shown(request, _proposal(request, number))


def _shown(
    request: HttpRequest,
    proposal: Proposal,
    *,
    form: DecideForm | None = None,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    user = account_of(request)
    return desk.page(
        request,
        "admin/payments/proposals/show.html",
        status=status,
        title=proposal.get_kind_display(),
        proposal=proposal,
        tone=labels.PROPOSAL_TONES[proposal.state],
        values=shown_values(proposal),
        sums_address=_sums_address(proposal, by=user),
        can_decide=proposals.may_decide(proposal, by=user),
        can_take_back=proposal.state == Proposal.SUBMITTED and proposal.made_by_id == user.pk,
        form=form or DecideForm(),
        reasons=reasons,
    )


def _sums_address(proposal: Proposal, *, by: User) -> str:
    """Where the figures of a closing stand row by row, for whoever may open them: nobody agrees to a bare sum."""
    if "starts_on" not in proposal.values or not duties_of(by).has("finance", area_id=proposal.area_id):
        return ""
    at = [proposal.kind.removeprefix("close-"), proposal.values["starts_on"]]
    return f"{reverse('admin:payments_closing_show', args=at)}?area={proposal.area.code}"


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """同意 or 退回; by its maker, 撤回."""
    proposal, form = _proposal(request, number), DecideForm(request.POST)
    if not form.is_valid():
        return _shown(request, proposal, form=form, status=422)
    typed = form.cleaned_data

    def act() -> str:
        proposals.decide(
            number,
            version=desk.version_of(request),
            is_approved=typed["action"] == "approve",
            text=typed["text"],
            by=account_of(request),
        )
        return proposals.proposal_page(number)

    words = "已同意并办理。" if typed["action"] == "approve" else "已退回，没有办理。"
    again: desk.Again = lambda reasons, status: _shown(  # noqa: E731 - a closure for one call
        request, _proposal(request, number), form=form, reasons=reasons, status=status
    )
    return desk.done(request, act, words=words, again=again)


@require_http_methods(["GET", "HEAD", "POST"])
def undeclared(request: HttpRequest) -> HttpResponse:
    """未申报核定: a month at 110% of the one before, proposed to a second person."""
    user = account_of(request)
    form = UndeclaredForm(request.POST if request.method == "POST" else None)

    def shown(reasons: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
        return desk.page(
            request,
            "admin/payments/proposals/undeclared.html",
            status=status,
            title="未申报核定",
            form=form,
            reasons=reasons,
        )

    if request.method != "POST":
        return shown()
    if not form.is_valid():
        return shown(status=422)
    typed = form.cleaned_data
    found = look_up.find(typed["unit"], by=user).employers
    if len(found) != 1:
        form.add_error("unit", "您负责的统筹区里没有这个单位，请核对编号或统一社会信用代码。")
        return shown(status=422)
    [employer] = found
    month = Month.of(typed["month"])
    terms = units.undeclared_terms(employer, month=month)
    if terms.reasons:
        return shown(terms.reasons, 422)
    new = proposals.NewProposal(
        kind="undeclared",
        area_id=employer.area_id,
        subject=f"{employer.number}:{month.first_day.isoformat()}",
        reason=typed["reason"],
        values={
            "month": month.first_day.isoformat(),
            "last_fen": terms.last_fen,
            "amount_fen": terms.amount_fen,
        },
        employer=employer,
    )
    return desk.done(
        request,
        lambda: proposals.proposal_page(proposals.propose(new, token=request.POST.get("token", ""), by=user).number),
        words="已提交，等另一位财务人员或主管复核。",
        again=shown,
    )


@admin.register(Proposal)
class ProposalAdmin(ProposalBase):
    """财务事项: none of Django's lists and forms."""

    has_module_permission = has_view_permission = desk.has_area
    has_add_permission = has_change_permission = has_delete_permission = desk.nobody

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("", matters, "changelist"),
            ("undeclared/", undeclared, "undeclared"),
            *doubts.PAGES,
            *funding.PAGES,
            *deemed.PAGES,
            ("<str:number>/", show, "show"),
            ("<str:number>/decide/", decide, "decide"),
        ]
        wrap = self.admin_site.admin_view
        return [path(route, wrap(view), name=f"payments_proposal_{name}") for route, view, name in pages]
