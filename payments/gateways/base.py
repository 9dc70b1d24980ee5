"""What the hall may ask of a payment gateway, and how it answers; amounts are fen, moments are aware."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol

Way = Literal["redirect", "qr", "form"]
Kind = Literal["payment", "refund"]


class Outcome(StrEnum):
    """What a gateway says of a payment or a refund."""

    PAID = "paid"
    WAITING = "waiting"
    """Not paid, or not refunded, yet."""
    CLOSED = "closed"
    """Nothing can be paid any more; for a refund: it failed and the money is still the hall's."""
    UNKNOWN = "unknown"
    """No answer, a fault of the gateway, or an answer that cannot be read or is not signed rightly."""
    MISSING = "missing"
    """The gateway knows no such number. Alipay knows an order only after the payer has come to its cashier."""
    REFUNDED = "refunded"
    """Of a refund: the money is given back. Of a payment: it was paid, and some or all of it is given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepay:
    """An order as a gateway is asked to take it."""

    order_number: str
    """8 to 32 letters and digits, never used before at this gateway."""
    begun_at: datetime
    """When the order was made. UnionPay knows a payment by its number and this second: always hand over the same."""
    amount_fen: int
    subject: str
    expires_at: datetime
    notify_url: str
    return_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Where the payer goes: an address to redirect to, a text to show as a QR code, or a form to post."""

    kind: Way
    address: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A payment as the gateway sees it; `paid_at` and `amount_fen` are there when it is or was paid."""

    outcome: Outcome
    order_number: str
    trade_no: str = ""
    amount_fen: int | None = None
    paid_at: datetime | None = None
    cause: str = ""
    """Why it was closed, where the gateway says so: insufficient or returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Money to give back; the same refund_number is given back once, however often it is asked for."""

    order_number: str
    trade_no: str
    refund_number: str
    begun_at: datetime
    """When the refund was first asked for; the same whenever it is asked for again."""
    total_fen: int
    refund_fen: int
    reason: str
    notify_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundState:
    """A refund as the gateway sees it."""

    outcome: Outcome
    refund_number: str
    refund_trade_no: str = ""
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a notice comes from the gateway and is meant for us, and what it says; only a genuine one says anything.

    The amount is the gateway's word: whoever applies it compares it with the order. A notice of a refund names its
    payment too; Alipay's leaves the refund's own amount out.
    """

    is_genuine: bool
    code: str = ""
    """Why it is not genuine: bad-signature, stale, wrong-merchant, repeated-field, unreadable, wrong-currency."""
    kind: Kind = "payment"
    trade: Trade | None = None
    refund: RefundState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One line of a day's bill file; amounts are positive for payments and for refunds.

    The trade number of a refund is that of its payment; UnionPay leaves its order number out.
    """

    trade_no: str
    order_number: str
    kind: Kind
    amount_fen: int
    at: datetime
    refund_number: str = ""


class Answer(NamedTuple):
    """What a gateway is answered when it has sent a notice."""

    status: int
    content_type: str
    body: bytes


class GatewayError(Exception):
    """It was refused for certain, or nobody knows (`is_unknown`): ask the gateway before anything else."""

    def __init__(self, words: str, *, is_unknown: bool) -> None:
        super().__init__(words)
        self.is_unknown = is_unknown


class Gateway(Protocol):
    """One way to pay. Calls last seven seconds at most and are never made inside a transaction."""

    code: str
    name: str

    def create(self, prepay: Prepay) -> Started:
        """Begin a payment. GatewayError when it is not begun, or may not be."""

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        """PAID, WAITING, CLOSED, REFUNDED, MISSING or UNKNOWN; never raises, whatever the gateway does."""

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        """CLOSED, PAID (too late), WAITING (not before it expires), MISSING or UNKNOWN; never raises likewise.

        MISSING is final: nobody can pay under this number any more.
        """

    def refund(self, request: RefundRequest) -> RefundState:
        """REFUNDED, WAITING (a notice or a query tells) or UNKNOWN. GatewayError when it is refused for certain."""

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:
        """REFUNDED, WAITING, CLOSED (failed), MISSING or UNKNOWN; never raises likewise. `begun_at` is the refund's."""

    def statement(self, day: date) -> Sequence[StatementLine]:
        """Every payment and refund of a day that is over. GatewayError when there is no file or it cannot be read.

        Alipay and WeChat Pay make no file of a day without any: then it is certain (`is_unknown` is false), as it is
        before the file is made, about ten in the morning of the next day.
        """

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Judge a notice as it came, names of headers in any case; never raises, whatever the bytes are."""

    def accepted(self) -> Answer:
        """The answer after which the gateway sends a notice no more."""

    def refused(self) -> Answer:
        """The answer after which the gateway sends the notice again."""
