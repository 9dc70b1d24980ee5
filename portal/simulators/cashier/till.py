"""The books of the three platforms: what was ordered, paid, closed and given back; every change is a line first."""

import random
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from portal.simulators.book import SHANGHAI, Book

DAY_BEGINS_EARLIER = {"unionpay": timedelta(hours=1)}
"""At these platforms the day of a bill file begins the evening before."""
TRADE_NO_LENGTHS = {"alipay": 28, "wechat": 28, "unionpay": 21, "debit": 24}


class Refused(Exception):
    """Why the till does not do it: missing, used, closed, paid, unpaid, too-much, conflict."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Refund:
    """Money given back, or sent back by the payer's bank."""

    number: str
    fen: int
    trade_no: str
    at: datetime
    is_returned: bool
    notify_url: str
    begun: str


@dataclass
class Sale:
    """An order and what became of it."""

    gateway: str
    number: str
    fen: int
    subject: str
    expires_at: datetime
    notify_url: str
    return_url: str
    begun: str
    token: str
    state: str = "waiting"
    cause: str = ""
    """Why the bank took nothing."""
    trade_no: str = ""
    paid_at: datetime | None = None
    refunds: dict[str, Refund] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """The notices that the merchant has accepted: "" for the payment's, a refund's number for its own."""

    @property
    def refunded_fen(self) -> int:
        """What was given back and stayed there."""
        return sum(one.fen for one in self.refunds.values() if not one.is_returned)


def settle_day(moment: datetime, *, gateway: str) -> date:
    """The platform's day that a moment (of Shanghai) belongs to."""
    return (moment + DAY_BEGINS_EARLIER.get(gateway, timedelta())).date()


Tell = Callable[[Sale, str], None]
"""Sends the notice of a sale's payment (""), or of the refund with a number."""


