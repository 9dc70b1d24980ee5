"""The card service: who holds a card, whether its password is right, how it stands; its page and its faults."""

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from portal.simulators.book import Book, shown
from portal.simulators.knobs import Faulty, FaultyHandler
from portal.simulators.page import Server, page

CHECK, STATE = "/v1/cards/check", "/v1/cards/state"
WINDOW_SECONDS = 300
MOST_WRONG = 10
"""So many wrong passwords in a row lock a card until it is taken to a counter, which the page here stands for."""
SHOWN = 50
TITLE = "模拟医保卡服务·演示"
SEAL = padding.OAEP(mgf=padding.MGF1(SHA256()), algorithm=SHA256(), label=None)
WORDS = {
    "ok": "一致",
    "wrong": "密码不正确",
    "not-yours": "不是本人的卡",
    "locked": "密码已锁定",
    "reset": "窗口重置密码",
}


@dataclass(frozen=True)
class Knobs:
    """What goes wrong on purpose; set by POST /control. `answer` replaces every result, `state` every card's state."""

    latency_ms: int = 0
    fail_rate: float = 0.0
    drop_rate: float = 0.0
    bad_signature: bool = False
    answer: str = ""
    state: str = ""


class Issuer(Faulty[Knobs]):
    """The cards of the named people of the demo, and how often each password was wrong in a row."""

    def __init__(self, folder: Path, *, seed: int | None = None) -> None:
        kept = json.loads((folder / "card.json").read_text(encoding="ascii"))
        super().__init__(Knobs(), seed=seed)
        self.book = Book(folder / "asked.jsonl")
        self._agency = kept["agency"]
        self._key: Any = load_der_private_key(base64.b64decode(kept["key"]), password=None)
        self._hall: Any = load_der_public_key(base64.b64decode(kept["hall"]))
        self._cards = folder / "cards.jsonl"
        self._lock = threading.Lock()
        self._used: dict[str, float] = {}
        self._wrong: dict[str, int] = {}
        for line in self.book.lines:
            self._count(line["card"], result=line["result"])

    def refusal(self, target: str, *, signature: str, body: bytes) -> str:
        """Why a question is not the hall's, or an empty text. A question is answered once."""
        try:
            signed = base64.b64decode(signature, validate=True)
            self._hall.verify(signed, target.encode() + b"\n" + body, padding.PKCS1v15(), SHA256())
            asked = json.loads(body)
            reference, at = str(asked["request_ref"]), int(asked["at"])
        except (InvalidSignature, KeyError, TypeError, ValueError):
            return "wrong-signature"
        if asked.get("agency") != self._agency or abs(time.time() - at) > WINDOW_SECONDS:
            return "stale"
        with self._lock:
            self._used = {known: until for known, until in self._used.items() if until > time.time()}
            if reference in self._used:
                return "used"
            self._used[reference] = time.time() + 2 * WINDOW_SECONDS
        return ""

    def result(self, asked: dict[str, Any], *, needs_password: bool) -> dict[str, Any]:
        """The answer to a question of the hall; a card of somebody else is never tried."""
        found = self._card(str(asked.get("card_number", "")))
        name = digest(str(asked.get("card_number", "")))
        result = "not-yours"
        if found and (found["holder"], found["id_number"]) == (asked.get("holder"), asked.get("id_number")):
            result = self._try(found, asked=asked) if needs_password else "ok"
        result = self.knobs.answer or result
        if needs_password:
            self.book.add(card=name, tail=str(asked.get("card_number", ""))[-4:], result=result)
        said: dict[str, Any] = {"request_ref": asked["request_ref"], "result": result}
        if result == "ok":
            said |= {"state": self.knobs.state or (found or {}).get("state", "normal")}
            said |= {"check_no": "KF" + asked["request_ref"][:12].upper()}
        return said

    def reset(self, tail: str) -> None:
        """What a counter does after seeing card and ID: the wrong tries of the cards with this ending are forgotten."""
        with self._lock:
            names = {line["card"] for line in self.book.lines if line["tail"] == tail}
            for name in names:
                self._wrong.pop(name, None)
        for name in names:
            self.book.add(card=name, tail=tail, result="reset")

    def sign(self, content: bytes) -> str:
        """Our signature, or with the knob one that is wrong."""
        signed: bytes = self._key.sign(content + b"!" * self.knobs.bad_signature, padding.PKCS1v15(), SHA256())
        return base64.b64encode(signed).decode()

    def _try(self, card: dict[str, str], *, asked: dict[str, Any]) -> str:
        name = digest(card["number"])
        try:
            opened: bytes = self._key.decrypt(base64.b64decode(str(asked.get("sealed", ""))), SEAL)
        except ValueError:
            opened = b""
        with self._lock:
            if self._wrong.get(name, 0) >= MOST_WRONG:
                return "locked"
            is_right = opened == f"{asked['request_ref']}:{card['password']}".encode()
            self._count(name, result="ok" if is_right else "wrong")
        return "ok" if is_right else "wrong"

    def _count(self, name: str, *, result: str) -> None:
        if result == "wrong":
            self._wrong[name] = self._wrong.get(name, 0) + 1
        elif result in {"ok", "reset"}:
            self._wrong.pop(name, None)

    def _card(self, number: str) -> dict[str, str] | None:
        """Read afresh: the hall's demo may write the cards after this has started."""
        if not self._cards.exists():
            return None
        lines = map(json.loads, self._cards.read_text(encoding="utf-8").splitlines())
        return next((one for one in lines if one["number"] == number), None)


