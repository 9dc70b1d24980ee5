"""UnionPay 5.1.0: front pay by a form; every message is sorted pairs with a signature and its certificate."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlencode

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
from payments.gateways.unionpay.reading import (
    DONE,
    DOUBTFUL,
    FILE,
    PAY,
    QUERY,
    REFUND,
    SECOND,
    outcome_of,
    refund_of,
    trade_of,
    verdict_of,
)
from payments.gateways.unionpay.signing import Keys, Signer
from payments.gateways.unionpay.statement import lines_of

RENMINBI = "156"
DESCRIPTION_LENGTH = 32
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


class Unionpay:
    """The gateway of one merchant."""

    code = "unionpay"
    name = "银联"

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._signer = Signer(keys)

    def create(self, prepay: Prepay) -> Started:
        """See Gateway: a signed form that the payer's browser posts."""
        fields = self._signer.signed(
            txnType=PAY,
            txnSubType="01",
            bizType="000201",
            channelType="07",
            orderId=prepay.order_number,
            txnTime=wire.written(prepay.begun_at, SECOND),
            txnAmt=str(prepay.amount_fen),
            currencyCode=RENMINBI,
            payTimeout=wire.written(prepay.expires_at, SECOND),
            orderDesc=prepay.subject[:DESCRIPTION_LENGTH],
            frontUrl=prepay.return_url,
            backUrl=prepay.notify_url,
        )
        return Started(kind="form", address=f"{self._keys.URL}/frontTransReq.do", fields=fields)

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        """See Gateway: found by its number and its second."""
        said = self._found(order_number, begun_at=begun_at)
        try:
            outcome = outcome_of(said)
            if outcome != Outcome.PAID:
                return Trade(outcome=outcome, order_number=order_number)
            self._check_ours(said)
            return trade_of(said, outcome=outcome)
        except (wire.NoticeError, *UNREADABLE) as error:
            wire.doubt(self.code, "query", error=error)
            return Trade(outcome=Outcome.UNKNOWN, order_number=order_number)

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        """See Gateway. There is no such request: an order ends at its payTimeout.

        Until then a form that was not sent yet, or a card that was refused, may still become a payment.
        """
        found = self.query(order_number, begun_at=begun_at).outcome
        is_final = found not in {Outcome.MISSING, Outcome.CLOSED} or expires_at <= datetime.now(UTC)
        return found if is_final else Outcome.WAITING

    def refund(self, request: RefundRequest) -> RefundState:
        """See Gateway. "Accepted" is not "given back": the notice or the query tells."""
        fields = self._signer.signed(
            txnType=REFUND,
            txnSubType="00",
            bizType="000201",
            channelType="07",
            orderId=request.refund_number,
            origQryId=request.trade_no,
            txnTime=wire.written(request.begun_at, SECOND),
            txnAmt=str(request.refund_fen),
            currencyCode=RENMINBI,
            backUrl=request.notify_url,
        )
        try:
            said = self._posted(f"{self._keys.URL}/backTransReq.do", fields)
            code = said["respCode"]
        except (GatewayError, wire.NoticeError, *UNREADABLE) as error:
            wire.doubt(self.code, "refund", error=error)
            return RefundState(outcome=Outcome.UNKNOWN, refund_number=request.refund_number)
        if code in DONE:
            return RefundState(
                outcome=Outcome.WAITING, refund_number=request.refund_number, refund_trade_no=said.get("queryId", "")
            )
        if code in DOUBTFUL:
            return RefundState(outcome=Outcome.UNKNOWN, refund_number=request.refund_number)
        raise GatewayError(f"respCode {code}", is_unknown=False)

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:
        """See Gateway: a refund is found like a payment."""
        said = self._found(refund_number, begun_at=begun_at)
        try:
            outcome = {Outcome.PAID: Outcome.REFUNDED}.get(found := outcome_of(said), found)
            if outcome != Outcome.REFUNDED:
                return RefundState(outcome=outcome, refund_number=refund_number)
            self._check_ours(said)
            return refund_of(said)
        except (wire.NoticeError, *UNREADABLE) as error:
            wire.doubt(self.code, "query_refund", error=error)
            return RefundState(outcome=Outcome.UNKNOWN, refund_number=refund_number)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """See Gateway: the file of a settlement day, packed into a signed answer."""
        fields = self._signer.signed(
            txnType=FILE,
            txnSubType="01",
            bizType="000000",
            txnTime=wire.written(datetime.now(UTC), SECOND),
            settleDate=f"{day:%m%d}",
            fileType="00",
        )
        try:
            said = self._posted(self._keys.FILE_URL, fields, is_file=True)
            if said["respCode"] not in DONE:
                raise GatewayError(f"respCode {said['respCode']}", is_unknown=False)
            return lines_of(said["fileContent"], day=day)
        except (wire.NoticeError, *UNREADABLE) as error:
            raise GatewayError(type(error).__name__, is_unknown=True) from error

    def verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """See Gateway: every pair but the signature is signed, sorted and decoded; no header counts."""
        return wire.judged(lambda: self._judge(wire.form_fields(body)), unreadable=UNREADABLE)

    def accepted(self) -> Answer:
        """See Gateway: only the status counts."""
        return wire.plain(200, "ok")

    def refused(self) -> Answer:
        """See Gateway."""
        return wire.plain(500, "fail")

    def _judge(self, fields: Mapping[str, str]) -> Verdict:
        self._signer.check(fields)
        self._check_ours(fields)
        return verdict_of(fields)

    def _posted(self, url: str, fields: Mapping[str, str], *, is_file: bool = False) -> dict[str, str]:
        """The answer's pairs, signed by the gateway. They are not form-encoded: what follows `=` stands as it is."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        answer = wire.call("POST", url, content=urlencode(fields).encode(), headers=headers, is_file=is_file)
        if answer.status_code != 200:
            raise GatewayError(f"HTTP {answer.status_code}", is_unknown=True)
        pairs = [pair.partition("=")[::2] for pair in answer.content.decode().split("&")]
        said = dict(pairs)
        if len(said) != len(pairs):
            raise wire.NoticeError("repeated-field")
        self._signer.check(said)
        return said

    def _found(self, number: str, *, begun_at: datetime) -> dict[str, str]:
        """What the gateway says of one of our requests; {} when it says nothing that can be trusted."""
        fields = self._signer.signed(
            txnType=QUERY,
            txnSubType="00",
            bizType="000201",
            orderId=number,
            txnTime=wire.written(begun_at, SECOND),
        )
        try:
            said = self._posted(f"{self._keys.URL}/queryTrans.do", fields)
        except (GatewayError, wire.NoticeError, *UNREADABLE) as error:
            wire.doubt(self.code, "query", error=error)
            return {}
        return said if said.get("orderId") == number else {}

    def _check_ours(self, fields: Mapping[str, str]) -> None:
        """NoticeError unless it is about this merchant and in renminbi."""
        if fields.get("merId") != self._keys.MERCHANT_ID:
            raise wire.NoticeError("wrong-merchant")
        if fields.get("currencyCode") != RENMINBI:
            raise wire.NoticeError("wrong-currency")
