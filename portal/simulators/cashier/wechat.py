"""WeChat Pay's side: signed requests in, signed answers out, notices sealed with AES-GCM."""

import base64
import csv
import gzip
import hashlib
import io
import json
import re
import secrets
import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.simulators.cashier.exchange import Asked, Back, Letter, Reply, is_signed, sign, spoiled, yuan
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.statement import Line, lines
from portal.simulators.cashier.till import Refund, Refused, Sale, Tell, Till

PATHS = ("/v3/",)
WINDOW_SECONDS = 300
PAIR = re.compile(r'(\w+)="([^"]*)"')
STATUS = {"missing": 404, "used": 403, "paid": 400, "closed": 400}
NAMES = {"missing": "ORDER_NOT_EXIST", "used": "OUT_TRADE_NO_USED", "paid": "ORDERPAID", "closed": "ORDER_CLOSED"}
NAMES |= {"too-much": "INVALID_REQUEST", "conflict": "INVALID_REQUEST", "unpaid": "INVALID_REQUEST"}
NAMES |= {"no-refund": "RESOURCE_NOT_EXISTS", "no-file": "NO_STATEMENT_EXIST"}
HEADER = """交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,
货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,
商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注""".replace("\n", "")
TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


class Wechat:
    """The platform with one merchant."""

    code, name = "wechat", "微信支付"
    waits: tuple[int, ...] = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
    """Seconds between the tries of a notice: 24 hours and 4 minutes."""

    def __init__(self, *, keys: Mapping[str, str], till: Till, base: str, tell: Tell) -> None:
        self._keys, self._till, self._base, self._tell = keys, till, base, tell
        self._files: dict[str, date] = {}

    def answer(self, asked: Asked, *, knobs: Knobs) -> Reply:
        """One request of the merchant."""
        if not self._is_signed(asked):
            return self._signed(401, {"code": "SIGN_ERROR"})
        if asked.path == "/v3/billdownload/file":
            return self._file(asked.query.get("token", ""), knobs=knobs)
        try:
            body = json.loads(asked.body) if asked.body else {}
            return self._routed(asked, body=body, knobs=knobs)
        except Refused as refused:
            return self._signed(STATUS.get(refused.code, 400), {"code": NAMES[refused.code]})
        except (KeyError, ValueError, TypeError):
            return self._signed(400, {"code": "PARAM_ERROR"})

    def notice(self, sale: Sale, *, about: str, knobs: Knobs) -> Letter:
        """What the merchant is told, sealed with the key that both hold."""
        refund = sale.refunds.get(about)
        said = self._told_of_refund(sale, refund) if refund else self._trade(sale)
        said["amount"]["total"] += knobs.wrong_amount_fen
        event = "TRANSACTION.SUCCESS"
        if refund:
            event = "REFUND.ABNORMAL" if refund.is_returned else "REFUND.SUCCESS"
        nonce, kind = secrets.token_hex(6), "refund" if refund else "transaction"
        sealed = AESGCM(self._keys["wechat_api_key"].encode()).encrypt(
            nonce.encode(), json.dumps(said, ensure_ascii=False).encode(), kind.encode()
        )
        body = {
            "id": secrets.token_hex(16),
            "create_time": self._till.now().isoformat(),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功" if not refund else "退款通知",
            "resource": {
                "original_type": kind,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": kind,
                "nonce": nonce,
            },
        }
        content = json.dumps(body, ensure_ascii=False)
        headers = {"Content-Type": "application/json", **self._headers(content)}
        if knobs.bad_signature:
            headers["Wechatpay-Signature"] = spoiled(headers["Wechatpay-Signature"])
        return Letter(refund.notify_url if refund else sale.notify_url, headers, content.encode())

    def back(self, _sale: Sale) -> Back:
        """The browser still shows the merchant's page."""
        return Back("")

    def is_taken(self, status: int, _body: bytes) -> bool:
        """Only the status counts."""
        return status in {200, 204}

    def _routed(self, asked: Asked, *, body: dict[str, Any], knobs: Knobs) -> Reply:
        orders, refunds = "/v3/pay/transactions/out-trade-no/", "/v3/refund/domestic/refunds"
        if asked.path == "/v3/pay/transactions/native":
            return self._native(body)
        if asked.path.startswith(orders) and asked.path.endswith("/close"):
            number = asked.path.removeprefix(orders).removesuffix("/close")
            if self._till.find(self.code, number).state == "closed":
                raise Refused("closed")
            self._till.close(self.code, number)
            return self._signed(204, None)
        if asked.path.startswith(orders):
            return self._signed(200, self._trade(self._till.find(self.code, asked.path.removeprefix(orders))))
        if asked.path == refunds:
            return self._refund(body, knobs=knobs)
        if asked.path.startswith(refunds):
            try:
                sale, refund = self._till.by_refund(self.code, asked.path.removeprefix(f"{refunds}/"))
            except Refused:
                return self._signed(404, {"code": NAMES["no-refund"]})
            state = "ABNORMAL" if refund.is_returned else "SUCCESS"
            return self._signed(200, self._refund_said(sale, refund) | {"status": state})
        if asked.path == "/v3/bill/tradebill":
            return self._bill(asked.query, knobs=knobs)
        return self._signed(404, {"code": "NOT_FOUND"})

    def _native(self, body: dict[str, Any]) -> Reply:
        if body["mchid"] != self._keys["wechat_merchant_id"] or body["appid"] != self._keys["wechat_app_id"]:
            return self._signed(400, {"code": "APPID_MCHID_NOT_MATCH"})
        sale = self._till.open(
            self.code,
            number=body["out_trade_no"],
            fen=body["amount"]["total"],
            subject=body["description"],
            expires_at=datetime.fromisoformat(body["time_expire"]).isoformat(),
            notify_url=body["notify_url"],
            return_url="",
            begun="",
        )
        return self._signed(200, {"code_url": f"{self._base}/scan/{sale.token}"})

    def _refund(self, body: dict[str, Any], *, knobs: Knobs) -> Reply:
        sale = self._till.by_trade_no(self.code, body["transaction_id"])
        if body["amount"]["total"] != sale.fen:
            raise Refused("conflict")
        refund, is_new = self._till.refund(
            sale,
            number=body["out_refund_no"],
            fen=body["amount"]["refund"],
            is_returned=knobs.refund_returned,
            notify_url=body.get("notify_url", ""),
        )
        if is_new:
            self._tell(sale, refund.number)
        return self._signed(200, self._refund_said(sale, refund) | {"status": "PROCESSING"})

    def _trade(self, sale: Sale) -> dict[str, Any]:
        state = {"waiting": "NOTPAY", "closed": "CLOSED"}.get(sale.state, "REFUND" if sale.refunded_fen else "SUCCESS")
        said: dict[str, Any] = {
            "mchid": self._keys["wechat_merchant_id"],
            "appid": self._keys["wechat_app_id"],
            "out_trade_no": sale.number,
            "trade_type": "NATIVE",
            "trade_state": state,
            "amount": {"total": sale.fen, "currency": "CNY"},
        }
        if sale.paid_at:
            said |= {"transaction_id": sale.trade_no, "success_time": sale.paid_at.isoformat()}
        return said

    def _refund_said(self, sale: Sale, refund: Refund) -> dict[str, Any]:
        return {
            "refund_id": refund.trade_no,
            "out_refund_no": refund.number,
            "transaction_id": sale.trade_no,
            "out_trade_no": sale.number,
            "create_time": refund.at.isoformat(),
            "amount": {"total": sale.fen, "refund": refund.fen, "currency": "CNY"},
        }

    def _told_of_refund(self, sale: Sale, refund: Refund) -> dict[str, Any]:
        said = {
            **self._refund_said(sale, refund),
            "mchid": self._keys["wechat_merchant_id"],
            "refund_status": "ABNORMAL" if refund.is_returned else "SUCCESS",
        }
        return said if refund.is_returned else said | {"success_time": refund.at.isoformat()}

    def _bill(self, query: Mapping[str, str], *, knobs: Knobs) -> Reply:
        day = date.fromisoformat(query["bill_date"])
        if not lines(self._till, gateway=self.code, day=day, faults=knobs.statement_faults):
            raise Refused("no-file")
        token = secrets.token_urlsafe(12)
        self._files[token] = day
        url, digest = f"{self._base}/v3/billdownload/file?token={token}", hashlib.sha1(usedforsecurity=False)
        digest.update(self._table(day, knobs=knobs))
        return self._signed(200, {"hash_type": "SHA1", "hash_value": digest.hexdigest(), "download_url": url})

    def _file(self, token: str, *, knobs: Knobs) -> Reply:
        day = self._files.get(token)
        if day is None:
            return self._signed(404, {"code": "NOT_FOUND"})
        return Reply(200, gzip.compress(self._table(day, knobs=knobs)), kind="application/x-gzip")

    def _table(self, day: date, *, knobs: Knobs) -> bytes:
        table, found = io.StringIO(), lines(self._till, gateway=self.code, day=day, faults=knobs.statement_faults)
        writer = csv.writer(table, lineterminator="\r\n")
        writer.writerow(HEADER.split(","))
        for line in found:
            writer.writerow([f"`{cell}" for cell in self._row(line)])
        writer.writerow(TOTALS.split(","))
        paid = sum(one.fen for one in found if not one.refund_number)
        back = sum(one.fen for one in found if one.refund_number)
        totals = [str(len(found)), yuan(paid), yuan(back), "0.00", "0.00", yuan(paid), yuan(back)]
        writer.writerow([f"`{cell}" for cell in totals])
        return ("\ufeff" + table.getvalue()).encode()

    def _row(self, line: Line) -> list[str]:
        at, zero, is_refund = line.at.strftime("%Y-%m-%d %H:%M:%S"), "0.00", bool(line.refund_number)
        head = [at, self._keys["wechat_app_id"], self._keys["wechat_merchant_id"], "0", "", line.trade_no, line.number]
        state = ["payer", "NATIVE", "REFUND" if is_refund else "SUCCESS", "OTHERS", "CNY"]
        paid, back = ("0.00", yuan(line.fen)) if is_refund else (yuan(line.fen), zero)
        numbers = [line.refund_trade_no or "0", line.refund_number or "0", back, zero]
        refund = ["ORIGINAL", "SUCCESS"] if is_refund else ["", ""]
        return [*head, *state, paid, zero, *numbers, *refund, line.subject, "", zero, "0.00%", paid, back, ""]

    def _is_signed(self, asked: Asked) -> bool:
        said = dict(PAIR.findall(asked.headers.get("authorization", "")))
        stamp = said.get("timestamp", "")
        if said.get("mchid") != self._keys["wechat_merchant_id"] or not stamp.isdigit():
            return False
        if said.get("serial_no") != self._keys["wechat_key_serial"] or abs(time.time() - int(stamp)) > WINDOW_SECONDS:
            return False
        parts = [
            asked.method,
            asked.target,
            stamp,
            said.get("nonce_str", ""),
            asked.body.decode("utf-8", "replace"),
            "",
        ]
        return is_signed(self._keys["wechat_merchant"], "\n".join(parts), said.get("signature", ""))

    def _signed(self, status: int, value: object) -> Reply:
        content = "" if value is None else json.dumps(value, ensure_ascii=False)
        return Reply(status, content.encode(), kind="application/json", headers=self._headers(content))

    def _headers(self, content: str) -> dict[str, str]:
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        return {
            "Wechatpay-Serial": self._keys["wechat_public_key_id"],
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": sign(self._keys["wechat_key"], f"{stamp}\n{nonce}\n{content}\n"),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }
