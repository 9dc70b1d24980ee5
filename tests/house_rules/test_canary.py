"""A resident ID and a phone go through the whole hall; afterwards they stand nowhere in clear."""

import logging
import re
import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from pytest_django import Settings

from insured.models import InsuredPerson
from portal import masking
from portal.accounts.services import create_user
from portal.audit.models import AccessLog
from portal.notifications.models import Delivery
from suspension.models import Application
from suspension.policy.transitions import Action
from suspension.services import desk
from tests import factories
from tests.accounts.people import PASSWORD, WRONG, send_login
from tests.house_rules.world import png
from tests.suspension import cases

NAME = "钱金丝雀"
PHONE = "13912345097"
NAME_COLUMNS = {("accounts_user", "display_name"), ("insured_insuredperson", "name")}
pytestmark = pytest.mark.django_db
ID_NUMBER = factories.resident_id(born_on=date(1987, 6, 5), serial=731)
TYPED = f"{ID_NUMBER} {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]} {PHONE}"
"""What people write into a sentence although nobody asked."""


def cells() -> Iterator[tuple[str, str, str]]:
    """Every value of every table as text, with its table and column; bytes byte by byte."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    yield table, column, as_text(value)


def as_text(value: Any) -> str:
    """What a reader of the disk would see."""
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("latin-1")
    return str(value)


def places_of(pattern: re.Pattern[str]) -> set[tuple[str, str]]:
    """Tables and columns in which the pattern is found."""
    return {(table, column) for table, column, text in cells() if pattern.search(text)}


@pytest.fixture
def journey(caplog: pytest.LogCaptureFixture, sent_hints: list[str], settings: Settings) -> str:
    """Wrong log-ins, a right one, a stop with a picture, a decision; everything that was logged and hinted at."""
    caplog.set_level(logging.DEBUG)
    settings.LOGIN_LIMITS = {"wrong_address": 99, "wrong_hall": 99}  # the proof of work is not what this is about
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        area = factories.area()
        user = create_user(NAME, password=PASSWORD, resident_id=ID_NUMBER, phone=PHONE)
        person = factories.person(area=area, user=user, name=NAME, id_number=ID_NUMBER, phone=PHONE)
        factories.period(of=factories.enrollment(of=person))
        stop_by_browser(person)
        decide(Application.objects.get(person=person), by=factories.staff(area=area))
        try_wrongly(Client())
    told = [str(vars(record)) + record.getMessage() for record in caplog.records]
    assert told
    return "\n".join([*told, *sent_hints])


def stop_by_browser(person: InsuredPerson) -> None:
    client = Client()
    try_wrongly(client)
    assert send_login(client, ID_NUMBER).status_code == 302
    assert NAME in client.get("/me/").content.decode()
    client.get("/search/", {"q": ID_NUMBER})
    client.get("/stop/")
    form = {
        "reason_code": "joined-310",
        "stop_month": "",
        "contact_phone": PHONE,
        "contact_email": "",
        "note": TYPED,
        "wants_transfer": "on",
        "transfer_target": TYPED,
        "file_id_card": png(),
    }
    assert client.post("/stop/form/", form).status_code == 302
    draft = Application.objects.get(person=person)
    client.get("/stop/check/")
    sent = client.post("/stop/check/", {"revision": draft.revision, "token": secrets.token_urlsafe(24)})
    assert sent.status_code == 302
    client.get(sent["Location"])


def try_wrongly(client: Client) -> None:
    """Four wrong log-ins with what is known; a right one forgets them, so they come again at the end."""
    for typed in (ID_NUMBER, ID_NUMBER.lower(), PHONE, f" {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}"):
        assert send_login(client, typed, WRONG).status_code == 200


def decide(application: Application, *, by: Any) -> None:
    browser = factories.client_of(by)
    taken = desk.take(number=application.number or "", version=application.version, by=by)
    browser.get("/admin/")
    browser.get(f"/admin/suspension/application/{application.number}/review/")
    browser.get("/admin/suspension/application/", {"q": ID_NUMBER})
    browser.post(f"/admin/suspension/application/{application.number}/reveal/", {"reason": TYPED})
    cases.decided(taken, by=by, action=Action.REJECT, code="other", text=f"请到窗口核对证件：{TYPED}")


def test_id_and_phone_stand_nowhere_in_clear(journey: str) -> None:
    canary = masking.canary_pattern(ID_NUMBER, PHONE)

    assert Delivery.objects.count() == 2
    assert AccessAttempt.objects.count() == 1
    assert AccessLog.objects.filter(action="reveal-id", reason__contains=masking.mask_phone(PHONE)).exists()
    assert Application.objects.get().note == masking.mask_text(TYPED)
    assert places_of(canary) == set()
    assert canary.findall(journey) == []


def test_the_name_stands_only_where_it_belongs(journey: str) -> None:
    name = masking.canary_pattern(NAME)

    assert places_of(name) == NAME_COLUMNS
    assert name.findall(journey) == []


def test_a_leak_is_noticed(resident: InsuredPerson) -> None:
    InsuredPerson.objects.filter(pk=resident.pk).update(email=f"{PHONE}@example.invalid")

    assert places_of(masking.canary_pattern(PHONE)) == {("insured_insuredperson", "email")}
