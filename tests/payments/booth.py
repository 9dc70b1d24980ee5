"""A gateway that lives in the test: it takes orders, is paid, and answers as it is told to."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from insured.models import Enrollment
from payments import gateways
from payments.gateways.base import (
    Answer,
    GatewayError,
    Outcome,
    Prepay,
    RefundRequest,
    RefundState,
    Started,
    StatementLine,
    Trade,
    Verdict,
)
from payments.models import Bill, PaymentOrder
from payments.services import bills, orders
from portal.accounts.models import User
from tests.payments import owed

PAID_AT = datetime(2026, 3, 10, 2, 5, tzinfo=UTC)


@dataclass
class Booth:
    """Its books: trades by order number, refunds by number; and what was asked of it, in order."""

    code: str = "alipay"
    name: str = "支付宝"
    trades: dict[str, Trade] = field(default_factory=dict)
    refunds: dict[str, RefundState] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    files: dict[date, Sequence[StatementLine]] = field(default_factory=dict)
    is_silent: bool = False
    refuses: bool = False

    def create(self, prepay: Prepay) -> Started:
        self.asked.append("create")
        if self.is_silent or self.refuses:
            raise GatewayError("no", is_unknown=self.is_silent)
        waiting = Trade(outcome=Outcome.WAITING, order_number=prepay.order_number)
        self.trades.setdefault(prepay.order_number, waiting)
        return Started(kind="redirect", address=f"https://cashier.example.invalid/{prepay.order_number}")

    def pay(self, order: PaymentOrder, *, amount_fen: int | None = None, trade_no: str = "") -> Trade:
        """The payer pays; the amount is the order's unless another is given."""
        fen = order.amount_fen if amount_fen is None else amount_fen
        trade = paid(order, amount_fen=fen, trade_no=trade_no)
        self.trades[order.number] = trade
        return trade

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        self.asked.append("query")
        outcome = Outcome.UNKNOWN if self.is_silent else Outcome.MISSING
        nothing = Trade(outcome=outcome, order_number=order_number)
        return nothing if self.is_silent else self.trades.get(order_number, nothing)

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        self.asked.append("close")
        if self.is_silent:
            return Outcome.UNKNOWN
        found = self.trades.get(order_number)
        if found is None:
            return Outcome.MISSING
        if found.outcome == Outcome.WAITING:
            self.trades[order_number] = replace(found, outcome=Outcome.CLOSED)
        return self.trades[order_number].outcome

    def refund(self, request: RefundRequest) -> RefundState:
        self.asked.append("refund")
        if self.refuses:
            raise GatewayError("no", is_unknown=False)
        done = RefundState(
            outcome=Outcome.REFUNDED,
            refund_number=request.refund_number,
            refund_trade_no=f"R{request.refund_number}",
            amount_fen=request.refund_fen,
        )
        if self.is_silent:
            raise GatewayError("no answer", is_unknown=True)
        return self.refunds.setdefault(request.refund_number, done)

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:
        self.asked.append("query_refund")
        nothing = RefundState(outcome=Outcome.MISSING, refund_number=refund_number)
        return self.refunds.get(refund_number, nothing)

    def statement(self, day: date) -> Sequence[StatementLine]:
        self.asked.append("statement")
        if self.is_silent or day not in self.files:
            raise GatewayError("no file", is_unknown=self.is_silent)
        return self.files[day]

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Genuine when the first line is "signed"; the second is the trade as JSON."""
        signature, _, content = body.partition(b"\n")
        if signature != b"signed":
            return Verdict(is_genuine=False, code="bad-signature")
        said = json.loads(content)
        if "refund_number" in said:
            found = RefundState(outcome=Outcome(said["outcome"]), refund_number=said["refund_number"])
            payment = Trade(
                outcome=Outcome.REFUNDED, order_number=said.get("order_number", ""), trade_no="T", amount_fen=1
            )
            return Verdict(is_genuine=True, kind="refund", trade=payment, refund=found)
        paid_at = datetime.fromisoformat(said.pop("paid_at")) if said.get("paid_at") else None
        trade = Trade(**(said | {"outcome": Outcome(said["outcome"]), "paid_at": paid_at}))
        return Verdict(is_genuine=True, trade=trade)

    def accepted(self) -> Answer:
        return Answer(200, "text/plain", b"success")

    def refused(self) -> Answer:
        return Answer(500, "text/plain", b"fail")


def paid(order: PaymentOrder, *, amount_fen: int, trade_no: str = "") -> Trade:
    """What a gateway says when the order is paid."""
    return Trade(
        outcome=Outcome.PAID,
        order_number=order.number,
        trade_no=trade_no or f"T{order.number}",
        amount_fen=amount_fen,
        paid_at=PAID_AT,
    )


def notice_of(trade: Trade, *, signature: str = "signed") -> bytes:
    """The bytes of a notice that says so."""
    said = {
        "outcome": str(trade.outcome),
        "order_number": trade.order_number,
        "trade_no": trade.trade_no,
        "amount_fen": trade.amount_fen,
        "paid_at": trade.paid_at.isoformat() if trade.paid_at else "",
    }
    return f"{signature}\n{json.dumps(said)}".encode()


@contextmanager
def open_booths(monkeypatch: pytest.MonkeyPatch) -> Iterator[Booth]:
    """The hall has two booths, as Alipay and as WeChat; the first is given."""
    first, second = Booth(), Booth(code="wechat", name="微信支付")
    monkeypatch.setattr(gateways, "gateways", lambda: (first, second))
    yield first


def bill_of(enrollment: Enrollment, *, kind: str = "10", personal_fen: int = 40_000) -> Bill:
    """The year 2026 to pay; another kind is another bill of the same year."""
    return bills.open_bill(replace(owed.resident_year(enrollment, year=2026, personal_fen=personal_fen), kind=kind))


def request_for(*rows: Bill, key: str = "k" * 24, shown_fen: int | None = None) -> orders.OrderRequest:
    """The form for these bills."""
    total = sum(bill.left_fen for bill in rows) if shown_fen is None else shown_fen
    return orders.OrderRequest(bill_numbers=[bill.number for bill in rows], shown_fen=total, key=key)


def opened(*rows: Bill, by: User, key: str = "k" * 24) -> PaymentOrder:
    """An order for these bills."""
    return orders.open_order(request_for(*rows, key=key), by=by)


def started(*rows: Bill, by: User, key: str = "k" * 24, gateway: str = "alipay") -> PaymentOrder:
    """An order at its gateway."""
    order = opened(*rows, by=by, key=key)
    orders.start_order(order.number, gateway=gateway, by=by)
    order.refresh_from_db()
    return order
