"""Somebody with several paused records chooses which one to come back to."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from insured.models import Enrollment, InsuredPerson, PoolingArea
from suspension.models import Application
from tests import factories
from tests.suspension import returning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spring(area: PoolingArea) -> Iterator[None]:
    returning.standards(area)
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield


@pytest.fixture
def person(area: PoolingArea) -> InsuredPerson:
    """Resident until 2024, flexible until the end of 2025, both paused."""
    found = returning.paused_resident(area=area, last=date(2024, 12, 31))
    flexible = factories.enrollment(
        of=found, scheme="310", status="2", paused_on=date(2026, 1, 1), last_paid_month=date(2025, 12, 1)
    )
    factories.period(of=flexible, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    return found


@pytest.fixture
def browser(person: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(person))


def test_offers_both_and_begins_with_the_latest(browser: Client) -> None:
    page = browser.get("/resume/")

    assert "您有 2 份暂停的医保" in page.text
    assert page.context["case"].scheme == "310"
    assert "?record=390-119901-1501" in page.text


def test_the_chosen_record_is_asked_for_to_the_end(browser: Client, person: InsuredPerson) -> None:
    page = browser.get("/resume/", {"record": "390-119901-1501"})
    assert page.context["case"].scheme == "390"
    assert "/resume/form/?record=390-119901-1501" in page.text

    sent = browser.post(
        "/resume/form/?record=390-119901-1501",
        {"way": "2026-0", "contact_phone": "13800138000", "uses_credential": "on", "note": "", "contact_email": ""},
    )

    assert sent.headers["Location"] == "/resume/check/"
    draft = Application.objects.get(person=person)
    assert draft.enrollment.scheme == "390"
    assert browser.get("/resume/check/").context["case"].scheme == "390"
    assert browser.get("/resume/").context["case"].scheme == "390"


def test_an_unknown_record_falls_back(browser: Client) -> None:
    page = browser.get("/resume/", {"record": "390-119999-1404"})

    assert page.context["case"].scheme == "310"


def test_with_one_active_there_is_nothing_to_choose(browser: Client, person: InsuredPerson) -> None:
    Enrollment.objects.filter(person=person, scheme="310").update(status="1", paused_on=None)

    assert "份暂停的医保" not in browser.get("/resume/").text
