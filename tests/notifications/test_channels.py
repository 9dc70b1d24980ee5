"""Every answer of a provider, and every silence, becomes one of four outcomes."""

import json
import smtplib
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django.fixtures import Settings

from portal.notifications.channels import email, sms
from portal.notifications.channels.base import Kind, Outcome, Outgoing
from portal.simulators import phone
from portal.simulators.book import Book
from portal.simulators.mailbox import Inbox

OUTGOING = Outgoing(key="stop:7:3:sms", address="13800138000", title="停缴申请已撤销", text="【示例市医保】您好&<b>")
MAIL = Outgoing(key="stop:7:3:email:r1", address="su@example.com", title="停缴申请已撤销", text="您好")


def platform(answer: Callable[[httpx.Request], httpx.Response]) -> sms.SmsChannel:
    """The channel over a transport that answers by itself."""
    client = httpx.Client(base_url="http://sms.invalid", transport=httpx.MockTransport(answer), timeout=sms.TIMEOUT)
    return sms.SmsChannel(client)


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "retry_after"),
    [
        (200, {"id": "a1"}, {}, Kind.ACCEPTED, None),
        (202, {"id": "a1"}, {}, Kind.ACCEPTED, None),
        (200, {}, {}, Kind.UNKNOWN, None),
        (200, ["odd"], {}, Kind.UNKNOWN, None),
        (422, {"code": "rejected-number"}, {}, Kind.PERMANENT, None),
        (400, {"error": "bad-text"}, {}, Kind.PERMANENT, None),
        (400, {}, {}, Kind.TEMPORARY, None),
        (401, {"error": "wrong-signature"}, {}, Kind.TEMPORARY, None),
        (403, {"code": "ip-refused"}, {}, Kind.TEMPORARY, None),
        (404, {"error": "not-found"}, {}, Kind.TEMPORARY, None),
        (408, {"code": "slow"}, {}, Kind.TEMPORARY, None),
        (425, {"code": "early"}, {}, Kind.TEMPORARY, None),
        (429, {"code": "too-many"}, {"Retry-After": "7"}, Kind.TEMPORARY, 7),
        (429, {"code": "too-many"}, {"Retry-After": "soon"}, Kind.TEMPORARY, None),
        (429, {"code": "too-many"}, {"Retry-After": "999999"}, Kind.TEMPORARY, 3600),
        (503, {}, {"Retry-After": "9"}, Kind.TEMPORARY, 9),
        (500, {}, {"Retry-After": "9"}, Kind.TEMPORARY, None),
        (502, {}, {}, Kind.UNKNOWN, None),
        (504, {}, {}, Kind.UNKNOWN, None),
        (302, {}, {"Location": "http://elsewhere.invalid/"}, Kind.TEMPORARY, None),
    ],
)
def test_reads_every_answer_of_the_sms_platform(
    status: int, body: object, headers: dict[str, str], kind: Kind, retry_after: float | None
) -> None:
    outcome = platform(lambda _: httpx.Response(status, json=body, headers=headers)).send(OUTGOING)

    assert (outcome.kind, outcome.retry_after) == (kind, retry_after)
    assert outcome.ref == ("a1" if kind == Kind.ACCEPTED else "")
    assert "13800138000" not in outcome.detail


def test_reads_a_retry_after_that_is_a_date() -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    outcome = platform(lambda _: httpx.Response(503, headers={"Retry-After": at})).send(OUTGOING)

    assert outcome.retry_after == pytest.approx(90, abs=3)


