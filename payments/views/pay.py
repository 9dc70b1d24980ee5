"""在线缴费: what is to be paid, confirming it, the order, the way to the cashier, and how it came out."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insured.adapters import acting_person
from insured.models import InsuredPerson
from payments import gateways, labels
from payments.gateways.base import Started
from payments.models import Bill, PaymentOrder
from payments.policy.orders import LIVE, WAITING, State
from payments.services import asking, family, paypass, pooled
from payments.services import orders as service
from payments.services.dues import Due, Dues, dues_of
from portal import clock
from portal.accounts.adapters import account_of
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import normalize_public_number
from portal.labels import say

ORDERS_SHOWN = 30
TONES = {
    State.CREATED: "wait",
    State.PAYING: "wait",
    State.REVIEW: "warn",
    State.PAID: "ok",
    State.CLOSED: "neutral",
    State.PAID_LATE: "info",
    State.REFUNDED: "info",
}
WORDS_OF_CLOSED = {"cancelled": "已取消"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One bill of an order, as it is read by people."""

    bill: Bill
    amount_fen: int
    period: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An order as it is read by people; `minutes_left` is 0 when it can no longer be paid."""

    order: PaymentOrder
    word: str
    tone: str
    parts: tuple[Part, ...]
    minutes_left: int

    @property
    def can_be_paid(self) -> bool:
        return self.order.state in WAITING and self.minutes_left > 0

    @property
    def is_unknown(self) -> bool:
        """At the gateway, and nobody has said how it ends."""
        return self.order.state == State.PAYING


def _insured(request: HttpRequest) -> InsuredPerson | None:
    """The relative acted for, or oneself."""
    mine = InsuredPerson.objects.visible_to(account_of(request)).select_related("area")
    return acting_person(request) or mine.first()


def _dues(request: HttpRequest) -> Dues | None:
    person = _insured(request)
    return dues_of(person, clock.today()) if person else None


def _shown(order: PaymentOrder) -> Shown:
    seconds = int((order.expires_at - clock.now()).total_seconds())
    parts = tuple(
        Part(
            bill=line.bill,
            amount_fen=line.amount_fen,
            period=labels.period_text(first=line.bill.period_starts_on, last=line.bill.period_ends_on),
            is_own=line.bill.person is not None and line.bill.person.user_id == order.payer_id,
        )
        for line in order.lines.all()
    )
    word = WORDS_OF_CLOSED.get(order.closed_because, order.get_state_display())
    return Shown(
        order=order,
        word=word,
        tone=TONES[order.state_now],
        parts=parts,
        minutes_left=max(0, -(-seconds // 60)),
    )


def _own_order(request: HttpRequest, number: str) -> PaymentOrder:
    mine = PaymentOrder.objects.visible_to(account_of(request)).prefetch_related(
        "lines__bill__person__area", "lines__bill__area"
    )
    return get_object_or_404(mine, number=normalize_public_number(number))


@require_safe
def dues(request: HttpRequest) -> HttpResponse:
    """在线缴费: everything owed, to tick; what cannot be paid now says why."""
    return _dues_page(request, found=_dues(request))


def _dues_page(
    request: HttpRequest, *, found: Dues | None, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    mine = PaymentOrder.objects.visible_to(account_of(request))
    context = {
        "dues": found,
        "person": found.person if found else None,
        "is_relative": acting_person(request) is not None,
        "unfinished": [_shown(one) for one in mine.live().prefetch_related("lines__bill__person").order_by("-pk")],
        "reasons": reasons,
    }
    return render(request, "payments/pay.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """确认缴费信息, and 提交订单."""
    found = _dues(request)
    numbers = (request.POST if request.method == "POST" else request.GET).getlist("bill")[:50]
    if found is None or not numbers:
        return _dues_page(request, found=found, reasons=(Reason("order.no-bills"),), status=422)
    if request.method == "POST":
        return _submit(request, found=found, numbers=numbers)
    chosen = [due for due in found.payable if due.number in numbers]
    if len(chosen) != len(set(numbers)):
        return _dues_page(request, found=found, reasons=(Reason("order.bill-unknown"),), status=422)
    return _confirm_page(request, found=found, chosen=chosen)


def _submit(request: HttpRequest, *, found: Dues, numbers: Sequence[str]) -> HttpResponse:
    shown = request.POST.get("shown", "")
    wanted = service.OrderRequest(
        bill_numbers=numbers,
        shown_fen=int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 15 else 0,
        key=request.POST.get("token", ""),
    )
    try:
        paypass.require(account_of(request), typed=request.POST.get("payment_password", ""))
    except BusinessRuleError as error:
        chosen = [due for due in found.payable if due.number in numbers]
        return _confirm_page(request, found=found, chosen=chosen, reasons=error.reasons, status=422)
    try:
        order = service.open_order(wanted, by=account_of(request))
    except BusinessRuleError as error:
        # Read anew: the page says what is owed now, and leads to the order that already has it.
        return _dues_page(request, found=_dues(request), reasons=error.reasons, status=_status_of(error))
    return redirect("payment_order", number=order.number)


def _status_of(error: BusinessRuleError) -> int:
    """409 where somebody was first, else 422."""
    return 409 if isinstance(error, ConflictError) else 422


def _confirm_page(
    request: HttpRequest,
    *,
    found: Dues,
    chosen: Sequence[Due],
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "person": found.person,
        "payer": account_of(request),
        "is_relative": acting_person(request) is not None,
        "chosen": chosen,
        "total_fen": sum(due.amount_fen for due in chosen),
        "effects": _once(reason for due in chosen for reason in due.effect),
        "consequences": _once(reason for due in chosen for reason in due.consequence),
        "token": secrets.token_urlsafe(24),
        "reasons": reasons,
        "asks_password": paypass.is_set(account_of(request)),
    }
    return render(request, "payments/confirm.html", context, status=status)


def _once(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """The sentences, each said once."""
    return tuple(dict.fromkeys(say(reason) for reason in reasons))


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """我的订单, newest first."""
    mine = PaymentOrder.objects.visible_to(account_of(request)).prefetch_related("lines__bill__person")
    rows = [_shown(one) for one in mine.order_by("-pk")[:ORDERS_SHOWN]]
    return render(request, "payments/orders.html", {"rows": rows, "shown_at_most": ORDERS_SHOWN})


@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The order: how long it can be paid, and the ways to pay. One that is over shows how it came out."""
    found = _own_order(request, number)
    if found.state not in WAITING:
        return redirect("payment_result", number=found.number)
    return _order_page(request, found)


