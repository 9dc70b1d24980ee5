"""WeChat Pay v3: native QR codes through wechatpayv3; notices are signed as raw bytes and sealed with AES-GCM."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wechatpayv3 import WeChatPay
from wechatpayv3.type import WeChatPayType
from wechatpayv3.utils import aes_decrypt

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
from payments.gateways.wechatpay.reading import CHINA, UNREADABLE, fen_of, parsed, refund_of, trade_of
from payments.gateways.wechatpay.statement import lines_of
from payments.gateways.wechatpay.transport import Keys, Transport

MISSING_CODES = {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"}
BUSY_CODES = {"SYSTEM_ERROR", "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "BANK_ERROR"}


class Wechatpay:
    """The gateway of one merchant."""

    code = "wechat"
    name = "微信支付"

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._transport = Transport(keys)
        self._client = WeChatPay(
            WeChatPayType.NATIVE,
            mchid=keys.MERCHANT_ID,
            private_key=keys.KEY,
            cert_serial_no=keys.KEY_SERIAL,
            appid=keys.APP_ID,
            apiv3_key=keys.API_KEY,
            public_key=keys.PUBLIC_KEY,
            public_key_id=keys.PUBLIC_KEY_ID,
        )
        # The SDK has no argument for another transport, and its own would follow redirects.
        vars(self._client)["_core"] = self._transport

    def create(self, prepay: Prepay) -> Started:
        """See Gateway: a text that the payer's phone reads as a QR code."""
        status, answer = self._asked(
            self._client.pay(
                description=prepay.subject,
                out_trade_no=prepay.order_number,
                amount={"total": prepay.amount_fen, "currency": CHINA},
                time_expire=prepay.expires_at.astimezone(wire.SHANGHAI).isoformat(timespec="seconds"),
                notify_url=prepay.notify_url,
            )
        )
        if status != 200 or not answer.get("code_url"):
            raise GatewayError(f"HTTP {status} {answer.get('code')}", is_unknown=_is_unknown(status, answer))
        return Started(kind="qr", address=str(answer["code_url"]))

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        """See Gateway; `begun_at` is not needed here."""
        outcome = Outcome.UNKNOWN
        try:
            status, answer = self._asked(self._client.query(out_trade_no=order_number))
            if status == 200 and self._is_ours(answer) and answer["out_trade_no"] == order_number:
                return trade_of(answer)
            if answer.get("code") in MISSING_CODES:
                outcome = Outcome.MISSING
        except (GatewayError, wire.NoticeError, *UNREADABLE) as error:
            wire.doubt(self.code, "query", error=error)
            outcome = Outcome.UNKNOWN
        return Trade(outcome=outcome, order_number=order_number)

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        """See Gateway. An order that cannot be closed is paid or closed already: the query tells."""
        try:
            status, answer = self._asked(self._client.close(order_number))
        except (GatewayError, *UNREADABLE) as error:
            wire.doubt(self.code, "close", error=error)
            return Outcome.UNKNOWN
        if status == 204:
            return Outcome.CLOSED
        if answer.get("code") in MISSING_CODES:
            return Outcome.MISSING
        return self.query(order_number, begun_at=begun_at).outcome

    def refund(self, request: RefundRequest) -> RefundState:
        """See Gateway."""
        amount = {"refund": request.refund_fen, "total": request.total_fen, "currency": CHINA}
        try:
            status, answer = self._asked(
                self._client.refund(
                    out_refund_no=request.refund_number,
                    amount=amount,
                    transaction_id=request.trade_no,
                    reason=request.reason,
                    notify_url=request.notify_url,
                )
            )
            if status == 200 and answer["out_refund_no"] == request.refund_number:
                return refund_of(answer, state=answer["status"])
        except (GatewayError, wire.NoticeError, *UNREADABLE) as error:
            wire.doubt(self.code, "refund", error=error)
            return RefundState(outcome=Outcome.UNKNOWN, refund_number=request.refund_number)
        if not _is_unknown(status, answer):
            raise GatewayError(f"HTTP {status} {answer.get('code')}", is_unknown=False)
        return RefundState(outcome=Outcome.UNKNOWN, refund_number=request.refund_number)

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:
        """See Gateway; the refund's own number is enough here."""
        outcome = Outcome.UNKNOWN
        try:
            status, answer = self._asked(self._client.query_refund(refund_number))
            if status == 200 and answer["out_refund_no"] == refund_number:
                return refund_of(answer, state=answer["status"])
            if answer.get("code") in MISSING_CODES:
                outcome = Outcome.MISSING
        except (GatewayError, wire.NoticeError, *UNREADABLE) as error:
            wire.doubt(self.code, "query_refund", error=error)
            outcome = Outcome.UNKNOWN
        return RefundState(outcome=outcome, refund_number=refund_number)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """See Gateway: a signed answer names the file and its SHA-1; the file itself is not signed."""
        try:
            status, answer = self._asked(self._client.trade_bill(f"{day:%Y-%m-%d}"))
            if status != 200:
                raise GatewayError(f"HTTP {status} {answer.get('code')}", is_unknown=_is_unknown(status, answer))
            _, packed = self._client.download_bill(answer["download_url"])
            text = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, wire.FILE_LIMIT)
            if hashlib.sha1(text, usedforsecurity=False).hexdigest() != str(answer["hash_value"]).lower():
                raise ValueError("Not the file that was named.")
            return lines_of(text.decode("utf-8-sig"))
        except (zlib.error, *UNREADABLE) as error:
            raise GatewayError(type(error).__name__, is_unknown=True) from error

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """See Gateway: the time, the signature over the raw bytes, the seal, then the merchant and the currency."""
        if len(body) > wire.NOTICE_LIMIT:
            return Verdict(is_genuine=False, code="unreadable")
        if why := self._transport.refusal(headers, body=body):
            return Verdict(is_genuine=False, code=why)
        return wire.judged(lambda: self._judge(parsed(body)), unreadable=UNREADABLE)

    def accepted(self) -> Answer:
        """See Gateway."""
        return Answer(200, "application/json", b'{"code": "SUCCESS"}')

    def refused(self) -> Answer:
        """See Gateway."""
        return Answer(500, "application/json", b'{"code": "FAIL"}')

    def _asked(self, answered: tuple[int, bytes]) -> tuple[int, dict[str, Any]]:
        """An answer of the SDK with its JSON read; a refusal may have no body, a fault may have any."""
        status, body = answered
        try:
            return status, parsed(body) if body else {}
        except wire.NoticeError as error:
            raise GatewayError(f"HTTP {status}", is_unknown=True) from error

    def _is_ours(self, said: Mapping[str, Any]) -> bool:
        return said.get("mchid") == self._keys.MERCHANT_ID and said.get("appid") == self._keys.APP_ID

    def _opened(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """What was sealed for us."""
        if resource["algorithm"] != "AEAD_AES_256_GCM":
            raise wire.NoticeError("bad-signature")
        text = aes_decrypt(
            nonce=resource["nonce"],
            ciphertext=resource["ciphertext"],
            associated_data=resource.get("associated_data", ""),
            apiv3_key=self._keys.API_KEY,
        )
        if text is None:
            raise wire.NoticeError("bad-signature")
        return parsed(text.encode())

    def _judge(self, notice: Mapping[str, Any]) -> Verdict:
        return self._verdict(str(notice["event_type"]), said=self._opened(notice["resource"]))

    def _verdict(self, event: str, *, said: Mapping[str, Any]) -> Verdict:
        is_refund = event.startswith("REFUND.")
        if said.get("mchid") != self._keys.MERCHANT_ID or not (is_refund or self._is_ours(said)):
            raise wire.NoticeError("wrong-merchant")
        if not is_refund:
            return Verdict(is_genuine=True, trade=trade_of(said))
        trade = Trade(
            outcome=Outcome.REFUNDED if said["refund_status"] == "SUCCESS" else Outcome.PAID,
            order_number=said["out_trade_no"],
            trade_no=said["transaction_id"],
            amount_fen=fen_of(said["amount"]["total"]),
        )
        return Verdict(is_genuine=True, kind="refund", trade=trade, refund=refund_of(said, state=said["refund_status"]))


def _is_unknown(status: int, answer: Mapping[str, Any]) -> bool:
    return status >= 500 or status in {408, 429} or answer.get("code") in BUSY_CODES
