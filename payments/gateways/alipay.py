"""Alipay: page pay with RSA2, through python-alipay-sdk; its notices are form-encoded and carry no freshness."""

import csv
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError

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

MOMENT = "%Y-%m-%d %H:%M:%S"
DONE = "10000"
BROKEN_CODES = {"20000", "10003"}
"""The platform is out of order, or still busy with it: nobody knows."""
BROKEN_SUB_CODES = {"ACQ.SYSTEM_ERROR", "SYSTEM_ERROR", "isp.unknow-error", "aop.unknow-error"}
MISSING_SUB_CODES = {"ACQ.TRADE_NOT_EXIST"}
PAID_STATUS = {"TRADE_SUCCESS", "TRADE_FINISHED"}
UNREADABLE = (AliPayException, AliPayValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the SDK raises for an answer without a signature, with a wrong one, or of no known form."""
CHINA = "CNY"
DETAILS, FIRST_COLUMN = "业务明细", "支付宝交易号"


@dataclass(frozen=True, slots=True)
class Keys:
    """The settings of this gateway, by their names in the environment."""

    URL: str
    APP_ID: str
    SELLER_ID: str
    KEY: str
    PUBLIC_KEY: str


class Client(AliPay):
    """The SDK with Beijing time whatever the machine's zone is, and our HTTP client instead of urlopen."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(
            appid=keys.APP_ID,
            app_private_key_string=_pem(keys.KEY, kind="PRIVATE KEY"),
            alipay_public_key_string=_pem(keys.PUBLIC_KEY, kind="PUBLIC KEY"),
        )
        self._gateway = keys.URL

    def build_body(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The common parameters; the SDK takes the machine's own time for granted."""
        body: dict[str, Any] = super().build_body(*args, **kwargs)
        return body | {"timestamp": wire.written(datetime.now(wire.SHANGHAI), MOMENT)}

    def verified_sync_response(self, data: dict[str, Any], response_type: str) -> Any:
        """Post the signed parameters; the answer's signature is checked by the SDK."""
        form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        answer = wire.call("POST", self._gateway, content=self.sign_data(data).encode(), headers=form)
        if answer.status_code != 200:
            raise GatewayError(f"HTTP {answer.status_code}", is_unknown=True)
        return self._verify_and_return_sync_response(answer.content.decode(), response_type)


class Alipay:
    """The gateway of one merchant."""

    code = "alipay"
    name = "支付宝"

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._client = Client(keys)

    def create(self, prepay: Prepay) -> Started:
        """A signed address; the platform hears of the order when the payer comes there."""
        query = self._client.api_alipay_trade_page_pay(
            subject=prepay.subject,
            out_trade_no=prepay.order_number,
            total_amount=wire.yuan_text(prepay.amount_fen),
            return_url=prepay.return_url,
            notify_url=prepay.notify_url,
            time_expire=wire.written(prepay.expires_at, MOMENT),
        )
        return Started(kind="redirect", address=f"{self._keys.URL}?{query}")

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        """See Gateway; `begun_at` is not needed here."""
        try:
            answer = self._client.api_alipay_trade_query(out_trade_no=order_number)
            if answer["code"] == DONE and answer["out_trade_no"] == order_number:
                return _trade(answer)
            is_missing = answer.get("sub_code") in MISSING_SUB_CODES
        except (GatewayError, *UNREADABLE) as error:
            wire.doubt(self.code, "query", error=error)
            is_missing = False
        return Trade(outcome=Outcome.MISSING if is_missing else Outcome.UNKNOWN, order_number=order_number)

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        """See Gateway. An order that cannot be closed is paid or closed already: the query tells."""
        try:
            answer = self._client.api_alipay_trade_close(out_trade_no=order_number)
            code, sub_code = answer["code"], answer.get("sub_code", "")
        except (GatewayError, *UNREADABLE) as error:
            wire.doubt(self.code, "close", error=error)
            return Outcome.UNKNOWN
        if code == DONE:
            return Outcome.CLOSED
        if sub_code in MISSING_SUB_CODES:
            return Outcome.MISSING
        return self.query(order_number, begun_at=begun_at).outcome

    def refund(self, request: RefundRequest) -> RefundState:
        """See Gateway. The notice goes where the payment's went: the platform takes no address of its own."""
        try:
            answer = self._client.api_alipay_trade_refund(
                refund_amount=wire.yuan_text(request.refund_fen),
                out_trade_no=request.order_number,
                trade_no=request.trade_no,
                out_request_no=request.refund_number,
                refund_reason=request.reason,
            )
            code, sub_code = answer["code"], answer.get("sub_code", "")
        except (GatewayError, *UNREADABLE) as error:
            wire.doubt(self.code, "refund", error=error)
            return RefundState(outcome=Outcome.UNKNOWN, refund_number=request.refund_number)
        if code != DONE and code not in BROKEN_CODES and sub_code not in BROKEN_SUB_CODES:
            raise GatewayError(f"{code} {sub_code}", is_unknown=False)
        found = self.query_refund(request.refund_number, order_number=request.order_number, begun_at=request.begun_at)
        return replace(found, outcome=Outcome.UNKNOWN) if found.outcome == Outcome.MISSING else found

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:
        """See Gateway. No status in the answer means that no such refund was carried out."""
        outcome, fen = Outcome.UNKNOWN, None
        try:
            answer = self._client.api_alipay_trade_fastpay_refund_query(refund_number, out_trade_no=order_number)
            if answer["code"] == DONE and answer.get("refund_status") == "REFUND_SUCCESS":
                fen = wire.fen_of(answer["refund_amount"])
                outcome = Outcome.REFUNDED if answer["out_request_no"] == refund_number else Outcome.UNKNOWN
            elif answer["code"] == DONE or answer.get("sub_code") in MISSING_SUB_CODES:
                outcome = Outcome.MISSING
        except (GatewayError, *UNREADABLE) as error:
            wire.doubt(self.code, "query_refund", error=error)
            outcome = Outcome.UNKNOWN
        return _refund(outcome, number=refund_number, fen=fen)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """See Gateway: the file of trades behind the address that a signed answer names."""
        body = self._client.build_body(
            "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": f"{day:%Y-%m-%d}"}
        )
        try:
            answer = self._client.verified_sync_response(
                body, "alipay_data_dataservice_bill_downloadurl_query_response"
            )
            if answer["code"] != DONE:
                raise GatewayError(f"{answer['code']} {answer.get('sub_code', '')}", is_unknown=False)
            return _lines(self._file(answer["bill_download_url"]))
        except UNREADABLE as error:
            raise GatewayError(type(error).__name__, is_unknown=True) from error

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """See Gateway: every pair but the signature is signed, sorted and decoded; no header counts."""
        return wire.judged(lambda: self._judge(wire.form_fields(body)), unreadable=UNREADABLE)

    def accepted(self) -> Answer:
        """See Gateway: the bare word."""
        return wire.plain(200, "success")

    def refused(self) -> Answer:
        """See Gateway."""
        return wire.plain(200, "failure")

    def _judge(self, fields: dict[str, str]) -> Verdict:
        self._check(fields)
        return _verdict(fields)

    def _check(self, fields: dict[str, str]) -> None:
        """NoticeError unless it is signed by the platform for this app and this account, in this currency."""
        signature, signed = fields.get("sign", ""), {name: value for name, value in fields.items() if name != "sign"}
        if fields.get("sign_type") != "RSA2" or fields.get("charset", "utf-8").lower() != "utf-8":
            raise wire.NoticeError("bad-signature")
        try:
            wire.from_base64(signature)
            is_right = self._client.verify(signed, signature)
        except UNREADABLE as error:
            raise wire.NoticeError("bad-signature") from error
        if not is_right:
            raise wire.NoticeError("bad-signature")
        if fields.get("app_id") != self._keys.APP_ID or fields.get("seller_id") != self._keys.SELLER_ID:
            raise wire.NoticeError("wrong-merchant")
        if fields.get("trans_currency", CHINA) != CHINA:
            raise wire.NoticeError("wrong-currency")

    def _file(self, url: str) -> bytes:
        """The file of a day, from the gateway's own company only."""
        ours, theirs = urlsplit(self._keys.URL), urlsplit(url)
        is_near = theirs.netloc == ours.netloc or (theirs.hostname or "").endswith(".alipay.com")
        if theirs.scheme not in {"https", ours.scheme} or not is_near:
            raise ValueError("The file is somewhere else.")
        answer = wire.call("GET", url, is_file=True)
        if answer.status_code != 200:
            raise GatewayError(f"HTTP {answer.status_code}", is_unknown=True)
        return answer.content


