"""The pages of 绑定医保卡: the two fields of the guides, nothing of the password sent back, masked, only one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from insured.models import CardBinding, InsuredPerson, PoolingArea
from tests import factories
from tests.insured import cards
from tests.insured.cards import NUMBER, PASSWORD, WRONG, Service
from tests.portal.test_ways_in import follow, links

BIND = "/me/card/bind/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def service(tmp_path: Path, settings: Settings, resident: InsuredPerson) -> Iterator[Service]:
    with cards.running(tmp_path / "card", settings=settings) as found:
        cards.issue(found, resident)
        yield found


@pytest.fixture
def client(resident: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(resident))


@pytest.mark.parametrize("start", ["/me/insurance/", "/pay/", "/search/?q=绑定医保卡"])
def test_is_offered_where_the_guides_send_people(service: Service, client: Client, start: str) -> None:
    assert "绑定医保卡" in follow(client, ("绑定医保卡",), start=start)


def test_asks_number_and_password_and_binds(service: Service, client: Client) -> None:
    form = client.get(BIND).content.decode()
    assert ">医保卡号" in form
    assert ">密码" in form

    page = client.post(BIND, {"number": NUMBER, "password": PASSWORD}, follow=True).content.decode()

    assert "已绑定医保卡 **** 0001。" in page
    assert NUMBER not in page
    mine = client.get("/me/insurance/").content.decode()
    assert '已绑定 <span class="num">**** 0001</span>' in mine


def test_keeps_the_number_and_never_sends_the_password_back(service: Service, client: Client) -> None:
    answer = client.post(BIND, {"number": NUMBER, "password": WRONG})

    assert answer.status_code == 422
    assert "医保卡密码不正确，今天还可以再试4次" in answer.content.decode()
    assert NUMBER in answer.content.decode()
    assert WRONG not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_is_ended_and_checked_again_on_the_page(service: Service, client: Client) -> None:
    client.post(BIND, {"number": NUMBER, "password": PASSWORD})
    service.turn(state="lost")

    assert "医保卡现在已挂失" in client.post("/me/card/refresh/", follow=True).content.decode()
    assert "医保卡已解除绑定" in client.post("/me/card/end/", follow=True).content.decode()
    assert not CardBinding.objects.bound().exists()
    assert client.get("/me/card/end/").status_code == 405


def test_a_stranger_sees_and_ends_nothing_of_it(service: Service, client: Client, area: PoolingArea) -> None:
    client.post(BIND, {"number": NUMBER, "password": PASSWORD})
    other = factories.client_of(factories.account_of(factories.resident(area=area, name="欧阳静娜")))

    assert "0001" not in other.get("/me/card/").content.decode()
    other.post("/me/card/end/")
    assert CardBinding.objects.bound().exists()


def test_says_when_the_service_is_not_connected(client: Client, settings: Settings) -> None:
    settings.CARD = {}

    page = client.get("/me/card/").content.decode()

    assert "没有接通医保卡服务" in page
    assert BIND not in links(page).values()