class Till:
    """All sales by their token and by platform and number. `clock` may hold the days the demo is ahead."""

    def __init__(self, *, book: Book, clock: Path | None = None, seed: int | None = None) -> None:
        self.book = book
        self._clock = clock
        self._random = random.Random(seed)
        self._lock = threading.RLock()
        self._sales: dict[str, Sale] = {}
        self._tokens: dict[tuple[str, str], str] = {}
        for line in book.lines:
            self._apply(line)

    def now(self) -> datetime:
        """The platforms' moment."""
        try:
            days = int(self._clock.read_text(encoding="ascii")) if self._clock else 0
        except (OSError, ValueError):
            days = 0
        return datetime.now(SHANGHAI).replace(microsecond=0) + timedelta(days=days)

    def sales(self) -> list[Sale]:
        """All, the newest first."""
        with self._lock:
            return [self._settled(sale) for sale in reversed(self._sales.values())]

    def find(self, gateway: str, number: str) -> Sale:
        """The sale with the merchant's number. Refused (missing) when there is none."""
        return self.by_token(self._tokens.get((gateway, number), ""))

    def by_trade_no(self, gateway: str, trade_no: str) -> Sale:
        """The sale with the platform's number. Refused (missing) when there is none."""
        found = [one for one in self.sales() if one.gateway == gateway and one.trade_no == trade_no and trade_no]
        if not found:
            raise Refused("missing")
        return found[0]

    def by_refund(self, gateway: str, number: str) -> tuple[Sale, Refund]:
        """A refund by the merchant's number. Refused (missing) when there is none."""
        for sale in self.sales():
            if sale.gateway == gateway and number in sale.refunds:
                return sale, sale.refunds[number]
        raise Refused("missing")

    def by_token(self, token: str) -> Sale:
        """The sale behind an address of the cashier. Refused (missing) when there is none."""
        with self._lock:
            if token not in self._sales:
                raise Refused("missing")
            return self._settled(self._sales[token])

    def open(self, gateway: str, **order: Any) -> Sale:
        """Take an order, or return it when it was taken before; Refused (used) when the amount is another."""
        with self._lock:
            known = self._tokens.get((gateway, order["number"]))
            if known is None:
                token = secrets.token_urlsafe(12)
                self._add("order", gateway=gateway, token=token, **order)
                return self._sales[token]
            sale = self._settled(self._sales[known])
            if sale.fen != order["fen"] or sale.state != "waiting":
                raise Refused({"paid": "paid", "closed": "closed"}.get(sale.state, "used"))
            return sale

    def pay(self, token: str) -> Sale:
        """The payer pays. Refused (paid, closed) when that is no longer possible."""
        with self._lock:
            sale = self.by_token(token)
            if sale.state != "waiting":
                raise Refused(sale.state)
            self._add("paid", token=token, trade_no=self._number(sale.gateway), moment=self.now().isoformat())
            return sale

    def fail(self, token: str) -> Sale:
        """The payer's bank declines; the order can still be paid."""
        self._add("failed", token=token)
        return self.by_token(token)

    def decline(self, sale: Sale, *, cause: str) -> None:
        """The bank takes nothing, for good."""
        with self._lock:
            if sale.state == "waiting":
                self._add("closed", token=sale.token, cause=cause)

    def close(self, gateway: str, number: str) -> Sale:
        """The merchant ends an order. Refused (missing, paid)."""
        with self._lock:
            sale = self.find(gateway, number)
            if sale.state == "paid":
                raise Refused("paid")
            if sale.state == "waiting":
                self._add("closed", token=sale.token)
            return sale

    def refund(
        self, sale: Sale, *, number: str, fen: int, is_returned: bool, notify_url: str = "", begun: str = ""
    ) -> tuple[Refund, bool]:
        """Give money back and whether it is new; the same number once. Refused (unpaid, too-much, conflict)."""
        with self._lock:
            known = sale.refunds.get(number)
            if known:
                if known.fen != fen:
                    raise Refused("conflict")
                return known, False
            if sale.state != "paid":
                raise Refused("unpaid")
            if not 0 < fen <= sale.fen - sale.refunded_fen:
                raise Refused("too-much")
            moment, trade_no = self.now().isoformat(), self._number(sale.gateway)
            said = {"number": number, "fen": fen, "trade_no": trade_no, "moment": moment, "is_returned": is_returned}
            self._add("refund", token=sale.token, notify_url=notify_url, begun=begun, **said)
            return sale.refunds[number], True

    def told(self, sale: Sale, *, about: str, attempt: int, answer: str, is_taken: bool) -> None:
        """Note that a notice was sent and how it was answered."""
        with self._lock:
            self._add("notice", token=sale.token, about=about, attempt=attempt, answer=answer, is_taken=is_taken)

    def untold(self) -> Iterable[tuple[Sale, str, int]]:
        """Sale, what about and the tries so far of every notice that nobody has accepted."""
        for sale in self.sales():
            for about in ([""] if sale.paid_at else []) + list(sale.refunds):
                if about not in sale.taken:
                    tries = [line for line in self.notices(sale) if line["about"] == about]
                    yield sale, about, len(tries)

    def notices(self, sale: Sale) -> list[dict[str, Any]]:
        """The lines about notices of one sale."""
        return [line for line in self.book.lines if line["kind"] == "notice" and line["token"] == sale.token]

    def on(self, day: date, *, gateway: str) -> list[tuple[Sale, Refund | None]]:
        """Payments and refunds of a day at one platform, by time."""
        found: list[tuple[datetime, Sale, Refund | None]] = []
        for sale in self.sales():
            if sale.gateway == gateway and sale.paid_at:
                found += [(sale.paid_at, sale, None)]
                found += [(one.at, sale, one) for one in sale.refunds.values() if not one.is_returned]
        found.sort(key=lambda one: (one[0], one[1].number, one[2].number if one[2] else ""))
        return [(sale, refund) for at, sale, refund in found if settle_day(at, gateway=gateway) == day]

    def _settled(self, sale: Sale) -> Sale:
        """An order whose time is over is closed as soon as anybody looks."""
        if sale.state == "waiting" and self.now() > sale.expires_at:
            self._add("closed", token=sale.token)
        return sale

    def _number(self, gateway: str) -> str:
        head = f"{self.now():%Y%m%d%H%M%S}"
        return head + "".join(self._random.choices("0123456789", k=TRADE_NO_LENGTHS[gateway] - len(head)))

    def _add(self, kind: str, **line: Any) -> None:
        self._apply(self.book.add(kind=kind, **line))

    def _apply(self, line: dict[str, Any]) -> None:
        """What a line changes; reading the book again ends where writing it did."""
        said = {name: value for name, value in line.items() if name not in {"at", "kind"}}
        if line["kind"] == "order":
            said["expires_at"] = datetime.fromisoformat(said["expires_at"])
            self._sales[said["token"]] = Sale(**said)
            self._tokens[said["gateway"], said["number"]] = said["token"]
            return
        sale = self._sales[said.pop("token")]
        if line["kind"] == "paid":
            sale.state, sale.trade_no = "paid", said["trade_no"]
            sale.paid_at = datetime.fromisoformat(said["moment"])
        elif line["kind"] == "closed":
            sale.state, sale.cause = "closed", said.get("cause", "")
        elif line["kind"] == "refund":
            at = datetime.fromisoformat(said.pop("moment"))
            sale.refunds[said["number"]] = Refund(at=at, **said)
        elif line["kind"] == "notice" and said["is_taken"]:
            sale.taken.add(said["about"])
