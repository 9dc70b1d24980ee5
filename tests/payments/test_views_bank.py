"""绑定银行卡 and 银行代缴 as pages: after the password is asked again, masked, and nobody else's."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from payments import gateways
from payments.models import BankAccount, Bill, DebitMandate
from payments.services import debit
from tests import factories
from tests.payments import booth as booths
from tests.payments import collecting

pytestmark = pytest.mark.django_db
RECORD = {"method": "password", "at": collecting.DEBIT_DAY.timestamp(), "reauthenticated": True}


@pytest.fixture(autouse=True)
def march_10() -> Any:
    with time_machine.travel(collecting.DEBIT_DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch, march_10: object) -> collecting.TestBank:
    return collecting.open_bank(monkeypatch)


@pytest.fixture
def mine(resident: factories.InsuredPerson) -> Client:
    """Logged in, and asked for the password a moment ago."""
    return confirmed(factories.client_of(factories.account_of(resident)))


def confirmed(client: Client) -> Client:
    """A mine whose owner has typed the password again."""
    session = client.session
    session["account_authentication_methods"] = [RECORD]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def test_from_the_card_to_a_debit_on_the_page(mine: Client, resident: factories.InsuredPerson) -> None:
    booths.bill_of(resident.enrollments.get())
    Bill.objects.update(due_on=date(2026, 3, 31))
    bound = mine.post("/me/bank-account/bind/", {"bank": "abc", "number": "6228 4804 0256 4890 018"})
    page = mine.get("/me/bank-account/").content.decode()
    assert (bound.status_code, collecting.CARD in page, "6228 **** **** 0018" in page) == (302, False, True)

    sign = mine.get("/me/bank-debit/sign/").content.decode()
    token = re.findall(r'name="token" value="([^"]+)"', sign)[0]
    given = {"enrollment": resident.enrollments.get().pk, "starts_on": "2026-03-01", "has_agreed": "on"}
    answers = [mine.post("/me/bank-debit/sign/", given | {"token": token}) for _ in range(2)]
    debit.run_due()

    assert [one["Location"] for one in answers] == ["/me/bank-debit/"] * 2
    shown = mine.get("/me/bank-debit/").content.decode()
    assert DebitMandate.objects.get().number in shown
    assert "扣款成功" in shown


def test_the_password_is_asked_again_before_a_card_is_bound(resident: factories.InsuredPerson) -> None:
    client = factories.client_of(factories.account_of(resident))

    for path in ("/me/bank-account/bind/", "/me/bank-debit/sign/"):
        assert "reauthenticate" in client.get(path)["Location"]
    client.post("/me/bank-account/bind/", {"bank": "abc", "number": collecting.CARD})

    assert not BankAccount.objects.exists()


@pytest.mark.parametrize(
    ("number", "words"), [("6228480402564890019", "校验不通过"), ("", "请填写银行卡号"), ("123", "16至19位")]
)
def test_a_wrong_number_is_said_at_the_form(number: str, words: str, mine: Client) -> None:
    answer = mine.post("/me/bank-account/bind/", {"bank": "abc", "number": number})

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_without_consent_nothing_is_signed(mine: Client, resident: factories.InsuredPerson) -> None:
    collecting.account(resident)

    answer = mine.post("/me/bank-debit/sign/", {"enrollment": resident.enrollments.get().pk, "starts_on": "2026-03-01"})

    assert (answer.status_code, DebitMandate.objects.count()) == (422, 0)
    assert "勾选同意" in answer.content.decode()


def test_a_mandate_is_ended_on_the_page_and_by_nobody_else(
    mine: Client, resident: factories.InsuredPerson, stranger: factories.User
) -> None:
    signed = collecting.mandate(resident)
    other = confirmed(factories.client_of(stranger))

    assert other.post(f"/me/bank-debit/{signed.number}/end/").status_code == 404
    assert signed.number not in other.get("/me/bank-debit/").content.decode()
    assert mine.post(f"/me/bank-debit/{signed.number}/end/").status_code == 302
    assert "已解约" in mine.get("/me/bank-debit/").content.decode()


def test_unbinding_says_what_ends_with_it(mine: Client, resident: factories.InsuredPerson) -> None:
    collecting.mandate(resident)
    assert "银行代缴协议同时解约" in mine.get("/me/bank-account/").content.decode()

    mine.post("/me/bank-account/end/")

    assert "还没有绑定" in mine.get("/me/bank-account/").content.decode()


def test_nobody_starts_a_debit_from_an_order(mine: Client, resident: factories.InsuredPerson) -> None:
    order = booths.opened(booths.bill_of(resident.enrollments.get()), by=factories.account_of(resident))

    answer = mine.post(f"/pay/orders/{order.number}/start/", {"gateway": "debit"})

    order.refresh_from_db()
    assert (answer.status_code, order.gateway) == (422, "")


def test_without_a_bank_the_page_says_so(mine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "bank", lambda: None)

    assert "没有接通银行" in mine.get("/me/bank-account/").content.decode()
