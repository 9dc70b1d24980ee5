"""A simulated population register: `python -m portal.simulators.identity --port 8004 --book FILE --people FILE`."""

import argparse
import hashlib
import hmac
import json
import os
import re
import threading
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from portal.simulators.book import Book, shown
from portal.simulators.knobs import Faulty, FaultyHandler
from portal.simulators.page import Server, page

WINDOW_SECONDS = 300
SHOWN = 50
TITLE = "模拟实名核验·演示"
OURS = "1199"
"""The first four digits of every invented ID: no real place has them."""
PLAUSIBLE_NAME = re.compile(r"[\u4e00-\u9fff](?:[\u4e00-\u9fff]|·(?!$)){1,19}")
WORDS = {"match": "一致", "mismatch": "不一致", "unknown": "库中无此号"}


@dataclass(frozen=True)
class Knobs:
    """What goes wrong on purpose; set by POST /control. `answer` replaces every verdict."""

    latency_ms: int = 0
    fail_rate: float = 0.0
    drop_rate: float = 0.0
    answer: str = ""


class Register(Faulty[Knobs]):
    """The named people of the demo, and everybody else whose ID is an invented one."""

    def __init__(self, *, book: Book, people: Path, key_id: str, secret: str, seed: int | None = None) -> None:
        self.book = book
        super().__init__(Knobs(), seed=seed)
        self._people = people
        self._key_id, self._secret = key_id, secret.encode()
        self._lock = threading.Lock()
        self._nonces: dict[str, float] = {}

    def refusal(self, *, target: str, headers: Any, body: bytes) -> str:
        """Why a request's signature is not accepted, or an empty text."""
        stamp, nonce = headers.get("X-Timestamp", ""), headers.get("X-Nonce", "")
        if headers.get("X-Key-Id", "") != self._key_id or not nonce:
            return "unknown-key"
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > WINDOW_SECONDS:
            return "stale-timestamp"
        signed = "\n".join(["POST", target, stamp, nonce, hashlib.sha256(body).hexdigest()])
        right = hmac.new(self._secret, signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), headers.get("X-Signature", "").encode()):
            return "wrong-signature"
        with self._lock:
            self._nonces = {known: until for known, until in self._nonces.items() if until > time.time()}
            if nonce in self._nonces:
                return "used-nonce"
            self._nonces[nonce] = time.time() + 2 * WINDOW_SECONDS
        return ""

    def verdict(self, *, name: str, id_number: str) -> str:
        """A named person's own name or not; else any plausible name for an invented ID, and no other ID is known."""
        if self.knobs.answer:
            return self.knobs.answer
        named = self._named().get(id_number)
        if named is not None:
            return "match" if named == name else "mismatch"
        if not id_number.startswith(OURS):
            return "unknown"
        return "match" if PLAUSIBLE_NAME.fullmatch(name) else "mismatch"

    def _named(self) -> dict[str, str]:
        """The seeded people, read afresh: the hall may write them after this has started."""
        if not self._people.exists():
            return {}
        lines = self._people.read_text(encoding="utf-8").splitlines()
        return {one["id_number"]: one["name"] for one in map(json.loads, lines)}


class RegisterHandler(FaultyHandler):
    """The register's API, its knobs and a page of what was asked."""

    register: Register

    def do_GET(self) -> None:
        """What was asked lately, or the knobs as they stand."""
        if self.url == "/":
            self.answer_page(asked_page(self.register.book))
        elif self.url == "/control":
            self.answer_json(200, vars(self.register.knobs))
        else:
            self.answer_json(404, {"error": "not-found"})

    def do_POST(self) -> None:
        """Compare a name with an ID, or turn the knobs."""
        body = self.body()
        if self.url == "/control":
            self.answer_control(self.register, body=body)
        elif self.url != "/v1/checks":
            self.answer_json(404, {"error": "not-found"})
        elif refused := self.register.refusal(target=self.path, headers=self.headers, body=body):
            self.answer_json(401, {"error": refused})
        else:
            self._check(body)

    def _check(self, body: bytes) -> None:
        knobs = self.register.knobs
        time.sleep(knobs.latency_ms / 1000)
        wanted = _fields(body)
        if wanted is None:
            self.answer_json(400, {"error": "request_ref, name and id_number are needed"})
        elif self.register.happens(knobs.fail_rate):
            self.answer_json(500, {"error": "simulated-fault"})
        elif self.register.happens(knobs.drop_rate):
            self.close_connection = True
        else:
            verdict = self.register.verdict(name=wanted["name"], id_number=wanted["id_number"])
            tail = wanted["id_number"][-4:]
            self.register.book.add(request_ref=wanted["request_ref"], tail=tail, verdict=verdict)
            self.answer_json(200, {"request_ref": wanted["request_ref"], "verdict": verdict})


def _fields(body: bytes) -> dict[str, str] | None:
    try:
        wanted = json.loads(body)
        found = {name: wanted[name] for name in ("request_ref", "name", "id_number")}
    except (KeyError, TypeError, ValueError):
        return None
    return found if all(isinstance(value, str) and value for value in found.values()) else None


def asked_page(book: Book) -> str:
    """The newest questions first, with the last four characters of the ID only."""
    items = "".join(
        f"<li><article><h2>证件尾号 {escape(line['tail'])}：{WORDS.get(line['verdict'], '其他')}</h2>"
        f'<p class="note"><time datetime="{line["at"]}">{shown(line["at"])}</time></p></article></li>'
        for line in reversed(book.lines[-SHOWN:])
    )
    note = '<p class="note">演示系统的姓名和身份证号核验，不连接公安机关的人口库；1199开头的身份证号都是虚构的。</p>'
    return page(title=TITLE, main=note + (f"<ol>{items}</ol>" if items else "<p>还没有核验。</p>"))


def serve(*, port: int, register: Register) -> Server:
    """A server bound to the port on loopback, ready for serve_forever()."""
    return Server(("127.0.0.1", port), type("BoundHandler", (RegisterHandler,), {"register": register}))


def main() -> None:
    """Run until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8004)
    parser.add_argument("--book", type=Path, default=Path("var/identity/checks.jsonl"))
    parser.add_argument("--people", type=Path, default=Path("var/identity/people.jsonl"))
    parser.add_argument("--seed", type=int, help="makes the faults repeatable")
    given = parser.parse_args()
    key_id = os.environ.get("IDENTITY_KEY_ID", "hall")
    secret = os.environ.get("IDENTITY_SECRET", "demo-identity-secret")
    register = Register(book=Book(given.book), people=given.people, key_id=key_id, secret=secret, seed=given.seed)
    serve(port=given.port, register=register).serve_forever()


if __name__ == "__main__":
    main()