def _trade(fields: Mapping[str, str]) -> Trade:
    """What an answer or a notice says of the payment; closed after it was paid means given back in full."""
    paid = fields.get("send_pay_date") or fields.get("gmt_payment")
    outcome = {"WAIT_BUYER_PAY": Outcome.WAITING, "TRADE_CLOSED": Outcome.REFUNDED if paid else Outcome.CLOSED}.get(
        fields["trade_status"], Outcome.PAID if fields["trade_status"] in PAID_STATUS else Outcome.UNKNOWN
    )
    return Trade(
        outcome=outcome,
        order_number=fields["out_trade_no"],
        trade_no=fields["trade_no"],
        amount_fen=wire.fen_of(fields["total_amount"]),
        paid_at=wire.moment(paid, MOMENT) if paid else None,
    )


def _verdict(fields: Mapping[str, str]) -> Verdict:
    """What a genuine notice says. Its `refund_fee` is the sum of all refunds so far, not this refund's amount."""
    trade = _trade(fields)
    if not fields.get("gmt_refund"):
        return Verdict(is_genuine=True, trade=trade)
    refund = _refund(Outcome.REFUNDED, number=fields["out_biz_no"], fen=None)
    return Verdict(is_genuine=True, kind="refund", trade=trade, refund=refund)


