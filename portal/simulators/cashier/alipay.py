"""Alipay's side: signed parameters in, a signed part of a JSON text out, form-encoded notices."""

import csv
import io
import json
import secrets
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from portal.simulators.book import SHANGHAI
from portal.simulators.cashier.exchange import Asked, Back, Letter, Reply, fen_of, goto, is_signed, sign, spoiled, yuan
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.statement import Line, lines
from portal.simulators.cashier.till import Refused, Sale, Tell, Till

MOMENT = "%Y-%m-%d %H:%M:%S"
PATHS = ("/gateway.do", "/bill")
NAMES = {"missing": "ACQ.TRADE_NOT_EXIST", "paid": "ACQ.TRADE_STATUS_ERROR", "closed": "ACQ.TRADE_STATUS_ERROR"}
NAMES |= {"too-much": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "conflict": "ACQ.DISCORDANT_REPEAT_REQUEST"}
NAMES |= {"unpaid": "ACQ.TRADE_STATUS_ERROR", "used": "ACQ.CONTEXT_INCONSISTENT", "no-file": "isp.bill_not_exist"}
HEADER = """支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,
订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,
券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注""".replace("\n", "")


class Alipay:
    """The platform with one merchant."""

    code, name = "alipay", "支付宝"
    waits: tuple[int, ...] = (240, 600, 600, 3600, 7200, 21600, 54000)
    """Seconds between the eight tries of a notice: within 25 hours."""

    def __init__(self, *, keys: Mapping[str, str], till: Till, base: str, tell: Tell) -> None:
        self._keys, self._till, self._base, self._tell = keys, till, base, tell
        self._files: dict[str, date] = {}

    def answer(self, asked: Asked, *, knobs: Knobs) -> Reply:
        """One request of the merchant or of the payer's browser."""
        if asked.path == "/bill":
            return self._file(asked.query.get("token", ""), knobs=knobs)
        fields = {**asked.query, **asked.form}
        signed = {name: value for name, value in fields.items() if name != "sign"}
        right = is_signed(self._keys["alipay_merchant"], _sorted(signed), fields.get("sign", ""))
        method = fields.get("method", "")
        if not right or fields.get("app_id") != self._keys["alipay_app_id"]:
            return Reply(200, b'{"error_response":{"code":"40002","sub_code":"isv.invalid-signature"}}')
        try:
            content = json.loads(fields["biz_content"])
            if method == "alipay.trade.page.pay":
                return self._page(content, fields=fields)
            inner = {"code": "10000", "msg": "Success", **self._methods(method)(content, knobs)}
        except Refused as refused:
            inner = {"code": "40004", "msg": "Business Failed", "sub_code": NAMES[refused.code]}
        except (KeyError, ValueError):
            inner = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.INVALID_PARAMETER"}
        text = json.dumps(inner, ensure_ascii=False, separators=(",", ":"))
        name = f"{method.replace('.', '_')}_response"
        whole = f'{{"{name}":{text},"sign":"{sign(self._keys["alipay_key"], text)}"}}'
        return Reply(200, whole.encode(), kind="text/html;charset=utf-8")

    def notice(self, sale: Sale, *, about: str, knobs: Knobs) -> Letter:
        """What the merchant is told; a refund is told where the payment was, with the sum of all refunds."""
        fields = {
            "notify_id": secrets.token_hex(17),
            "notify_type": "trade_status_sync",
            "notify_time": self._till.now().strftime(MOMENT),
            "charset": "utf-8",
            "version": "1.0",
            "sign_type": "RSA2",
            "app_id": self._keys["alipay_app_id"],
            "auth_app_id": self._keys["alipay_app_id"],
            "seller_id": self._keys["alipay_seller_id"],
            "gmt_create": (sale.paid_at or self._till.now()).strftime(MOMENT),
            "subject": sale.subject,
            **self._trade(sale, extra_fen=knobs.wrong_amount_fen),
            "gmt_payment": (sale.paid_at or self._till.now()).strftime(MOMENT),
        }
        if about:
            refund = sale.refunds[about]
            fields |= {"gmt_refund": refund.at.strftime(f"{MOMENT}.000"), "out_biz_no": refund.number}
            fields["refund_fee"] = yuan(sale.refunded_fen)
        else:
            fields["trade_status"] = "TRADE_SUCCESS"
        signed = {name: value for name, value in fields.items() if name != "sign_type"}
        signature = sign(self._keys["alipay_key"], _sorted(signed))
        fields["sign"] = spoiled(signature) if knobs.bad_signature else signature
        headers = {"Content-Type": "application/x-www-form-urlencoded; text/html;charset=utf-8"}
        return Letter(sale.notify_url, headers, urlencode(fields).encode())

    def back(self, sale: Sale) -> Back:
        """The merchant's address with signed parameters, once it is paid."""
        if sale.state != "paid" or not sale.return_url:
            return Back(sale.return_url)
        fields = {
            "charset": "utf-8",
            "version": "1.0",
            "sign_type": "RSA2",
            "method": "alipay.trade.page.pay.return",
            "timestamp": self._till.now().strftime(MOMENT),
            "app_id": self._keys["alipay_app_id"],
            "auth_app_id": self._keys["alipay_app_id"],
            "seller_id": self._keys["alipay_seller_id"],
            "out_trade_no": sale.number,
            "trade_no": sale.trade_no,
            "total_amount": yuan(sale.fen),
        }
        signed = {name: value for name, value in fields.items() if name != "sign_type"}
        query = urlencode({**fields, "sign": sign(self._keys["alipay_key"], _sorted(signed))})
        return Back(f"{sale.return_url}{'&' if '?' in sale.return_url else '?'}{query}")

    def is_taken(self, status: int, body: bytes) -> bool:
        """The bare word."""
        return status == 200 and body.strip() == b"success"

    def _methods(self, method: str) -> Any:
        return {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._query_refund,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill,
        }[method]

    def _page(self, content: dict[str, Any], *, fields: Mapping[str, str]) -> Reply:
        expires_at = datetime.strptime(content["time_expire"], MOMENT).replace(tzinfo=SHANGHAI)
        sale = self._till.open(
            self.code,
            number=content["out_trade_no"],
            fen=fen_of(content["total_amount"]),
            subject=content["subject"],
            expires_at=expires_at.isoformat(),
            notify_url=fields["notify_url"],
            return_url=fields.get("return_url", ""),
            begun="",
        )
        return goto(f"/pay/{sale.token}")

    def _query(self, content: dict[str, Any], _knobs: Knobs) -> dict[str, str]:
        sale = self._till.find(self.code, content["out_trade_no"])
        said = self._trade(sale, extra_fen=0)
        if sale.paid_at:
            said["send_pay_date"] = sale.paid_at.strftime(MOMENT)
        return said

    def _close(self, content: dict[str, Any], _knobs: Knobs) -> dict[str, str]:
        sale = self._till.find(self.code, content["out_trade_no"])
        if sale.state == "closed":
            raise Refused("closed")
        self._till.close(self.code, sale.number)
        return {"out_trade_no": sale.number, "trade_no": sale.trade_no}

    def _refund(self, content: dict[str, Any], knobs: Knobs) -> dict[str, str]:
        sale = self._till.find(self.code, content["out_trade_no"])
        fen, number = fen_of(content["refund_amount"]), content["out_request_no"]
        _, is_new = self._till.refund(
            sale, number=number, fen=fen, is_returned=knobs.refund_returned, notify_url=sale.notify_url
        )
        if is_new:
            self._tell(sale, number)
        said = self._trade(sale, extra_fen=0)
        return said | {"fund_change": "Y" if is_new else "N", "refund_fee": yuan(sale.refunded_fen)}

    def _query_refund(self, content: dict[str, Any], _knobs: Knobs) -> dict[str, str]:
        sale = self._till.find(self.code, content["out_trade_no"])
        refund = sale.refunds.get(content["out_request_no"])
        said = {"out_trade_no": sale.number, "trade_no": sale.trade_no}
        if refund is None or refund.is_returned:
            return said
        done = {"out_request_no": refund.number, "refund_amount": yuan(refund.fen), "refund_status": "REFUND_SUCCESS"}
        return said | done | {"total_amount": yuan(sale.fen)}

    def _trade(self, sale: Sale, *, extra_fen: int) -> dict[str, str]:
        is_given_back = sale.state == "paid" and sale.refunded_fen == sale.fen
        status = {"waiting": "WAIT_BUYER_PAY", "closed": "TRADE_CLOSED"}.get(sale.state, "TRADE_SUCCESS")
        return {
            "out_trade_no": sale.number,
            "trade_no": sale.trade_no,
            "trade_status": "TRADE_CLOSED" if is_given_back else status,
            "total_amount": yuan(sale.fen + extra_fen),
        }

    def _bill(self, content: dict[str, Any], knobs: Knobs) -> dict[str, str]:
        day = date.fromisoformat(content["bill_date"])
        if not lines(self._till, gateway=self.code, day=day, faults=knobs.statement_faults):
            raise Refused("no-file")
        token = secrets.token_urlsafe(12)
        self._files[token] = day
        return {"bill_download_url": f"{self._base}/bill?token={token}"}

    def _file(self, token: str, *, knobs: Knobs) -> Reply:
        day = self._files.get(token)
        if day is None:
            return Reply(404)
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\r\n")
        writer.writerow(HEADER.split(","))
        for line in lines(self._till, gateway=self.code, day=day, faults=knobs.statement_faults):
            writer.writerow([f"{cell}\t" for cell in _row(line)])
        account = self._keys["alipay_seller_id"]
        head = f"#支付宝业务明细查询\r\n#账号：[{account}]\r\n#起始日期：[{day:%Y年%m月%d日}]\r\n"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
            for name, text in (("业务明细", head + table.getvalue() + "#明细结束\r\n"), ("业务明细(汇总)", head)):
                folder.writestr(f"{account}_{day:%Y%m%d}_{name}.csv", text.encode("gb18030"))
        return Reply(200, packed.getvalue(), kind="application/zip")


def _sorted(fields: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items()))


def _row(line: Line) -> list[str]:
    kind, sign_of = ("退款", "-") if line.refund_number else ("交易", "")
    at, amount, zero = line.at.strftime(MOMENT), f"{sign_of}{yuan(line.fen)}", "0.00"
    cells = [line.trade_no, line.number, kind, line.subject, at, at, "", "", "", "", "payer***@example.invalid"]
    return [*cells, amount, amount, *[zero] * 5, "", zero, zero, line.refund_number, zero, zero, ""]