@pytest.mark.parametrize(
    ("error", "sent", "asked"),
    [
        (httpx.ConnectError("refused"), Kind.TEMPORARY, Kind.UNKNOWN),
        (httpx.ConnectTimeout("slow"), Kind.TEMPORARY, Kind.UNKNOWN),
        (httpx.ReadTimeout("slow"), Kind.UNKNOWN, Kind.UNKNOWN),
        (httpx.RemoteProtocolError("hung up"), Kind.UNKNOWN, Kind.UNKNOWN),
        (httpx.WriteError("broken pipe"), Kind.UNKNOWN, Kind.UNKNOWN),
    ],
)
def test_knows_when_an_sms_may_have_been_sent(error: Exception, sent: Kind, asked: Kind) -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise error

    channel = platform(silent)

    assert channel.send(OUTGOING).kind == sent
    assert channel.query(OUTGOING.key) == Outcome(asked, detail=f"query: {type(error).__name__}")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"id": "a1"}, Outcome(Kind.ACCEPTED, ref="a1")),
        (404, {"error": "unknown-client-ref"}, None),
        (500, {}, Outcome(Kind.UNKNOWN, detail="query: HTTP 500")),
        (429, {"code": "x"}, Outcome(Kind.UNKNOWN, detail="query: HTTP 429 x")),
    ],
)
def test_asks_the_platform_by_our_key(status: int, body: object, expected: Outcome | None) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status, json=body)

    assert platform(answer).query("stop:7:3:sms") == expected
    assert asked == ["http://sms.invalid/v1/messages?client_ref=stop%3A7%3A3%3Asms"]


@pytest.fixture
def simulator(tmp_path: Path, settings: Settings) -> Iterator[phone.Platform]:
    """The simulated platform on a free port, as ./run starts it."""
    settings.SMS_KEY_ID, settings.SMS_SECRET = "hall", "a-secret-of-this-test"
    found = phone.Platform(book=Book(tmp_path / "phone.jsonl"), key_id="hall", secret="a-secret-of-this-test", seed=1)
    server = phone.serve(port=0, platform=found)
    settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def test_the_simulated_platform_accepts_our_signature_and_knows_the_message_afterwards(
    simulator: phone.Platform,
) -> None:
    with sms.opened() as channel:
        before = channel.query(OUTGOING.key)
        first = channel.send(OUTGOING)
        second = channel.send(OUTGOING)
        after = channel.query(OUTGOING.key)

    assert before is None
    assert first.kind == Kind.ACCEPTED
    assert first.ref == second.ref != ""
    assert after == Outcome(Kind.ACCEPTED, ref=first.ref)
    assert [line["kind"] for line in simulator.book.lines] == ["message", "duplicate"]
    assert simulator.book.lines[0]["text"] == OUTGOING.text


@pytest.mark.parametrize(
    ("knobs", "kind", "is_taken"),
    [
        ({"reject": ["13800138000"]}, Kind.PERMANENT, False),
        ({"fail_rate": 1.0}, Kind.TEMPORARY, False),
        ({"retry_after": 5}, Kind.TEMPORARY, False),
        ({"drop_after_accept": 1.0}, Kind.UNKNOWN, True),
    ],
)
def test_agrees_with_every_fault_of_the_simulated_platform(
    simulator: phone.Platform, knobs: dict[str, object], kind: Kind, is_taken: bool
) -> None:
    simulator.turn(knobs)

    with sms.opened() as channel:
        outcome = channel.send(OUTGOING)
        known = channel.query(OUTGOING.key)

    assert outcome.kind == kind
    assert (known is not None) == is_taken


def test_a_wrong_secret_is_our_fault_and_gives_up_no_message(simulator: phone.Platform, settings: Settings) -> None:
    settings.SMS_SECRET = "another"

    with sms.opened() as channel:
        outcome = channel.send(OUTGOING)

    assert outcome == Outcome(Kind.TEMPORARY, detail="HTTP 401 wrong-signature")
    assert simulator.book.lines == []


