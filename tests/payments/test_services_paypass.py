"""支付密码: hashed, limited, and asked before an order is opened."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from payments.models import Bill, PaymentOrder, PaymentPassword
from payments.services import paypass
from payments.services.paypass import Proof
from portal.accounts.models import OneTimeCode, Purpose
from portal.accounts.services import changes, codes
from portal.accounts.services.account import set_phone
from portal.accounts.services.codes import Destination
from portal.errors import BusinessRuleError
from portal.notifications.models import Message
from tests import factories
from tests.accounts import letters

pytestmark = pytest.mark.django_db
NOW = "2026-03-10T02:00:00Z"


@pytest.fixture(autouse=True)
def march_10() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owner(stranger: factories.User) -> factories.User:
    """Somebody with a phone in the account."""
    set_phone(stranger, phone="13912340001")
    return stranger


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


def test_changing_and_ending_take_the_old_one(stranger: factories.User) -> None:
    paypass.set_password("258013", by=stranger)

    paypass.set_password("802517", by=stranger, proof=Proof(old="258013"))
    paypass.require(stranger, typed="802517")
    paypass.end(by=stranger, proof=Proof(old="802517"))

    paypass.require(stranger, typed="")


@pytest.mark.parametrize(
    ("proof", "code"),
    [(None, "old-needed"), (Proof(old="000001"), "wrong"), (Proof(code_id="1"), "old-needed")],
)
def test_the_log_in_password_alone_changes_and_ends_nothing(
    stranger: factories.User, proof: Proof | None, code: str
) -> None:
    paypass.set_password("258013", by=stranger)

    for act in (
        lambda: paypass.set_password("802517", by=stranger, proof=proof),
        lambda: paypass.end(by=stranger, proof=proof),
    ):
        with pytest.raises(BusinessRuleError) as caught:
            act()
        assert caught.value.reasons[0].code == f"paypass.{code}"

    paypass.require(stranger, typed="258013")


def test_guesses_of_the_old_one_are_counted_with_the_others(stranger: factories.User) -> None:
    paypass.set_password("258013", by=stranger)
    for _ in range(5):
        refused(stranger, "000001")

    with pytest.raises(BusinessRuleError) as caught:
        paypass.set_password("802517", by=stranger, proof=Proof(old="258013"))

    assert caught.value.reasons[0].code == "paypass.locked"


def test_without_a_phone_there_is_no_code(stranger: factories.User) -> None:
    paypass.set_password("258013", by=stranger)

    with pytest.raises(BusinessRuleError) as caught:
        paypass.send_code(stranger, address="192.0.2.1")

    assert caught.value.reasons[0].code == "paypass.no-address"


def right_code(user: factories.User) -> OneTimeCode:
    """Sent to the account's phone, and typed."""
    token = paypass.send_code(user, address="192.0.2.1")
    return codes.use_code(letters.last_code(), purpose=Purpose.PAYMENT, token=token)


def test_a_code_to_the_phone_sets_it_anew_and_opens_a_locked_one(owner: factories.User) -> None:
    paypass.set_password("258013", by=owner)
    for _ in range(5):
        refused(owner, "000001")

    paypass.set_password("802517", by=owner, proof=Proof(code_id=str(right_code(owner).pk)))

    paypass.require(owner, typed="802517")


def test_a_code_lasts_ten_minutes_and_is_its_owners(owner: factories.User, caseworker: factories.User) -> None:
    paypass.set_password("258013", by=owner)
    paypass.set_password("258013", by=caseworker)
    found = Proof(code_id=str(right_code(owner).pk))

    with pytest.raises(BusinessRuleError):
        paypass.set_password("802517", by=caseworker, proof=found)
    OneTimeCode.objects.update(used_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(BusinessRuleError):
        paypass.set_password("802517", by=owner, proof=found)

    paypass.require(owner, typed="258013")


def test_a_phone_that_was_changed_today_gets_no_code(owner: factories.User) -> None:
    paypass.set_password("258013", by=owner)
    token = changes.send_change_code(user=owner, destination=Destination("sms", "13912345678"), address="192.0.2.1")
    codes.use_code(letters.last_code(), purpose=Purpose.PHONE, token=token)

    with pytest.raises(BusinessRuleError) as caught:
        paypass.send_code(owner, address="192.0.2.1")

    assert caught.value.reasons[0].code == "paypass.new-address"


def test_from_the_pages_with_a_code(owner: factories.User) -> None:
    paypass.set_password("258013", by=owner)
    client = factories.client_of(owner)
    known_again(client)
    path = "/me/payment-password/"
    new = {"password": "802517", "again": "802517"}

    assert "忘记了，用验证码重设" in client.get(path).content.decode()
    refusal = client.post(f"{path}set/", new)
    assert (refusal.status_code, "请输入原来的支付密码" in refusal.content.decode()) == (422, True)
    assert client.post(f"{path}end/").status_code == 422
    assert client.post(f"{path}forgotten/")["Location"] == f"{path}forgotten/code/"
    assert client.post(f"{path}forgotten/code/", {"code": "000000"}).status_code == 422
    assert client.post(f"{path}forgotten/code/", {"code": letters.last_code()})["Location"] == f"{path}set/"
    assert 'name="old"' not in client.get(f"{path}set/").content.decode()
    assert client.post(f"{path}set/", new)["Location"] == path

    paypass.require(owner, typed="802517")
    assert 'name="old"' in client.get(f"{path}set/").content.decode()


def known_again(client: Client) -> None:
    """The log-in password was asked a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True},
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


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
    for path in ("set/", "end/", "forgotten/code/"):
        assert "reauthenticate" in client.get(f"/me/payment-password/{path}")["Location"]
        client.post(f"/me/payment-password/{path}", {"password": "258013", "again": "258013"})
    assert "reauthenticate" in client.post("/me/payment-password/forgotten/")["Location"]
    assert not PaymentPassword.objects.exists()
    assert not OneTimeCode.objects.exists()
