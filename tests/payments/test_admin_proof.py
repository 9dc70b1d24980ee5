"""缴费证明 at the desk: under a purpose, as an export, over one's own areas only."""

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import InsuredPerson
from payments.models import ContributionRecord
from portal.accounts.models import User
from portal.audit.models import AccessLog
from tests import factories
from tests.payments.records import year_of
from tests.payments.test_services_vouchers import words

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose": "enquiry", "reason": "本人来窗口开缴费证明"}
YEARS = {"first": "2024", "last": "2025"}


@pytest.fixture(autouse=True)
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(caseworker: User) -> Client:
    return factories.client_of(caseworker)


def ask(client: Client, person: InsuredPerson, **more: str) -> HttpResponse:
    return client.post(reverse("admin:payments_contributionrecord_proof_person", args=[person.number]), YEARS | more)


def give_purpose(client: Client, person: InsuredPerson) -> None:
    client.post(reverse("admin:payments_contributionrecord_open_person", args=[person.number]), PURPOSE)


def test_is_printed_under_the_purpose_and_logged_as_an_export(resident: InsuredPerson, desk: Client) -> None:
    year_of(resident, year=2025)
    before = ask(desk, resident).content
    give_purpose(desk, resident)

    answer = ask(desk, resident)

    assert not before.startswith(b"%PDF")
    assert answer.content.startswith(b"%PDF")
    log = AccessLog.objects.get(action="export")
    assert (log.subject_id, log.purpose) == (resident.pk, "enquiry")
    assert log.reason.startswith("缴费证明")


def test_holds_what_lies_in_ones_own_areas_only(resident: InsuredPerson, desk: Client) -> None:
    year_of(resident, year=2025, personal_fen=41_100)
    there = year_of(resident, year=2024, personal_fen=37_700)
    ContributionRecord.objects.filter(pk=there.pk).update(area=factories.area(code="119902", name="邻市"))
    give_purpose(desk, resident)

    text = words(ask(desk, resident).content)

    assert "411.00" in text
    assert "377.00" not in text


def test_ends_with_the_exports_of_the_day(resident: InsuredPerson, desk: Client, settings: Settings) -> None:
    settings.DAILY_LIMITS = settings.DAILY_LIMITS | {"export": 1}
    year_of(resident, year=2025)
    give_purpose(desk, resident)

    answers = [ask(desk, resident) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 429]
    assert not answers[1].content.startswith(b"%PDF")


def test_asks_for_years_with_a_payment(resident: InsuredPerson, desk: Client) -> None:
    year_of(resident, year=2025)
    give_purpose(desk, resident)

    assert ask(desk, resident, first="2026", last="2025").status_code == 422
    assert "没有已到账的缴费" in ask(desk, resident, first="2020", last="2021").content.decode()
    assert not AccessLog.objects.filter(action="export").exists()


def test_is_refused_to_everybody_who_is_no_staff_of_the_area(
    resident: InsuredPerson, agent: User, stranger: User
) -> None:
    for account in (factories.account_of(resident), agent, stranger):
        assert ask(factories.client_of(account), resident).status_code == 403
    elsewhere = factories.client_of(factories.staff(area=factories.area(code="119902", name="邻市")))
    assert ask(elsewhere, resident).status_code == 404
