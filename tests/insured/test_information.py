"""基本信息变更: contacts and address by oneself at once, name and ID at the agency; only one's own, told, logged."""

import secrets

import pytest
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from portal.accounts.services import set_email, set_phone
from portal.audit.models import AccessLog
from portal.notifications.models import Message
from tests import factories
from tests.portal.test_ways_in import follow, links

PAGE = "/me/information/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


def sent(client: Client, **data: str) -> str:
    answer = client.post(PAGE, {"token": secrets.token_urlsafe(24)} | data, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("start", ["/me/", "/account-settings/", "/search/?q=基本信息变更"])
def test_is_reached_under_its_very_name(client: Client, start: str) -> None:
    page = follow(client, ("基本信息变更",), start=start)

    assert "<title>基本信息变更 - " in page
    assert links(page)["更换手机号"] == "/accounts/security/phone/"
    assert "户口簿或公安机关的变更证明" in page


def test_the_certificate_is_reached_under_its_very_name(client: Client) -> None:
    assert "参保凭证" in follow(client, ("参保凭证打印",), start="/me/insurance/")


def test_changes_the_address_at_once_and_tells(client: Client, resident: InsuredPerson) -> None:
    page = sent(client, address="示例市文昌路8号")

    assert "已变更：通讯地址。" in page
    resident.refresh_from_db()
    assert resident.address == "示例市文昌路8号"
    assert AccessLog.objects.filter(action="information-changed", subject_id=resident.pk).exists()
    assert "通讯地址" in Message.objects.get(recipient=resident.user).body
    assert "没有需要变更的内容" in sent(client, address="示例市文昌路8号")


def test_takes_over_only_what_a_code_has_proven(client: Client, resident: InsuredPerson) -> None:
    account = factories.account_of(resident)
    set_phone(account, phone="13912345678")
    set_email(account, email="new@example.com")

    page = sent(client, follows_account="on", phone="13600000000")

    assert "已变更：手机号码、电子邮箱。" in page
    resident.refresh_from_db()
    assert (resident.phone, resident.email) == ("13912345678", "new@example.com")


def test_a_repeated_form_changes_nothing(client: Client, resident: InsuredPerson) -> None:
    token = secrets.token_urlsafe(24)
    sent(client, address="示例市文昌路8号", token=token)

    sent(client, address="示例市文昌路9号", token=token)

    resident.refresh_from_db()
    assert resident.address == "示例市文昌路8号"


def test_an_account_without_a_person_is_told_so(agent: User, area: PoolingArea) -> None:
    page = factories.client_of(agent).get(PAGE).content.decode()

    assert "没有关联参保人" in page
    assert "没有关联参保人" in sent(factories.client_of(agent), address="示例市文昌路8号")