def _refund(outcome: Outcome, *, number: str, fen: int | None) -> RefundState:
    """A refund; the platform gives it no number of its own, so ours stands for it."""
    trade_no = number if outcome == Outcome.REFUNDED else ""
    return RefundState(outcome=outcome, refund_number=number, refund_trade_no=trade_no, amount_fen=fen)


def _lines(packed: bytes) -> list[StatementLine]:
    """The lines of the zipped, GBK-encoded file; ValueError for one that cannot be read whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed), metadata_encoding="gbk") as folder:
            name = next((one for one in folder.namelist() if DETAILS in one and "汇总" not in one), None)
            if name is None or folder.getinfo(name).file_size > wire.FILE_LIMIT:
                raise ValueError("No such file.")
            text = folder.read(name).decode("gb18030")
        rows = list(csv.reader(line for line in text.splitlines() if line.strip() and not line.startswith("#")))
    except (zipfile.BadZipFile, zlib.error, csv.Error, RuntimeError) as error:
        raise ValueError("Not a bill file.") from error
    cells = [[cell.strip() for cell in row] for row in rows]
    if not cells or FIRST_COLUMN not in cells[0]:
        raise ValueError("Not a bill file: its header is missing.")
    return [_line(dict(zip(cells[0], row, strict=True))) for row in cells[1:]]


def _line(row: Mapping[str, str]) -> StatementLine:
    """One line; the amount of a refund is written with a minus."""
    is_refund = row["业务类型"] == "退款"
    return StatementLine(
        trade_no=row[FIRST_COLUMN],
        order_number=row["商户订单号"],
        kind="refund" if is_refund else "payment",
        amount_fen=wire.fen_of(row["订单金额（元）"].removeprefix("-" if is_refund else "")),
        at=wire.moment(row["完成时间"], MOMENT),
        refund_number=row["退款批次号/请求号"] if is_refund else "",
    )


def _pem(text: str, *, kind: str) -> str:
    return f"-----BEGIN {kind}-----\n{text}\n-----END {kind}-----"
