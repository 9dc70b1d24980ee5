"""T12: pages, statuses and the work behind them are the same for known and unknown accounts."""

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.notifications.models import Delivery
from tests import factories
from tests.accounts import people
from tests.accounts.conftest import Register

pytestmark = pytest.mark.django_db
PHONES = {"known": people.PHONE, "unknown": "13900000001", "staff": "13900000002", "inactive": "13900000003"}
Ask = Callable[[Client, str], list[HttpResponse]]
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|data-challenge="[^"]+"|1\d{2}\*{4}\d{4}|value="1\d{10}"')


def code_login(client: Client, phone: str) -> list[HttpResponse]:
    return [
        client.post("/accounts/login/code/", {"phone": phone}),
        client.get("/accounts/login/code/check/"),
        client.post("/accounts/login/code/check/", {"code": "0"}),
        client.post("/accounts/login/code/check/", {"resend": "1"}),
        client.post("/accounts/login/code/", {"phone": phone}),
    ]


def reset(client: Client, phone: str) -> list[HttpResponse]:
    return [
        client.post("/accounts/password-reset/", {"resident_id": people.RESIDENT_ID, "destination": phone}),
        client.get("/accounts/password-reset/code/"),
        client.post("/accounts/password-reset/code/", {"code": "0"}),
        client.post("/accounts/password-reset/code/", {"resend": "1"}),
        client.get("/accounts/password-reset/password/"),
    ]


def registration(client: Client, phone: str) -> list[HttpResponse]:
    data = {"name": "陈新人", "resident_id": people.UNKNOWN_ID, "consent": "on"}
    return [
        client.post("/accounts/signup/", data),
        client.post("/accounts/signup/phone/", {"phone": phone}),
        client.get("/accounts/signup/code/"),
        client.post("/accounts/signup/code/", {"code": "0"}),
        client.get("/accounts/signup/password/"),
    ]


def counter(client: Client, phone: str) -> list[HttpResponse]:
    number = people.RESIDENT_ID if phone == people.PHONE else people.UNKNOWN_ID
    page = client.post("/accounts/password-reset/counter/", {"resident_id": number, "code": "AAAAAAAA"})
    page.content = page.content.replace(number.encode(), b"")
    return [page]


@pytest.fixture
def everybody() -> None:
    people.resident()
    people.staff(phone=PHONES["staff"])
    gone = people.resident(
        resident_id=factories.resident_id(born_on=date(1987, 4, 12), serial=7),
        phone=PHONES["inactive"],
        email="gone@example.com",
    )
    User.objects.filter(pk=gone.pk).update(is_active=False)


def bare(page: HttpResponse) -> tuple[int, str, str]:
    """What is left when tokens and what was typed are gone."""
    return page.status_code, page.headers.get("Location", ""), HIDDEN.sub("…", page.content.decode())


@pytest.mark.usefixtures("proofs_done")
@pytest.mark.parametrize("ask", [code_login, reset, registration, counter])
def test_every_answer_is_the_same_for_known_and_unknown(ask: Ask, everybody: None, register: Register) -> None:
    answers = {
        who: [bare(page) for page in ask(Client(REMOTE_ADDR=f"198.51.100.{place}"), phone)]
        for place, (who, phone) in enumerate(PHONES.items())
    }

    for one, other in pairwise(answers.values()):
        assert one == other


@pytest.mark.parametrize("ask", [code_login, reset, registration])
def test_the_work_is_the_same_for_known_and_unknown(ask: Ask, everybody: None, register: Register) -> None:
    statements, rows = {}, {}
    for place, (who, phone) in enumerate(PHONES.items()):
        before = Delivery.objects.count()
        client = Client(REMOTE_ADDR=f"198.51.100.{place}")
        with CaptureQueriesContext(connection) as sent:
            ask(client, phone)
        statements[who], rows[who] = len(sent), Delivery.objects.count() - before

    assert len(set(statements.values())) == 1, statements
    assert set(rows.values()) == {1}
