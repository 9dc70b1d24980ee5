"""The cashier on the network: requests of merchants, pages of payers, knobs of tests."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from portal.simulators.cashier import alipay, bank, pages, unionpay, wechat
from portal.simulators.cashier.exchange import Asked, Back, Reply, goto
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.notices import Notifier, Platform
from portal.simulators.cashier.till import Refused, Sale, Till
from portal.simulators.page import Handler, Server

HTML = "text/html; charset=utf-8"


class Cashier:
    """Everything behind the addresses."""

    def __init__(self, *, till: Till, keys: Mapping[str, str], base: str, knobs: Knobs) -> None:
        self.till = till
        parts: list[tuple[tuple[str, ...], Platform]] = [
            (alipay.PATHS, alipay.Alipay(keys=keys, till=till, base=base, tell=self._tell)),
            (wechat.PATHS, wechat.Wechat(keys=keys, till=till, base=base, tell=self._tell)),
            (unionpay.PATHS, unionpay.Unionpay(keys=keys, till=till, base=base, tell=self._tell)),
            (bank.PATHS, bank.Bank(keys=keys, till=till, base=base, tell=self._tell)),
        ]
        self._parts = parts
        self.base = base
        self.notifier = Notifier(till=till, platforms={platform.code: platform for _, platform in parts})
        self.notifier.knobs = knobs
        self.notifier.resume()
        self.notifier.start()

    def platform(self, path: str) -> Platform | None:
        """Whose address it is."""
        return next((platform for paths, platform in self._parts if path.startswith(paths)), None)

    def page(self, asked: Asked) -> Reply:
        """A page for a person."""
        first, _, token = asked.path.strip("/").partition("/")
        try:
            if first == "pay" and asked.method == "POST":
                return self._decided(token, wish=asked.form.get("do", ""))
            if first in {"pay", "scan"}:
                sale = self.till.by_token(token)
                return _html(pages.cashier_page(sale, back=self._back(sale)))
            if first == "qr":
                sale = self.till.by_token(token)
                return _html(pages.qr_page(sale, address=f"{self.base}/scan/{token}"))
        except Refused as refused:
            return Reply(404, pages.lost_page(refused.code).encode(), kind=HTML)
        if first == "switches":
            return self._switches(asked)
        if asked.path == "/":
            return _html(pages.orders_page(self.till))
        return Reply(404, pages.lost_page("missing").encode(), kind=HTML)

    def control(self, asked: Asked) -> Reply:
        """The knobs, and for tests a payer who needs no browser: {"pay": number} and {"again": number}."""
        if asked.method == "GET":
            return _json(200, self.notifier.knobs.as_json())
        try:
            wanted = json.loads(asked.body)
            if "pay" in wanted:
                sale = self.till.find(wanted["gateway"], wanted["pay"])
                self._decided(sale.token, wish="pay")
            elif "again" in wanted:
                self.notifier.again(self.till.find(wanted["gateway"], wanted["again"]))
            else:
                self.notifier.knobs = self.notifier.knobs.turned(wanted)
        except Refused as refused:
            return _json(409, {"error": refused.code})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return _json(400, {"error": str(error)})
        return _json(200, self.notifier.knobs.as_json())

    def _tell(self, sale: Sale, about: str) -> None:
        self.notifier.tell(sale, about=about)

    def _decided(self, token: str, *, wish: str) -> Reply:
        """What the payer chose. Paying twice shows that it is paid."""
        sale = self.till.by_token(token)
        if wish == "leave":
            return goto(sale.return_url or "/")
        if wish == "pay" and sale.state == "waiting":
            self._tell(self.till.pay(token), "")
            back = self._back(sale)
            is_moving = bool(back.address) and not back.fields
            wait = {"Refresh": f"{pages.RETURN_SECONDS}; url={back.address}"} if is_moving else {}
            words = pages.PAID_AND_BACK if is_moving else pages.PAID
            return Reply(200, pages.outcome_page(sale, words=words, back=back).encode(), kind=HTML, headers=wait)
        if wish == "fail" and sale.state == "waiting":
            self.till.fail(token)
            words = "付款失败：银行没有扣款，可以重新付款。"
            return _html(pages.outcome_page(sale, words=words, back=self._back(sale)))
        return _html(pages.cashier_page(sale, back=self._back(sale)))

    def _back(self, sale: Sale) -> Back:
        return next(one for _, one in self._parts if one.code == sale.gateway).back(sale)

    def _switches(self, asked: Asked) -> Reply:
        if asked.method != "POST":
            return _html(pages.switches_page(self.notifier.knobs, is_saved=asked.query.get("saved") == "1"))
        form = parse_qs(asked.body.decode("utf-8", "replace"))
        wanted: dict[str, Any] = {name: name in form for name in pages.SWITCHES}
        wanted["statement_faults"] = form.get("statement_faults", [])
        try:
            for name in pages.NUMBERS:
                number = float(form.get(name, ["0"])[0])
                wanted[name] = int(number) if name == "wrong_amount_fen" else number
            self.notifier.knobs = self.notifier.knobs.turned(wanted)
        except ValueError:
            return _html(pages.switches_page(self.notifier.knobs, is_saved=False))
        return goto("/switches?saved=1")


class CashierHandler(Handler):
    """Reads a request, finds who answers it, and plays the faults of the line."""

    cashier: Cashier

    def do_GET(self) -> None:
        """Any address."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Any address."""
        self._answer(self.body())

    def _answer(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(method=self.command, target=self.path, headers=headers, body=body)
        platform, knobs = self.cashier.platform(asked.path), self.cashier.notifier.knobs
        if asked.path == "/control":
            self._send(self.cashier.control(asked))
        elif platform is None:
            self._send(self.cashier.page(asked))
        elif knobs.answer_500:
            self._send(Reply(500, b"simulated fault"))
        else:
            reply = platform.answer(asked, knobs=knobs)
            if knobs.hang_after_accept and reply.status != 303:
                time.sleep(knobs.hang_seconds)
                self.close_connection = True
            else:
                self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.answer(reply.status, reply.content, kind=reply.kind, headers=reply.headers)


def _html(text: str) -> Reply:
    return Reply(200, text.encode(), kind=HTML)


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), kind="application/json")


def serve(*, port: int, till: Till, keys: Mapping[str, str], knobs: Knobs) -> Server:
    """A server bound to the port on loopback, ready for serve_forever(); unsent notices are on their way."""
    server = Server(("127.0.0.1", port), CashierHandler)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    cashier = Cashier(till=till, keys=keys, base=base, knobs=knobs)
    server.RequestHandlerClass = type("BoundHandler", (CashierHandler,), {"cashier": cashier})
    return server
