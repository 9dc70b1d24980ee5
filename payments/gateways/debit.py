"""The bank of 银行代缴: it checks accounts before they are bound and takes what is owed by mandate."""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from payments.gateways import wire
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

CHECKS = ("ok", "no-account", "holder-differs")
CAUSES = {"insufficient": "insufficient", "returned": "returned"}
STATES = {"paid": Outcome.PAID, "waiting": Outcome.WAITING, "closed": Outcome.CLOSED, "refunded": Outcome.REFUNDED}
STATES |= {"missing": Outcome.MISSING}
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Keys:
    """Ours to sign with, the bank's to check with."""

    URL: str
    AGENCY_ID: str
    KEY: str
    PUBLIC_KEY: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose account it is said to be."""

    number: str
    holder: str
    id_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCheck:
    """What the bank says of an account; `check_no` proves that it was asked."""

    result: Literal["ok", "no-account", "holder-differs"]
    check_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """An instruction; the same order number is taken once, however often it is sent."""

    order_number: str
    amount_fen: int
    account: Account
    mandate_number: str
    subject: str


class Bank:
    """The gateway of one collecting agency. It has no page of its own and sends no notices."""

    code = "debit"
    name = "银行代缴"

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._private, self._public = _private(keys.KEY), _public(keys.PUBLIC_KEY)

    def check(self, account: Account, *, number: str) -> AccountCheck:
        """Whether the account is there and the holder's. GatewayError (is_unknown) when the bank does not say."""
        said = self._asked("check", {"number": number, **_account(account)})
        if said.get("result") not in CHECKS:
            raise GatewayError("No result.", is_unknown=True)
        return AccountCheck(result=said["result"], check_no=str(said.get("check_no", "")))

    def debit(self, debit: Debit) -> Trade:
        """Take it: PAID, CLOSED with a cause, WAITING or UNKNOWN; never raises. Send it again until it is known."""
        asked = {"number": debit.order_number, "fen": debit.amount_fen, "subject": debit.subject}
        asked |= {"mandate": debit.mandate_number, **_account(debit.account)}
        return self._trade("debit", asked, order_number=debit.order_number)

    def create(self, prepay: Prepay) -> Started:
        """Nobody pays at the bank's page: only a mandate starts a debit."""
        raise GatewayError(f"{prepay.order_number} is not debited.", is_unknown=False)

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        """See Gateway; `begun_at` is not needed here."""
        return self._trade("query", {"number": order_number}, order_number=order_number)

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        """See Gateway. A debit that is still on its way is refused by the bank from then on."""
        return self._trade("close", {"number": order_number}, order_number=order_number).outcome

    def refund(self, request: RefundRequest) -> RefundState:
        """See Gateway."""
        asked = {"trade_no": request.trade_no, "refund_number": request.refund_number, "fen": request.refund_fen}
        try:
            return _refund(self._asked("refund", asked), number=request.refund_number)
        except GatewayError as error:
            if not error.is_unknown:
                raise
            wire.doubt(self.code, "refund", error=error)
        except UNREADABLE as error:
            wire.doubt(self.code, "refund", error=error)
        return RefundState(outcome=Outcome.UNKNOWN, refund_number=request.refund_number)

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:
        """See Gateway."""
        try:
            return _refund(self._asked("refund-query", {"refund_number": refund_number}), number=refund_number)
        except (GatewayError, *UNREADABLE) as error:
            wire.doubt(self.code, "refund-query", error=error)
        return RefundState(outcome=Outcome.UNKNOWN, refund_number=refund_number)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """See Gateway."""
        said = self._asked("statement", {"day": day.isoformat()})
        try:
            return [_line(one) for one in said["lines"]]
        except UNREADABLE as error:
            raise GatewayError("The file cannot be read.", is_unknown=True) from error

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """The bank sends no notices: whatever comes is not from it."""
        return Verdict(is_genuine=False, code="unreadable")

    def accepted(self) -> Answer:
        """See Gateway."""
        return wire.plain(200, "success")

    def refused(self) -> Answer:
        """See Gateway."""
        return wire.plain(400, "fail")

    def _trade(self, path: str, asked: dict[str, Any], *, order_number: str) -> Trade:
        try:
            said = self._asked(path, asked)
            if said["number"] != order_number:
                raise ValueError("Another number.")
            outcome = STATES[said["state"]]
            if outcome not in {Outcome.PAID, Outcome.REFUNDED}:
                cause = CAUSES.get(said.get("cause", ""), "")
                return Trade(outcome=outcome, order_number=order_number, cause=cause)
            return Trade(
                outcome=outcome,
                order_number=order_number,
                trade_no=str(said["trade_no"]),
                amount_fen=int(said["fen"]),
                paid_at=datetime.fromisoformat(said["at"]),
            )
        except (GatewayError, *UNREADABLE) as error:
            wire.doubt(self.code, path, error=error)
            return Trade(outcome=Outcome.UNKNOWN, order_number=order_number)

    def _asked(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """One signed question. GatewayError when it is refused, or nobody knows."""
        content = json.dumps(asked | {"agency": self._keys.AGENCY_ID, "at": int(time.time())}, ensure_ascii=False)
        address = f"{self._keys.URL}{path}"
        text = f"/bank/{path}\n{content}"
        signature = base64.b64encode(self._private.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()
        headers = {"Content-Type": "application/json", "X-Signature": signature}
        answer = wire.call("POST", address, content=content.encode(), headers=headers)
        try:
            self._public.verify(
                wire.from_base64(answer.headers.get("x-signature", "")), answer.content, padding.PKCS1v15(), SHA256()
            )
            said = json.loads(answer.content)
        except (InvalidSignature, ValueError) as error:
            raise GatewayError("Not signed by the bank.", is_unknown=True) from error
        if not isinstance(said, dict) or said.get("agency") != self._keys.AGENCY_ID:
            raise GatewayError("Not for us.", is_unknown=True)
        if answer.status_code != 200:
            raise GatewayError(str(said.get("code")), is_unknown=answer.status_code >= 500)
        return said


def _account(account: Account) -> dict[str, str]:
    return {"account": account.number, "holder": account.holder, "id_number": account.id_number}


def _refund(said: Mapping[str, Any], *, number: str) -> RefundState:
    outcome = {"refunded": Outcome.REFUNDED, "returned": Outcome.CLOSED, "missing": Outcome.MISSING}[said["state"]]
    if outcome == Outcome.MISSING:
        return RefundState(outcome=outcome, refund_number=number)
    return RefundState(
        outcome=outcome, refund_number=number, refund_trade_no=str(said["trade_no"]), amount_fen=int(said["fen"])
    )


def _line(said: Mapping[str, Any]) -> StatementLine:
    return StatementLine(
        trade_no=str(said["trade_no"]),
        order_number=str(said["number"]),
        kind="refund" if said["refund_number"] else "payment",
        amount_fen=int(said["fen"]),
        at=datetime.fromisoformat(said["at"]),
        refund_number=str(said["refund_number"]),
    )


def _private(text: str) -> rsa.RSAPrivateKey:
    found = load_der_private_key(base64.b64decode(text), password=None)
    if not isinstance(found, rsa.RSAPrivateKey):
        raise TypeError("No RSA key.")
    return found


def _public(text: str) -> rsa.RSAPublicKey:
    found = load_der_public_key(base64.b64decode(text))
    if not isinstance(found, rsa.RSAPublicKey):
        raise TypeError("No RSA key.")
    return found
