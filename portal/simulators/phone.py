"""A simulated SMS platform with a phone to read on: `python -m portal.simulators.phone --port 8001 --book FILE`."""

import argparse
import hashlib
import hmac
import json
import os
import threading
import time
import uuid
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from portal.simulators.book import Book, shown
from portal.simulators.knobs import Faulty, FaultyHandler
from portal.simulators.page import Server, filter_form, page

WINDOW_SECONDS = 300
SHOWN = 50
TITLE = "模拟手机·演示"


@dataclass(frozen=True)
class Knobs:
    """What goes wrong on purpose; set by POST /control."""

    latency_ms: int = 0
    fail_rate: float = 0.0
    drop_after_accept: float = 0.0
    reject: list[str] = field(default_factory=list)
    retry_after: int = 0


class Platform(Faulty[Knobs]):
    """What the platform knows: its key, its book and its knobs."""

    def __init__(self, *, book: Book, key_id: str, secret: str, seed: int | None = None) -> None:
        self.book = book
        super().__init__(Knobs(), seed=seed)
        self._key_id, self._secret = key_id, secret.encode()
        self._lock = threading.Lock()
        self._nonces: dict[str, float] = {}
        self._by_ref = {line["client_ref"]: line for line in book.lines if line.get("kind") == "message"}

    def refusal(self, *, method: str, target: str, headers: Any, body: bytes) -> str:
        """Why a request's signature is not accepted, or an empty text."""
        stamp, nonce = headers.get("X-Timestamp", ""), headers.get("X-Nonce", "")
        if headers.get("X-Key-Id", "") != self._key_id or not nonce:
            return "unknown-key"
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > WINDOW_SECONDS:
            return "stale-timestamp"
        digest = hashlib.sha256(body).hexdigest()
        signed = [method, target, stamp, nonce, digest]
        right = hmac.new(self._secret, "\n".join(signed).encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), headers.get("X-Signature", "").encode()):
            return "wrong-signature"
        with self._lock:
            while self._nonces and next(iter(self._nonces.values())) < time.time():
                del self._nonces[next(iter(self._nonces))]
            if nonce in self._nonces:
                return "used-nonce"
            self._nonces[nonce] = time.time() + 2 * WINDOW_SECONDS
        return ""

    def accept(self, *, client_ref: str, phone: str, text: str) -> tuple[str, bool]:
        """Take a message; the same client_ref gets the id of the first one and is noted as a duplicate."""
        with self._lock:
            known = self._by_ref.get(client_ref)
            if known:
                self.book.add(kind="duplicate", id=known["id"], client_ref=client_ref, phone=phone, text=text)
                return known["id"], True
            line = self.book.add(kind="message", id=uuid.uuid4().hex, client_ref=client_ref, phone=phone, text=text)
            self._by_ref[client_ref] = line
            return line["id"], False

    def find(self, client_ref: str) -> dict[str, Any] | None:
        """The accepted message with this reference."""
        return self._by_ref.get(client_ref)


class PhoneHandler(FaultyHandler):
    """The platform's API, its knobs and the phone's page."""

    platform: Platform

    def do_GET(self) -> None:
        """The phone, the knobs as they stand, or the fate of one message."""
        if self.url == "/":
            self.answer_page(phone_page(self.platform.book, phone=self.query("phone"), refresh=self.query("refresh")))
        elif self.url == "/control":
            self.answer_json(200, vars(self.platform.knobs))
        elif self.url != "/v1/messages":
            self.answer_json(404, {"error": "not-found"})
        elif refused := self.platform.refusal(method="GET", target=self.path, headers=self.headers, body=b""):
            self.answer_json(401, {"error": refused})
        elif line := self.platform.find(self.query("client_ref")):
            self.answer_json(200, {"id": line["id"], "client_ref": line["client_ref"], "state": "accepted"})
        else:
            self.answer_json(404, {"error": "unknown-client-ref"})

    def do_POST(self) -> None:
        """Take a message or turn the knobs."""
        body = self.body()
        if self.url == "/control":
            self.answer_control(self.platform, body=body)
        elif self.url != "/v1/messages":
            self.answer_json(404, {"error": "not-found"})
        elif refused := self.platform.refusal(method="POST", target=self.path, headers=self.headers, body=body):
            self.answer_json(401, {"error": refused})
        else:
            self._message(body)

    def _message(self, body: bytes) -> None:
        knobs = self.platform.knobs
        time.sleep(knobs.latency_ms / 1000)
        wanted = _message_fields(body)
        if wanted is None:
            self.answer_json(400, {"error": "client_ref, phone and text are needed"})
        elif knobs.retry_after:
            self.answer_json(429, {"error": "too-many"}, Retry_After=str(knobs.retry_after))
        elif self.platform.happens(knobs.fail_rate):
            self.answer_json(500, {"error": "simulated-fault"})
        elif wanted["phone"] in knobs.reject:
            self.answer_json(422, {"error": "rejected-number"})
        else:
            number, is_duplicate = self.platform.accept(**wanted)
            if self.platform.happens(knobs.drop_after_accept):
                self.close_connection = True
            else:
                self.answer_json(200, {"id": number, "duplicate": is_duplicate})


def _message_fields(body: bytes) -> dict[str, str] | None:
    try:
        wanted = json.loads(body)
        found = {name: wanted[name] for name in ("client_ref", "phone", "text")}
    except (KeyError, TypeError, ValueError):
        return None
    return found if all(isinstance(value, str) and value for value in found.values()) else None


def phone_page(book: Book, *, phone: str, refresh: str) -> str:
    """The phone's screen: the newest messages first."""
    lines = [line for line in reversed(book.lines) if line.get("kind") == "message"]
    lines = [line for line in lines if phone in line["phone"]][:SHOWN]
    items = "".join(
        f'<li><article><h2>{escape(line["phone"])}</h2><p class="body">{escape(line["text"])}</p>'
        f'<p class="note"><time datetime="{line["at"]}">{shown(line["at"])}</time></p></article></li>'
        for line in lines
    )
    form = filter_form(name="phone", label="手机号码", value=phone, is_refreshing=refresh != "off")
    note = '<p class="note">这里显示演示系统发出的短信，不会发送到真实手机。</p>'
    return page(title=TITLE, main=form + note + (f"<ol>{items}</ol>" if items else "<p>还没有短信。</p>"))


def serve(*, port: int, platform: Platform) -> Server:
    """A server bound to the port on loopback, ready for serve_forever()."""
    return Server(("127.0.0.1", port), type("BoundHandler", (PhoneHandler,), {"platform": platform}))


def main() -> None:
    """Run until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--book", type=Path, default=Path("var/phone/messages.jsonl"))
    parser.add_argument("--seed", type=int, help="makes the faults repeatable")
    given = parser.parse_args()
    key_id, secret = os.environ.get("SMS_KEY_ID", "hall"), os.environ.get("SMS_SECRET", "demo-sms-secret")
    platform = Platform(book=Book(given.book), key_id=key_id, secret=secret, seed=given.seed)
    serve(port=given.port, platform=platform).serve_forever()


if __name__ == "__main__":
    main()
