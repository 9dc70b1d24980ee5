"""The simulated phone and mailbox keep the contract that the channels rely on."""

import hashlib
import hmac
import json
import smtplib
import socket
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from portal.simulators import mailbox, phone
from portal.simulators.book import Book
from portal.simulators.page import Server

SECRET = "a-secret-of-the-test"
FOLDER = Path(phone.__file__).parent


@contextmanager
def serving(server: Server) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "phone" / "messages.jsonl")


@pytest.fixture
def url(book: Book) -> Iterator[str]:
    platform = phone.Platform(book=book, key_id="hall", secret=SECRET, seed=1)
    with serving(phone.serve(port=0, platform=platform)) as address:
        yield address


def call(
    url: str, *, path: str, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    answer = httpx.request(method, url + path, content=body, headers=headers, timeout=5)
    return answer.status_code, answer.text


def signed(*, method: str, path: str, body: bytes, **other: str) -> dict[str, str]:
    stamp, nonce = other.get("stamp", str(int(time.time()))), other.get("nonce", uuid.uuid4().hex)
    text = "\n".join([method, path, stamp, nonce, hashlib.sha256(body).hexdigest()])
    signature = hmac.new(other.get("secret", SECRET).encode(), text.encode(), hashlib.sha256).hexdigest()
    key_id = other.get("key_id", "hall")
    return {"X-Key-Id": key_id, "X-Timestamp": stamp, "X-Nonce": nonce, "X-Signature": signature}


def send(url: str, *, client_ref: str = "r1", number: str = "13800000001", text: str = "您好", **other: str) -> Any:
    body = json.dumps({"client_ref": client_ref, "phone": number, "text": text}).encode()
    headers = signed(method="POST", path="/v1/messages", body=body, **other)
    return call(url, path="/v1/messages", method="POST", body=body, headers=headers)


def ask(url: str, client_ref: str) -> Any:
    path = "/v1/messages?" + urllib.parse.urlencode({"client_ref": client_ref})
    return call(url, path=path, headers=signed(method="GET", path=path, body=b""))


def turn(url: str, **knobs: Any) -> int:
    return call(url, path="/control", method="POST", body=json.dumps(knobs).encode())[0]


def test_accepts_a_signed_message_and_writes_it_down(url: str, book: Book) -> None:
    status, answer = send(url)

    assert status == 200
    line = json.loads(book.path.read_text(encoding="utf-8"))
    assert (line["kind"], line["client_ref"], line["phone"], line["text"]) == ("message", "r1", "13800000001", "您好")
    assert json.loads(answer) == {"id": line["id"], "duplicate": False}


def test_answers_the_same_id_to_a_repeated_reference_and_notes_it(url: str, book: Book) -> None:
    first, second = json.loads(send(url)[1]), json.loads(send(url)[1])

    assert second == {"id": first["id"], "duplicate": True}
    assert [line["kind"] for line in book.lines] == ["message", "duplicate"]


def test_knows_its_messages_again_after_a_restart(book: Book, url: str) -> None:
    first = json.loads(send(url)[1])
    with book.path.open("a", encoding="utf-8") as file:
        file.write('{"kind": "mess')

    again = phone.Platform(book=Book(book.path), key_id="hall", secret=SECRET)

    assert again.accept(client_ref="r1", phone="13800000001", text="您好") == (first["id"], True)
    assert len(Book(book.path).lines) == 2


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"secret": "another"}, "wrong-signature"),
        ({"key_id": "another"}, "unknown-key"),
        ({"nonce": ""}, "unknown-key"),
        ({"stamp": str(int(time.time()) - 400)}, "stale-timestamp"),
        ({"stamp": "yesterday"}, "stale-timestamp"),
    ],
)
def test_refuses_a_message_that_is_not_signed_rightly(url: str, book: Book, other: dict[str, str], error: str) -> None:
    status, answer = send(url, **other)

    assert (status, json.loads(answer)) == (401, {"error": error})
    assert book.lines == []


def test_refuses_a_replayed_request(url: str) -> None:
    assert send(url, nonce="once")[0] == 200

    status, answer = send(url, nonce="once")

    assert (status, json.loads(answer)) == (401, {"error": "used-nonce"})


