"""The simulated card service keeps the contract that the gateway relies on."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django import Settings

from insured.gateways import card as gateway
from insured.gateways.card import Card, Result
from portal.simulators.card.server import MOST_WRONG
from tests import factories
from tests.insured import cards
from tests.insured.cards import NUMBER, PASSWORD, WRONG, Service

HOLDER = factories.resident_id()
CARD = Card(number=NUMBER, holder="苏文岚", id_number=HOLDER)


@pytest.fixture
def service(tmp_path: Path, settings: Settings) -> Iterator[Service]:
    with cards.running(tmp_path / "card", settings=settings) as found:
        line = (
            f'{{"number":"{NUMBER}","password":"{PASSWORD}","holder":"苏文岚","id_number":"{HOLDER}","state":"normal"}}'
        )
        (found.folder / "cards.jsonl").write_text(line + "\n", encoding="utf-8")
        yield found


def test_tells_right_from_wrong(service: Service) -> None:
    assert gateway.check(CARD, password=PASSWORD).result == Result.OK
    assert gateway.check(CARD, password=WRONG).result == Result.WRONG
    assert gateway.state(CARD).state == "normal"


def test_locks_by_card_until_a_counter_resets_it(service: Service) -> None:
    for _ in range(MOST_WRONG):
        gateway.check(CARD, password=WRONG)

    assert gateway.check(CARD, password=PASSWORD).result == Result.LOCKED

    httpx.post(f"{service.url}/reset", content="tail=0001", timeout=5)
    assert gateway.check(CARD, password=PASSWORD).result == Result.OK


def test_refuses_what_the_hall_did_not_sign(service: Service, tmp_path: Path, settings: Settings) -> None:
    url = settings.CARD["URL"]
    with cards.running(tmp_path / "other", settings=settings):
        settings.CARD = {**settings.CARD, "URL": url}
        assert gateway.check(CARD, password=PASSWORD).result == Result.UNAVAILABLE


def test_answers_a_question_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[httpx.Request] = []
    plain = httpx.Client.send

    def keeping(client: httpx.Client, request: httpx.Request, **more: object) -> httpx.Response:
        sent.append(request)
        return plain(client, request, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(httpx.Client, "send", keeping)
    gateway.check(CARD, password=PASSWORD)
    first = sent[0]

    again = httpx.post(first.url, content=first.content, headers=first.headers, timeout=5)

    assert (again.status_code, again.json()) == (401, {"error": "used"})
    assert PASSWORD.encode() not in first.content
    assert "卡号尾号 0001：一致" in httpx.get(service.url, timeout=5).text