def test_every_call_is_signed_anew(settings: Settings) -> None:
    settings.SMS_SECRET = "s"
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "a1"})

    channel = platform(answer)
    channel.send(OUTGOING)
    channel.send(OUTGOING)

    assert seen[0].headers["X-Nonce"] != seen[1].headers["X-Nonce"]
    assert seen[0].headers["X-Signature"] != seen[1].headers["X-Signature"]
    assert json.loads(seen[0].content) == {"client_ref": OUTGOING.key, "phone": OUTGOING.address, "text": OUTGOING.text}
    assert sms.signature("GET", target="/v1/messages?client_ref=a", stamp="1", nonce="n", body=b"") == (
        "3b4f243e6f5b489f7bd8f2c82c2603cb52a342bf0fbfc9988a97bdf6210c5cd4"
    )


def test_a_mail_carries_an_id_made_from_the_key() -> None:
    with email.opened() as channel:
        outcome = channel.send(MAIL)
        known = channel.query(MAIL.key)

    assert outcome == Outcome(Kind.ACCEPTED, ref="<stop.7.3.email.r1@example.invalid>")
    assert known is None
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.to) == (MAIL.title, MAIL.text, [MAIL.address])
    assert sent.extra_headers["Message-ID"] == outcome.ref


class Failing(BaseEmailBackend):
    """A mail server that fails at one step."""

    at_open: Exception | None = None
    at_send: Exception | None = None
    at_close: Exception | None = None

    def open(self) -> bool:
        if self.at_open:
            raise self.at_open
        return True

    def send_messages(self, *_: object) -> int:
        if self.at_send:
            raise self.at_send
        return 1

    def close(self) -> None:
        if self.at_close:
            raise self.at_close


@pytest.mark.parametrize(
    ("step", "error", "kind"),
    [
        ("at_open", ConnectionRefusedError(), Kind.TEMPORARY),
        ("at_open", TimeoutError(), Kind.TEMPORARY),
        ("at_open", smtplib.SMTPAuthenticationError(535, b"no"), Kind.TEMPORARY),
        ("at_open", smtplib.SMTPConnectError(421, b"busy"), Kind.TEMPORARY),
        ("at_send", smtplib.SMTPRecipientsRefused({"su@example.com": (550, b"unknown user")}), Kind.PERMANENT),
        ("at_send", smtplib.SMTPRecipientsRefused({"su@example.com": (451, b"greylisted")}), Kind.TEMPORARY),
        ("at_send", smtplib.SMTPDataError(554, b"spam"), Kind.PERMANENT),
        ("at_send", smtplib.SMTPDataError(452, b"full"), Kind.TEMPORARY),
        ("at_send", smtplib.SMTPSenderRefused(550, b"no", "hall@example.invalid"), Kind.TEMPORARY),
        ("at_send", smtplib.SMTPServerDisconnected("gone"), Kind.UNKNOWN),
        ("at_send", TimeoutError(), Kind.UNKNOWN),
        ("at_send", ValueError("Invalid address; su@example.com"), Kind.PERMANENT),
        ("at_close", smtplib.SMTPServerDisconnected("gone"), Kind.ACCEPTED),
    ],
)
def test_reads_every_failure_of_the_mail_server(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, step: str, error: Exception, kind: Kind
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    monkeypatch.setattr(Failing, step, error)

    with email.opened() as channel:
        outcome = channel.send(MAIL)

    assert outcome.kind == kind
    assert "su@example.com" not in outcome.detail


def test_the_simulated_mailbox_gets_the_mail_and_sees_that_a_second_one_is_the_same(
    tmp_path: Path, settings: Settings
) -> None:
    book = Book(tmp_path / "mails.jsonl")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Inbox(book), hostname="127.0.0.1", port=port, ready_timeout=20)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    with email.opened() as channel:
        outcomes = [channel.send(MAIL), channel.send(MAIL)]
    server.stop()

    assert [outcome.kind for outcome in outcomes] == [Kind.ACCEPTED, Kind.ACCEPTED]
    assert [line["kind"] for line in book.lines] == ["mail", "duplicate"]
    assert book.lines[0]["message_id"] == outcomes[0].ref
    assert (book.lines[0]["subject"], book.lines[0]["to"]) == (MAIL.title, [MAIL.address])
    assert book.lines[0]["text"].strip() == MAIL.text
