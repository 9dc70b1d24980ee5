"""Before the first SMS and after wrong log-ins the browser does a proof of work (T13, T15)."""

import base64
import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from altcha import solve_challenge_v1
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import RateCounter
from portal.accounts.services import proof
from portal.notifications.models import Delivery
from tests.accounts import people

pytestmark = pytest.mark.django_db
NOW = "2026-03-10T02:00:00Z"


def solved(challenge: str) -> str:
    """What the browser sends back."""
    asked = json.loads(challenge)
    found = solve_challenge_v1(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxnumber"])
    assert found is not None
    answer = {name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": found.number}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def challenge_of(page: bytes) -> str:
    match = re.search(r'data-challenge="([^"]*)"', page.decode())
    assert match
    return html.unescape(match[1])


class TestProof:
    def test_is_right_once(self) -> None:
        solution = solved(proof.challenge())

        assert [proof.is_proven(solution), proof.is_proven(solution)] == [True, False]

    @pytest.mark.parametrize("solution", ["", "x", "e30=", "a" * 3000, base64.b64encode(b"[1]").decode()])
    def test_nonsense_proves_nothing(self, solution: str) -> None:
        assert not proof.is_proven(solution)

    def test_a_wrong_number_proves_nothing(self) -> None:
        answer = json.loads(base64.b64decode(solved(proof.challenge())))
        answer["number"] += 1

        assert not proof.is_proven(base64.b64encode(json.dumps(answer).encode()).decode())

    def test_a_challenge_of_somebody_else_proves_nothing(self, settings: Settings) -> None:
        made = proof.challenge()
        settings.SECRET_KEY = "another-" * 8

        assert not proof.is_proven(solved(made))

    def test_is_over_after_a_while(self) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            solution = solved(proof.challenge())
            clock.shift(proof.LIFE + timedelta(seconds=1))

            assert not proof.is_proven(solution)


class TestCodes:
    @pytest.fixture(autouse=True)
    def small(self, settings: Settings) -> None:
        settings.UNPROVEN_CODE_LIMITS = {"address_hour": 2, "hall_minute": 20}

    def ask(self, client: Client, number: int, *, is_proven: bool) -> int:
        solution = solved(challenge_of(client.get("/accounts/login/code/").content)) if is_proven else ""
        typed = {"phone": f"1390000000{number}", "proof": solution}
        return client.post("/accounts/login/code/", typed).status_code

    def test_an_address_without_proofs_has_few(self, client: Client) -> None:
        assert [self.ask(client, number, is_proven=False) for number in range(3)] == [302, 302, 429]
        assert Delivery.objects.filter(channel="sms").count() == 2

    def test_with_a_proof_the_ordinary_limits_hold(self, client: Client) -> None:
        assert [self.ask(client, number, is_proven=True) for number in range(4)] == [302] * 4

    def test_the_hall_has_few_without_proofs_from_everywhere(self, client: Client, settings: Settings) -> None:
        settings.UNPROVEN_CODE_LIMITS = {"address_hour": 9, "hall_minute": 1}
        self.ask(client, 1, is_proven=False)
        client.defaults["REMOTE_ADDR"] = "203.0.113.9"

        assert self.ask(client, 2, is_proven=False) == 429

    @pytest.mark.parametrize("page", ["/accounts/password-reset/", "/accounts/login/code/"])
    def test_the_page_brings_its_challenge(self, client: Client, page: str) -> None:
        assert json.loads(challenge_of(client.get(page).content))["maxnumber"] == proof.WORK


class TestLogin:
    def guess(self, client: Client, *, login: str = people.PHONE, password: str = people.WRONG, **more: str) -> bytes:
        return client.post("/accounts/login/", {"login": login, "password": password, **more}).content

    def test_the_fourth_wrong_one_from_an_address_needs_a_proof(self, client: Client) -> None:
        for number in range(3):
            self.guess(client, login=f"1390000000{number}")

        page = self.guess(client, login="13900000009")

        assert "安全检查" in page.decode()

    def test_the_right_password_with_a_proof_opens(self, client: Client) -> None:
        people.resident()
        for number in range(3):
            page = self.guess(client, login=f"1390000000{number}")

        self.guess(client, password=people.PASSWORD, proof=solved(challenge_of(page)))

        assert "_auth_user_id" in client.session

    def test_the_right_password_without_a_proof_is_not_looked_at(self, client: Client) -> None:
        people.resident()
        for number in range(3):
            self.guess(client, login=f"1390000000{number}")

        self.guess(client, password=people.PASSWORD)

        assert "_auth_user_id" not in client.session

    def test_one_guess_on_many_accounts_from_many_addresses_shows(self, client: Client, settings: Settings) -> None:
        settings.LOGIN_LIMITS = settings.LOGIN_LIMITS | {"wrong_hall": 3}
        for number in range(3):
            client.defaults["REMOTE_ADDR"] = f"203.0.113.{number}"
            self.guess(client, login=f"1390000000{number}")
        client.defaults["REMOTE_ADDR"] = "198.51.100.99"

        assert "安全检查" in self.guess(client, login="13900000009").decode()

    def test_a_quiet_address_sees_no_challenge(self, client: Client) -> None:
        assert b"data-challenge" not in client.get("/accounts/login/").content

    def test_no_address_stands_in_the_counters(self, client: Client) -> None:
        self.guess(client)

        assert not RateCounter.objects.filter(subject__contains="127.0.0.1").exists()