def test_tells_what_became_of_a_reference(url: str) -> None:
    number = json.loads(send(url)[1])["id"]

    assert ask(url, "r2")[0] == 404
    assert json.loads(ask(url, "r1")[1]) == {"id": number, "client_ref": "r1", "state": "accepted"}


@pytest.mark.parametrize(("knobs", "status"), [({"fail_rate": 1}, 500), ({"reject": ["13800000001"]}, 422)])
def test_fails_as_the_knobs_say_and_accepts_nothing(url: str, book: Book, knobs: dict[str, Any], status: int) -> None:
    assert turn(url, **knobs) == 200

    assert send(url)[0] == status
    assert book.lines == []


def test_says_when_to_come_back(url: str) -> None:
    turn(url, retry_after=7)

    body = json.dumps({"client_ref": "r1", "phone": "13800000001", "text": "您好"}).encode()
    headers = signed(method="POST", path="/v1/messages", body=body)
    answer = httpx.post(url + "/v1/messages", content=body, headers=headers, timeout=5)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_drops_the_line_after_accepting(url: str, book: Book) -> None:
    turn(url, drop_after_accept=1)

    with pytest.raises(httpx.RemoteProtocolError):
        send(url)

    assert [line["client_ref"] for line in book.lines] == ["r1"]
    assert ask(url, "r1")[0] == 200


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"volume": 11}', b'{"latency_ms": "much"}'])
def test_refuses_knobs_it_does_not_have(url: str, body: bytes) -> None:
    assert call(url, path="/control", method="POST", body=body)[0] == 400


@pytest.mark.parametrize("body", [b"{}", b"[]", b"{", b'{"client_ref": 1, "phone": "1", "text": "x"}'])
def test_refuses_a_message_without_its_three_texts(url: str, body: bytes) -> None:
    headers = signed(method="POST", path="/v1/messages", body=body)

    assert call(url, path="/v1/messages", method="POST", body=body, headers=headers)[0] == 400


def test_shows_the_newest_messages_first_and_escapes_them(url: str) -> None:
    send(url, client_ref="r1", text="第一条<script>")
    send(url, client_ref="r2", number="13900000002", text="第二条")

    everything, one = call(url, path="/")[1], call(url, path="/?phone=139")[1]

    assert everything.index("第二条") < everything.index("第一条&lt;script&gt;")
    assert "模拟手机·演示" in everything
    assert 'lang="zh-CN"' in everything
    assert "第一条" not in one


def test_stops_refreshing_when_asked(url: str) -> None:
    on, off = httpx.get(url + "/", timeout=5), httpx.get(url + "/?refresh=off", timeout=5)

    assert (on.headers.get("Refresh"), off.headers.get("Refresh")) == ("5", None)


def test_takes_a_mail_and_shows_it(tmp_path: Path) -> None:
    book = Book(tmp_path / "mails.jsonl")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox.Inbox(book), hostname="127.0.0.1", port=port)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "停缴结果", "hall@example.invalid", "wang@example.invalid"
    mail["Message-ID"] = "<one@example.invalid>"
    mail.set_content("您的申请已审核通过。<b>")
    controller.start()
    try:
        for _ in range(2):
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
                client.send_message(mail)
    finally:
        controller.stop()

    with serving(mailbox.serve(port=0, book=Book(book.path))) as url:
        shown, other = call(url, path="/")[1], call(url, path="/?to=somebody")[1]

    assert [line["kind"] for line in book.lines] == ["mail", "duplicate"]
    assert "停缴结果" in shown
    assert shown.count("您的申请已审核通过。&lt;b&gt;") == 1
    assert "还没有邮件" in other


def test_imports_nothing_of_the_hall() -> None:
    for path in FOLDER.glob("*.py"):
        names = [line.split()[1] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("from ")]
        ours = [name for name in names if name.split(".")[0] in {"portal", "insured", "payments", "suspension"}]

        assert [name for name in ours if not name.startswith("portal.simulators")] == [], path.name
