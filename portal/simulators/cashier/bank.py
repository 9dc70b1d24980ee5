"""The bank's side of 银行代缴: signed JSON in, signed JSON out; it checks accounts and takes money by mandate.

The same number is the same instruction: asked again, the bank says what became of it and takes nothing twice.
"""

import json
import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from portal.simulators.cashier.exchange import Asked, Back, Letter, Reply, is_signed, sign
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.statement import Line, lines
from portal.simulators.cashier.till import Refund, Refused, Sale, Tell, Till

PATHS = ("/bank/",)
WINDOW_SECONDS = 300
OURS = "62"
"""Every card of this bank begins so."""
KEPT = timedelta(days=3)


class Bank:
    """The bank with one collecting agency."""

    code, name = "debit", "银行代缴"
    waits: tuple[int, ...] = ()
    """It sends no notices: who wants to know asks."""

    def __init__(self, *, keys: Mapping[str, str], till: Till, base: str, tell: Tell) -> None:  # noqa: ARG002 - as the others
        self._keys, self._till = keys, till

    def answer(self, asked: Asked, *, knobs: Knobs) -> Reply:
        """One request of the agency."""
        try:
            body = json.loads(asked.body)
            if not self._is_signed(asked, body=body):
                return self._signed(401, {"code": "SIGN_ERROR"})
            return self._signed(200, self._routed(asked.path.removeprefix("/bank/"), body=body, knobs=knobs))
        except Refused as refused:
            return self._signed(409, {"code": refused.code})
        except (KeyError, ValueError, TypeError):
            return self._signed(400, {"code": "PARAM_ERROR"})

    def notice(self, sale: Sale, *, about: str, knobs: Knobs) -> Letter:  # noqa: ARG002 - as the others
        """Never sent."""
        return Letter(sale.notify_url, {}, b"")

    def back(self, _sale: Sale) -> Back:
        """Nobody comes to a page of the bank."""
        return Back("")

    def is_taken(self, _status: int, _body: bytes) -> bool:
        """Nothing to be told."""
        return True

    def _routed(self, path: str, *, body: dict[str, Any], knobs: Knobs) -> dict[str, Any]:
        if path == "check":
            return self._check(body, knobs=knobs)
        if path == "debit":
            return self._said(self._debit(body, knobs=knobs))
        if path == "query":
            return self._query(body["number"])
        if path == "close":
            return self._said(self._close(body["number"]))
        if path == "refund":
            sale = self._till.by_trade_no(self.code, body["trade_no"])
            refund, is_new = self._till.refund(
                sale, number=body["refund_number"], fen=body["fen"], is_returned=knobs.refund_returned
            )
            if is_new:
                self._till.told(sale, about=refund.number, attempt=1, answer="", is_taken=True)
            return _refund_said(refund)
        if path == "refund-query":
            try:
                return _refund_said(self._till.by_refund(self.code, body["refund_number"])[1])
            except Refused:
                return {"state": "missing"}
        if path == "statement":
            return self._statement(date.fromisoformat(body["day"]), knobs=knobs)
        raise ValueError(path)

    def _check(self, body: dict[str, Any], *, knobs: Knobs) -> dict[str, Any]:
        """A small check before an account is bound: it is there, and it is the holder's."""
        if not body["account"].startswith(OURS):
            return {"result": "no-account"}
        if knobs.account_mismatch or not body["holder"] or not body["id_number"]:
            return {"result": "holder-differs"}
        return {"result": "ok", "check_no": f"HY{self._till.now():%Y%m%d%H%M%S}{body['account'][-4:]}"}

    def _debit(self, body: dict[str, Any], *, knobs: Knobs) -> Sale:
        """Take the money, or say why not; the same number again changes nothing."""
        try:
            return self._till.find(self.code, body["number"])
        except Refused:
            sale = self._opened(body["number"], fen=body["fen"], subject=body["subject"])
        if knobs.debit_insufficient or knobs.debit_returned:
            self._till.decline(sale, cause="insufficient" if knobs.debit_insufficient else "returned")
            return sale
        self._till.pay(sale.token)
        self._till.told(sale, about="", attempt=1, answer="", is_taken=True)
        return sale

    def _opened(self, number: str, *, fen: int, subject: str) -> Sale:
        return self._till.open(
            self.code,
            number=number,
            fen=fen,
            subject=subject,
            expires_at=(self._till.now() + KEPT).isoformat(),
            notify_url="",
            return_url="",
            begun="",
        )

    def _close(self, number: str) -> Sale:
        """What was not asked for yet is noted as ended, so that a request that was on its way takes nothing."""
        try:
            self._till.find(self.code, number)
        except Refused:
            self._opened(number, fen=0, subject="")
        try:
            return self._till.close(self.code, number)
        except Refused:
            return self._till.find(self.code, number)

    def _query(self, number: str) -> dict[str, Any]:
        try:
            return self._said(self._till.find(self.code, number))
        except Refused:
            return {"number": number, "state": "missing"}

    def _said(self, sale: Sale) -> dict[str, Any]:
        state = "refunded" if sale.state == "paid" and sale.refunded_fen else sale.state
        said: dict[str, Any] = {"number": sale.number, "state": state, "cause": sale.cause, "fen": sale.fen}
        if sale.paid_at:
            said |= {"trade_no": sale.trade_no, "at": sale.paid_at.isoformat()}
        return said

    def _statement(self, day: date, *, knobs: Knobs) -> dict[str, Any]:
        if day >= self._till.now().date():
            raise Refused("no-file")
        return {
            "day": day.isoformat(),
            "lines": [
                _line(one) for one in lines(self._till, gateway=self.code, day=day, faults=knobs.statement_faults)
            ],
        }

    def _is_signed(self, asked: Asked, *, body: dict[str, Any]) -> bool:
        if body["agency"] != self._keys.get("bank_agency") or abs(time.time() - body["at"]) > WINDOW_SECONDS:
            return False
        text = f"{asked.path}\n{asked.body.decode()}"
        return is_signed(self._keys["bank_merchant"], text, asked.headers.get("x-signature", ""))

    def _signed(self, status: int, value: dict[str, Any]) -> Reply:
        content = json.dumps(value | {"agency": self._keys.get("bank_agency", "")}, ensure_ascii=False)
        headers = {"X-Signature": sign(self._keys["bank_key"], content)} if "bank_key" in self._keys else {}
        return Reply(status, content.encode(), kind="application/json", headers=headers)


def _refund_said(refund: Refund) -> dict[str, Any]:
    state = "returned" if refund.is_returned else "refunded"
    return {"refund_number": refund.number, "state": state, "trade_no": refund.trade_no, "fen": refund.fen}


def _line(line: Line) -> dict[str, Any]:
    return {
        "trade_no": line.trade_no,
        "number": line.number,
        "fen": line.fen,
        "at": line.at.isoformat(),
        "refund_number": line.refund_number,
    }
