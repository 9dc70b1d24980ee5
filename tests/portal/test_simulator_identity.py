"""The simulated register keeps the contract that the gateway relies on."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django import Settings

from portal.accounts.gateways import identity as gateway
from portal.accounts.gateways.identity import Verdict
from portal.simulators import identity
from portal.simulators.book import Book

SECRET = "a-secret-of-the-test"
NAMED = {"id_number": "119901197908250159", "name": "程予安"}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "identity" / "checks.jsonl")


@pytest.fixture
def url(book: Book, tmp_path: Path, settings: Settings) -> Iterator[str]:
    people = tmp_path / "identity" / "people.jsonl"
    people.write_text(json.dumps(NAMED, ensure_ascii=False) + "\n", encoding="utf-8")
    register = identity.Register(book=book, people=people, key_id="hall", secret=SECRET, seed=1)
    server = identity.serve(port=0, register=register)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    settings.IDENTITY_URL, settings.IDENTITY_KEY_ID, settings.IDENTITY_SECRET = address, "hall", SECRET
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def turn(url: str, **knobs: object) -> int:
    return httpx.post(f"{url}/control", json=knobs, timeout=5).status_code


@pytest.mark.parametrize(
    ("name", "id_number", "verdict"),
    [
        (NAMED["name"], NAMED["id_number"], Verdict.MATCH),
        ("程予", NAMED["id_number"], Verdict.MISMATCH),
        ("陈新人", "119901198506150037", Verdict.MATCH),
        ("阿卜杜拉·买买提", "119901198506150037", Verdict.MATCH),
        ("<script>", "119901198506150037", Verdict.MISMATCH),
        ("陈", "119901198506150037", Verdict.MISMATCH),
        ("陈新人", "110101199003070011", Verdict.UNKNOWN),
    ],
)
def test_knows_the_named_and_the_invented(url: str, name: str, id_number: str, verdict: Verdict) -> None:
    assert gateway.check(name=name, resident_id=id_number) == verdict


def test_keeps_no_id_and_no_name(url: str, book: Book) -> None:
    gateway.check(name=NAMED["name"], resident_id=NAMED["id_number"])

    text = book.path.read_text(encoding="utf-8")
    assert NAMED["id_number"] not in text
    assert NAMED["name"] not in text
    assert "证件尾号 0159：一致" in httpx.get(url, timeout=5).text


def test_a_wrong_secret_gets_no_verdict(url: str, settings: Settings) -> None:
    settings.IDENTITY_SECRET = "another"

    assert gateway.check(name=NAMED["name"], resident_id=NAMED["id_number"]) == Verdict.UNAVAILABLE


@pytest.mark.parametrize("knobs", [{"fail_rate": 1.0}, {"drop_rate": 1.0}, {"answer": "perhaps"}])
def test_a_fault_is_no_verdict(url: str, knobs: dict[str, object]) -> None:
    turn(url, **knobs)

    assert gateway.check(name=NAMED["name"], resident_id=NAMED["id_number"]) == Verdict.UNAVAILABLE


def test_a_slow_register_is_given_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT", httpx.Timeout(0.2))
    turn(url, latency_ms=600)

    assert gateway.check(name=NAMED["name"], resident_id=NAMED["id_number"]) == Verdict.UNAVAILABLE


def test_nobody_listening_is_no_verdict(settings: Settings) -> None:
    settings.IDENTITY_URL = "http://127.0.0.1:1"

    assert gateway.check(name="陈新人", resident_id="119901198506150037") == Verdict.UNAVAILABLE


def test_a_knob_answers_for_everybody(url: str) -> None:
    turn(url, answer="mismatch")

    assert gateway.check(name=NAMED["name"], resident_id=NAMED["id_number"]) == Verdict.MISMATCH


def test_a_signature_is_good_once(url: str) -> None:
    body = json.dumps({"request_ref": "r", "name": "陈新人", "id_number": NAMED["id_number"]}).encode()
    headers = gateway._headers(body)

    answers = [httpx.post(f"{url}/v1/checks", content=body, headers=headers, timeout=5) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"[]", 400), (b'{"name": "x"}', 400), (b'{"request_ref": 1}', 400)]
)
def test_a_garbled_question_is_refused(url: str, body: bytes, status: int) -> None:
    answer = httpx.post(f"{url}/v1/checks", content=body, headers=gateway._headers(body), timeout=5)

    assert answer.status_code == status


@pytest.mark.parametrize("knobs", [{"unknown": 1}, {"fail_rate": "many"}, []])
def test_a_knob_that_is_none_is_refused(url: str, knobs: object) -> None:
    assert httpx.post(f"{url}/control", json=knobs, timeout=5).status_code == 400
