"""支付密码: hashed, limited, and asked before an order is opened."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from payments.models import Bill, PaymentOrder, PaymentPassword
from payments.services import paypass
from portal.errors import BusinessRuleError
from portal.notifications.models import Message
from tests import factories

pytestmark = pytest.mark.django_db
NOW = "2026-03-10T02:00:00Z"


@pytest.fixture(autouse=True)
def march_10() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def refused(user: factories.User, typed: str) -> str:
    with pytest.raises(BusinessRuleError) as caught:
        paypass.require(user, typed=typed)
    return caught.value.reasons[0].code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12345", "shape"),
        ("12345a", "shape"),
        ("", "shape"),
        ("１２３８５６", "shape"),
        ("111111", "too-simple"),
        ("123456", "too-simple"),
        ("654321", "too-simple"),
    ],
)
def test_a_bad_one_is_not_set(typed: str, code: str, stranger: factories.User) -> None:
    with pytest.raises(BusinessRuleError) as caught:
        paypass.set_password(typed, by=stranger)

    assert caught.value.reasons[0].code == f"paypass.{code}"


def test_it_is_hashed_and_told(stranger: factories.User) -> None:
    paypass.set_password("258013", by=stranger)

    assert "258013" not in PaymentPassword.objects.get().password
    assert Message.objects.get(recipient=stranger).title == "支付密码已设置"
    paypass.require(stranger, typed="258013")


def test_without_one_nothing_is_asked(stranger: factories.User) -> None:
    paypass.require(stranger, typed="")


def test_five_wrong_tries_lock_it_for_a_while(stranger: factories.User, march_10: Any) -> None:
    paypass.set_password("258013", by=stranger)

    found = [refused(stranger, "000001") for _ in range(5)]

    assert found == ["paypass.wrong"] * 4 + ["paypass.locked"]
    assert refused(stranger, "258013") == "paypass.locked"
    march_10.move_to("2026-03-10T02:31:00Z")
    paypass.require(stranger, typed="258013")


def test_a_right_one_forgets_the_wrong_ones(stranger: factories.User) -> None:
    paypass.set_password("258013", by=stranger)
    for _ in range(4):
        refused(stranger, "000001")

    paypass.require(stranger, typed="258013")

    assert PaymentPassword.objects.get().failures == 0


def test_setting_it_anew_opens_a_locked_one_and_ending_asks_no_more(stranger: factories.User) -> None:
    paypass.set_password("258013", by=stranger)
    for _ in range(5):
        refused(stranger, "000001")

    paypass.set_password("802517", by=stranger)
    paypass.require(stranger, typed="802517")
    paypass.end(by=stranger)

    paypass.require(stranger, typed="")


def test_an_order_is_not_opened_without_it(bill: Bill) -> None:
    user = factories.account_of(bill.person)
    paypass.set_password("258013", by=user)
    client: Client = factories.client_of(user)
    page = client.get("/pay/confirm/", {"bill": bill.number}).content.decode()
    assert 'name="payment_password"' in page
    form = dict(re.findall(r'name="(token|shown|bill)" value="([^"]*)"', page))

    wrong = client.post("/pay/confirm/", form | {"payment_password": "000001"})
    right = client.post("/pay/confirm/", form | {"payment_password": "258013"})

    assert (wrong.status_code, "还可以再试4次" in wrong.content.decode()) == (422, True)
    assert (right.status_code, PaymentOrder.objects.count()) == (302, 1)


def test_the_pages_ask_for_the_log_in_password_again(stranger: factories.User) -> None:
    client = factories.client_of(stranger)

    assert "还没有设置" in client.get("/me/payment-password/").content.decode()
    for path in ("set/", "end/"):
        assert "reauthenticate" in client.get(f"/me/payment-password/{path}")["Location"]
        client.post(f"/me/payment-password/{path}", {"password": "258013", "again": "258013"})
    assert not PaymentPassword.objects.exists()
