"""UnionPay's side, version 5.1.0: sorted pairs with a signature, and the signer's certificate in every message."""

import base64
import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from portal.simulators.book import SHANGHAI
from portal.simulators.cashier.exchange import Asked, Back, Letter, Reply, goto, is_signed, sign, spoiled
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.statement import Line, lines
from portal.simulators.cashier.till import Refund, Refused, Sale, Tell, Till, settle_day

PATHS = ("/gateway/api/", "/file/")
SECOND = "%Y%m%d%H%M%S"
CODES = {"missing": "34", "used": "12", "paid": "12", "closed": "12", "unpaid": "12", "too-much": "61"}
CODES |= {"conflict": "12", "no-file": "98", "signature": "11"}
COLUMNS = (3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21)
ECHOED = {"orderId", "txnTime", "txnType", "txnSubType"}
FAILED = "01"


class Unionpay:
    """The gateway with one merchant."""

    code, name = "unionpay", "银联"
    waits: tuple[int, ...] = (60, 120, 240, 480, 900)
    """Seconds between the tries of a notice; only their number and growth are like the real ones."""

    def __init__(self, *, keys: Mapping[str, str], till: Till, base: str, tell: Tell) -> None:
        self._keys, self._till, self._base, self._tell = keys, till, base, tell

    def answer(self, asked: Asked, *, knobs: Knobs) -> Reply:
        """One request of the merchant or of the payer's browser."""
        fields = asked.form
        try:
            if not self._is_signed(fields):
                raise Refused("signature")
            if asked.path.endswith("/frontTransReq.do"):
                return self._front(fields)
            kind = {"00": self._query, "04": self._refund, "76": self._file}[fields["txnType"]]
            said = {"respCode": "00", "respMsg": "成功", **kind(fields, knobs)}
        except Refused as refused:
            said = {"respCode": CODES[refused.code], "respMsg": refused.code}
        except (KeyError, ValueError):
            said = {"respCode": "10", "respMsg": "报文格式错误"}
        echoed = {name: value for name, value in fields.items() if name in ECHOED}
        pairs = self._signed({**echoed, **said})
        return Reply(200, "&".join(f"{name}={value}" for name, value in pairs.items()).encode())

    def notice(self, sale: Sale, *, about: str, knobs: Knobs) -> Letter:
        """What the merchant is told."""
        refund = sale.refunds.get(about)
        fields = self._refunded(sale, refund) if refund else self._paid(sale)
        if refund and refund.is_returned:
            fields["respCode"] = FAILED
        fields["txnAmt"] = str(int(fields["txnAmt"]) + knobs.wrong_amount_fen)
        signed = self._signed({"respCode": "00", "respMsg": "成功", **fields})
        if knobs.bad_signature:
            signed["signature"] = spoiled(signed["signature"])
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        return Letter(refund.notify_url if refund else sale.notify_url, headers, urlencode(signed).encode())

    def back(self, sale: Sale) -> Back:
        """A signed form; without a payment there is nothing to sign."""
        if sale.state != "paid" or not sale.return_url:
            return Back(sale.return_url)
        return Back(sale.return_url, self._signed({"respCode": "00", "respMsg": "成功", **self._paid(sale)}))

    def is_taken(self, status: int, _body: bytes) -> bool:
        """Only the status counts."""
        return status == 200

    def _front(self, fields: Mapping[str, str]) -> Reply:
        expires_at = datetime.strptime(fields["payTimeout"], SECOND).replace(tzinfo=SHANGHAI)
        sale = self._till.open(
            self.code,
            number=fields["orderId"],
            fen=int(fields["txnAmt"]),
            subject=fields.get("orderDesc", ""),
            expires_at=expires_at.isoformat(),
            notify_url=fields["backUrl"],
            return_url=fields.get("frontUrl", ""),
            begun=fields["txnTime"],
        )
        return goto(f"/pay/{sale.token}")

    def _query(self, fields: Mapping[str, str], _knobs: Knobs) -> dict[str, str]:
        try:
            sale, refund = self._till.find(self.code, fields["orderId"]), None
        except Refused:
            sale, refund = self._till.by_refund(self.code, fields["orderId"])
        if (refund.begun if refund else sale.begun) != fields["txnTime"]:
            raise Refused("missing")
        if refund:
            return self._refunded(sale, refund) | {"origRespCode": FAILED if refund.is_returned else "00"}
        if sale.state == "paid":
            return self._paid(sale) | {"origRespCode": "00"}
        if sale.state == "closed":
            raise Refused("missing")
        return {"origRespCode": "05"}

    def _refund(self, fields: Mapping[str, str], knobs: Knobs) -> dict[str, str]:
        sale = self._till.by_trade_no(self.code, fields["origQryId"])
        refund, is_new = self._till.refund(
            sale,
            number=fields["orderId"],
            fen=int(fields["txnAmt"]),
            is_returned=knobs.refund_returned,
            notify_url=fields["backUrl"],
            begun=fields["txnTime"],
        )
        if is_new:
            self._tell(sale, refund.number)
        return {"queryId": refund.trade_no}

    def _file(self, fields: Mapping[str, str], knobs: Knobs) -> dict[str, str]:
        day = self._day(fields["settleDate"])
        if day >= self._till.now().date():
            raise Refused("no-file")
        found = lines(self._till, gateway=self.code, day=day, faults=knobs.statement_faults)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
            for kind in ("ZM_", "ZME_"):
                name = f"INN{day:%y%m%d}88{kind}{self._keys['unionpay_merchant_id']}"
                text = "".join(f"{_row(line)}\r\n" for line in found) if kind == "ZM_" else ""
                folder.writestr(name, text.encode("gb18030"))
        content = base64.b64encode(zlib.compress(packed.getvalue())).decode()
        return {"fileName": f"{self._keys['unionpay_merchant_id']}_{day:%Y%m%d}.zip", "fileContent": content}

    def _day(self, text: str) -> date:
        """MMDD without a year: the last such day."""
        today = self._till.now().date()
        for back in range(366):
            day = today - timedelta(days=back)
            if f"{day:%m%d}" == text:
                return day
        raise ValueError("No such day.")

    def _paid(self, sale: Sale) -> dict[str, str]:
        at = sale.paid_at or self._till.now()
        return self._about(sale.number, begun=sale.begun, trade_no=sale.trade_no, fen=sale.fen, at=at) | {
            "txnType": "01",
            "txnSubType": "01",
        }

    def _refunded(self, sale: Sale, refund: Refund) -> dict[str, str]:
        said = self._about(refund.number, begun=refund.begun, trade_no=refund.trade_no, fen=refund.fen, at=refund.at)
        return said | {"txnType": "04", "txnSubType": "00", "origQryId": sale.trade_no}

    def _about(self, number: str, *, begun: str, trade_no: str, fen: int, at: datetime) -> dict[str, str]:
        return {
            "orderId": number,
            "txnTime": begun,
            "queryId": trade_no,
            "txnAmt": str(fen),
            "currencyCode": "156",
            "settleAmt": str(fen),
            "settleCurrencyCode": "156",
            "settleDate": f"{settle_day(at, gateway=self.code):%m%d}",
            "traceNo": trade_no[-6:],
            "traceTime": f"{at:%m%d%H%M%S}",
        }

    def _signed(self, fields: Mapping[str, str]) -> dict[str, str]:
        whole = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "bizType": "000201",
            "accessType": "0",
            "merId": self._keys["unionpay_merchant_id"],
            "signPubKeyCert": self._keys["unionpay_certificate"],
            **fields,
        }
        return {**whole, "signature": sign(self._keys["unionpay_key"], _digest(whole))}

    def _is_signed(self, fields: Mapping[str, str]) -> bool:
        is_ours = fields.get("merId") == self._keys["unionpay_merchant_id"]
        is_known = fields.get("certId") == self._keys["unionpay_cert_id"]
        signed = {name: value for name, value in fields.items() if name != "signature"}
        right = is_signed(self._keys["unionpay_merchant"], _digest(signed), fields.get("signature", ""))
        return is_ours and is_known and right


def _digest(fields: Mapping[str, str]) -> str:
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(line: Line) -> str:
    """Fixed widths; an amount in fen is filled with zeros."""
    cells = [""] * len(COLUMNS)
    cells[0] = "S30" if line.refund_number else "S22"
    cells[3], cells[4] = (line.refund_trade_no or line.trade_no)[-6:], f"{line.at:%m%d%H%M%S}"
    cells[6] = f"{line.fen:012d}"
    cells[9] = line.refund_trade_no or line.trade_no
    cells[11] = line.refund_number or line.number
    cells[26] = line.trade_no if line.refund_number else ""
    return " ".join(cell.ljust(width) for cell, width in zip(cells, COLUMNS, strict=True))