def _order_page(
    request: HttpRequest, found: PaymentOrder, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    context = {
        "shown": _shown(found),
        "order": found,
        "ways": gateways.gateways(),
        "pooled": _pooled(request, found) if not found.gateway else None,
        "reasons": reasons,
        "token": secrets.token_urlsafe(24),
    }
    return render(request, "payments/order.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Pooled:
    """Paying from the personal account: what it holds, and why not."""

    balance_fen: int
    why_not: tuple[Reason, ...]


def _pooled(request: HttpRequest, found: PaymentOrder) -> Pooled | None:
    """None for somebody who has no such account."""
    user = account_of(request)
    person = InsuredPerson.objects.filter(user=user).first()
    balance = pooled.balance_of(person) if person else None
    return None if balance is None else Pooled(balance, family.why_not_pooled(found, by=user))


@require_POST
def start(request: HttpRequest, number: str) -> HttpResponse:
    """To the cashier, by a page of ours: the policy of our pages lets no form go to another address."""
    found = _own_order(request, number)
    if request.POST.get("gateway") == pooled.CODE:
        return _pay_pooled(request, found)
    try:
        begun = service.start_order(found.number, gateway=request.POST.get("gateway", ""), by=account_of(request))
    except BusinessRuleError as error:
        return _as_it_is(request, number, error)
    found = _own_order(request, number)
    context = {"shown": _shown(found), "order": found, "begun": begun, "qr": _qr(begun)}
    answer = render(request, "payments/pay_cashier.html", context)
    if begun.kind == "form":
        answer._csp_update = {"form-action": [begun.address]}  # type: ignore[attr-defined]
    return answer


def _pay_pooled(request: HttpRequest, found: PaymentOrder) -> HttpResponse:
    """From the personal account, at once; where that may not be, the order can still be paid in another way."""
    try:
        family.pay_from_account(found.number, by=account_of(request))
    except BusinessRuleError as error:
        return _as_it_is(request, found.number, error)
    return redirect("payment_result", number=found.number)


def _qr(begun: Started) -> str:
    return segno.make(begun.address, error="m").svg_data_uri(scale=6, border=3) if begun.kind == "qr" else ""


@require_safe
def result(request: HttpRequest, number: str) -> HttpResponse:
    """How it came out. It only reads: while nobody has said, it says that it is being confirmed."""
    return _result_page(request, _own_order(request, number))


def _result_page(
    request: HttpRequest, found: PaymentOrder, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    refunds = found.refunds.order_by("pk")
    context = {
        "shown": _shown(found),
        "reasons": reasons,
        "order": found,
        "refunds": refunds,
        "has_failed_refund": any(one.state == one.FAILED for one in refunds),
        "is_live": found.state in LIVE,
    }
    return render(request, "payments/result.html", context, status=status)


def _as_it_is(request: HttpRequest, number: str, error: BusinessRuleError) -> HttpResponse:
    """The order as it stands now, with why that could not be done: the payer goes on from there."""
    found = _own_order(request, number)
    page = _order_page if found.state in WAITING else _result_page
    return page(request, found, reasons=error.reasons, status=_status_of(error))


@require_safe
def state(request: HttpRequest, number: str) -> HttpResponse:
    """The state as one word, for the page that waits."""
    mine = PaymentOrder.objects.visible_to(account_of(request))
    found = get_object_or_404(mine.only("state"), number=normalize_public_number(number))
    return JsonResponse({"state": found.state})


@require_POST
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """我已付款，马上查询."""
    found = _own_order(request, number)
    asking.ask_for(found.number, by=account_of(request))
    found.refresh_from_db(fields=["state"])
    if found.state == State.PAYING:
        way, at = found.get_gateway_display(), clock.now().astimezone(clock.SHANGHAI)
        messages.warning(
            request,
            f"{at:%H:%M:%S} 向{way}查询过，还没有查到这笔付款。已经付了款的不用着急：查到以后自动入账，并发消息。",
        )
    return redirect("payment_result", number=found.number)


@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """取消订单."""
    try:
        found = service.cancel_order(_own_order(request, number).number, by=account_of(request))
    except BusinessRuleError as error:
        return _as_it_is(request, number, error)
    if found.state == State.CLOSED:
        messages.success(request, f"订单 {found.number} 已取消，没有扣款。")
        return redirect("pay")
    return redirect("payment_result", number=found.number)


@require_POST
def switch(request: HttpRequest, number: str) -> HttpResponse:
    """换一种支付方式."""
    found = _own_order(request, number)
    try:
        other = service.switch_order(found.number, key=request.POST.get("token", ""), by=account_of(request))
    except BusinessRuleError as error:
        return _as_it_is(request, number, error)
    if other.number == found.number:
        return redirect("payment_result", number=found.number)
    messages.success(request, f"原订单已关闭，没有扣款。这是新订单 {other.number}，请选择支付方式。")
    return redirect("payment_order", number=other.number)
