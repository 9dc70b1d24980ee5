"""异常申诉: from a record of 缴费记录 to the staff member who checks it, and the answer back."""

import secrets
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson
from payments.models import ContributionRecord
from portal.accounts.models import User
from portal.help.models import Consultation
from portal.help.services import consultations as services
from portal.notifications.models import Message
from tests import factories
from tests.payments.records import contribution, year_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(resident: InsuredPerson) -> User:
    return factories.account_of(resident)


@pytest.fixture
def client(account: User) -> Client:
    return factories.client_of(account)


@pytest.fixture
def record(resident: InsuredPerson) -> ContributionRecord:
    return year_of(resident, year=2026)


def appeal_address(record: ContributionRecord) -> str:
    return f"{reverse('consult')}?kind=contribution&subject={record.number}"


def sent(client: Client, record: ContributionRecord, *, text: str = "我只缴了一次，金额不对。") -> Consultation:
    values = {"kind": "contribution", "subject": record.number, "text": text, "token": secrets.token_urlsafe(24)}
    response = client.post(reverse("consult"), values)
    assert response.status_code == 302
    return Consultation.objects.get(number=response["Location"].rstrip("/").rsplit("/", 1)[-1])


def test_every_record_has_its_own_link(resident: InsuredPerson, client: Client, record: ContributionRecord) -> None:
    other = contribution(of=resident, first=date(2025, 1, 1), last=date(2025, 12, 1), is_received=False)

    page = client.get(reverse("contributions")).content.decode()

    for one in (record, other):
        assert appeal_address(one).replace("&", "&amp;") in page
    assert page.count(">异常申诉<") == 2


def test_the_form_names_the_record_and_says_what_happens_next(client: Client, record: ContributionRecord) -> None:
    page = client.get(appeal_address(record)).content.decode()

    assert "<h1>缴费异常申诉</h1>" in page
    assert f'<dt>申诉的缴费记录</dt><dd class="num">{record.number}</dd>' in page
    assert "提交以后" in page
    assert "您的参保状态和待遇不受影响" in page


def test_staff_see_which_record_and_find_its_history(
    client: Client, record: ContributionRecord, resident: InsuredPerson, caseworker: User
) -> None:
    found = sent(client, record)

    desk = factories.client_of(caseworker)
    listed = desk.get(reverse("admin:help_consultation_changelist")).content.decode()
    thread = desk.get(reverse("admin:help_consultation_thread", args=[found.number])).content.decode()
    search = reverse("admin:payments_contributionrecord_search")
    led_to = desk.post(search, {"typed": found.subject})["Location"]

    assert found.title == "缴费异常申诉：我只缴了一次，金额不对。"
    assert found.title in listed
    assert record.number in listed
    assert f'action="{search}"' in thread
    assert f'name="typed" value="{record.number}"' in thread
    assert led_to == reverse("admin:payments_contributionrecord_person", args=[resident.number])


def test_the_answer_reaches_who_appealed(
    client: Client, account: User, record: ContributionRecord, caseworker: User
) -> None:
    found = sent(client, record)
    services.take(found.number, by=caseworker)

    services.reply(found.number, text="已核对，金额无误。", token=secrets.token_urlsafe(24), by=caseworker)

    assert Message.objects.visible_to(account).filter(subject_number=found.number).exists()
    assert "已核对，金额无误。" in client.get(reverse("consultation", args=[found.number])).content.decode()


def test_a_second_appeal_is_led_to_the_first(client: Client, account: User, record: ContributionRecord) -> None:
    found = sent(client, record)

    page = client.get(appeal_address(record)).content.decode()
    services.close(found.number, by=account)
    later = client.get(appeal_address(record)).content.decode()

    assert "这笔缴费您已经申诉过" in page
    assert reverse("consultation", args=[found.number]) in page
    assert "这笔缴费您已经申诉过" not in later


def test_what_was_typed_is_kept_and_an_unknown_kind_is_a_plain_question(
    client: Client, record: ContributionRecord
) -> None:
    kept = client.post(reverse("consult"), {"kind": "contribution", "subject": record.number, "text": "写了很久"})
    plain = client.get(f"{reverse('consult')}?kind=<script>&subject={record.number}").content.decode()

    assert kept.status_code == 422
    for words in ("写了很久", record.number, "缴费异常申诉"):
        assert words in kept.content.decode()
    assert "<h1>在线客服</h1>" in plain