def digest(number: str) -> str:
    """How the book names a card without its number."""
    return hashlib.sha256(f"card:{number}".encode()).hexdigest()[:24]


class CardHandler(FaultyHandler):
    """The API, the knobs, and a page of what was asked."""

    issuer: Issuer

    def do_GET(self) -> None:
        """What was asked lately, or the knobs as they stand."""
        if self.url == "/":
            self.answer_page(asked_page(self.issuer.book))
        elif self.url == "/control":
            self.answer_json(200, vars(self.issuer.knobs))
        else:
            self.answer_json(404, {"error": "not-found"})

    def do_POST(self) -> None:
        """Answer about a card, forget wrong tries, or turn the knobs."""
        body = self.body()
        if self.url == "/control":
            self.answer_control(self.issuer, body=body)
        elif self.url == "/reset":
            self.issuer.reset(body.decode("ascii", "replace").removeprefix("tail="))
            self.answer(303, b"", kind="text/plain", headers={"Location": "/"})
        elif self.url not in {CHECK, STATE}:
            self.answer_json(404, {"error": "not-found"})
        elif refused := self.issuer.refusal(self.path, signature=self.headers.get("X-Signature", ""), body=body):
            self.answer_json(401, {"error": refused})
        else:
            self._asked(json.loads(body))

    def _asked(self, asked: dict[str, Any]) -> None:
        knobs = self.issuer.knobs
        time.sleep(knobs.latency_ms / 1000)
        if self.issuer.happens(knobs.fail_rate):
            self.answer_json(500, {"error": "simulated-fault"})
        elif self.issuer.happens(knobs.drop_rate):
            self.close_connection = True
        else:
            said = self.issuer.result(asked, needs_password=self.url == CHECK)
            content = json.dumps(said, ensure_ascii=False).encode()
            self.answer(200, content, kind="application/json", headers={"X-Signature": self.issuer.sign(content)})


def asked_page(book: Book) -> str:
    """The newest questions first, with the last four characters of the card only."""
    items = "".join(
        f"<li><article><h2>卡号尾号 {escape(line['tail'])}：{WORDS.get(line['result'], '其他')}</h2>"
        f'<p class="note"><time datetime="{line["at"]}">{shown(line["at"])}</time></p></article></li>'
        for line in reversed(book.lines[-SHOWN:])
    )
    note = (
        f'<p class="note">演示系统的医保卡服务，不连接真实的发卡系统。密码连续输错{MOST_WRONG}次锁定；密码不记录。</p>'
    )
    reset = (
        '<form method="post" action="/reset"><div><label for="tail">在窗口重置密码的输错次数：卡号后四位</label>'
        '<input id="tail" name="tail" maxlength="4" autocomplete="off"></div><button>重置</button></form>'
    )
    return page(title=TITLE, main=note + reset + (f"<ol>{items}</ol>" if items else "<p>还没有核对。</p>"))


def serve(*, port: int, issuer: Issuer) -> Server:
    """A server bound to the port on loopback, ready for serve_forever()."""
    return Server(("127.0.0.1", port), type("BoundHandler", (CardHandler,), {"issuer": issuer}))
