"""Notices on their way: sent by a thread, again by the platform's schedule, with the faults that are switched on."""

import heapq
import itertools
import threading
import time
from collections.abc import Mapping
from typing import Protocol

import httpx

from portal.simulators.cashier.exchange import Asked, Back, Letter, Reply
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.till import Sale, Till

TIMEOUT_SECONDS = 5.0


class Platform(Protocol):
    """One of the three protocols."""

    code: str
    name: str
    waits: tuple[int, ...]

    def answer(self, asked: Asked, *, knobs: Knobs) -> Reply:
        """One request of the merchant or of the payer's browser."""

    def notice(self, sale: Sale, *, about: str, knobs: Knobs) -> Letter:
        """The notice of the payment, or of the refund with the number `about`, signed now."""

    def back(self, sale: Sale) -> Back:
        """How the payer goes back; no address when only the phone was here."""

    def is_taken(self, status: int, body: bytes) -> bool:
        """Whether this answer ends the tries."""


class Notifier(threading.Thread):
    """Sends what is due, each notice in a thread of its own, so that one slow merchant address holds up no other."""

    def __init__(self, *, till: Till, platforms: Mapping[str, Platform]) -> None:
        super().__init__(daemon=True)
        self.knobs = Knobs()
        self._till, self._platforms = till, platforms
        self._due: list[tuple[float, int, Sale, str, int]] = []
        self._held: list[tuple[Sale, str]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)

    def resume(self) -> None:
        """Take up what an earlier process has left."""
        for sale, about, attempt in self._till.untold():
            self._put(sale, about=about, attempt=attempt, wait=0.0)

    def tell(self, sale: Sale, *, about: str = "") -> None:
        """Send the notice of a payment or of a refund as the knobs stand now."""
        knobs = self.knobs
        if knobs.no_notice:
            return
        if knobs.out_of_order and not about:
            self._held.append((sale, about))
            return
        for _ in range(2 if knobs.twice_at_once else 1):
            self._put(sale, about=about, attempt=0, wait=knobs.late_seconds)

    def again(self, sale: Sale) -> None:
        """Send every notice of a sale now, whatever the knobs and earlier answers say."""
        for about in ([""] if sale.paid_at else []) + list(sale.refunds):
            self._put(sale, about=about, attempt=0, wait=0.0)

    def run(self) -> None:
        """Until the process ends."""
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, sale, about, attempt = heapq.heappop(self._due)
            threading.Thread(target=self._send, args=(sale, about, attempt), daemon=True).start()

    def _put(self, sale: Sale, *, about: str, attempt: int, wait: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + wait, next(self._count), sale, about, attempt))
            self._changed.notify()

    def _send(self, sale: Sale, about: str, attempt: int) -> None:
        platform = self._platforms[sale.gateway]
        letter = platform.notice(sale, about=about, knobs=self.knobs)
        is_taken, answer = False, ""
        if letter.url:
            try:
                response = self._client.post(letter.url, content=letter.body, headers=dict(letter.headers))
                answer = str(response.status_code)
                is_taken = platform.is_taken(response.status_code, response.content)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                answer = type(error).__name__
        self._till.told(sale, about=about, attempt=attempt + 1, answer=answer, is_taken=is_taken)
        if not is_taken and attempt < len(platform.waits) and about not in sale.taken:
            self._put(sale, about=about, attempt=attempt + 1, wait=platform.waits[attempt] * self.knobs.time_scale)
        if about:
            self._release(sale)

    def _release(self, sale: Sale) -> None:
        """A refund was told: now the payment that was held back."""
        mine = [held for held in self._held if held[0] is sale]
        self._held = [held for held in self._held if held[0] is not sale]
        for held, about in mine:
            self._put(held, about=about, attempt=0, wait=0.0)
