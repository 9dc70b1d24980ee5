"""Log-in with a code: for residents, not around the second factor, and open to whoever is locked out."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts import services
from portal.accounts.models import SignIn, User
from tests.accounts import people
from tests.accounts.letters import last, last_code, templates, text_of
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db
START, CHECK = "/accounts/login/code/", "/accounts/login/code/check/"


def ask(client: Client, phone: str = people.PHONE, **more: str) -> None:
    assert client.post(START, {"phone": phone, **more})["Location"] == CHECK


@pytest.mark.parametrize("typed", [people.PHONE, "+86 138 0000 1234", "0086-138-0000-1234", "１３８００００１２３４"])
def test_a_resident_gets_in_with_the_code(client: Client, typed: str) -> None:
    user = people.resident()
    ask(client, typed)

    response = client.post(CHECK, {"code": last_code()})

    assert (response["Location"], is_logged_in(client)) == ("/me/", True)
    assert SignIn.objects.get(user=user).method == "code"


@pytest.mark.parametrize(("target", "leads_to"), [("/stop/?a=1", "/stop/?a=1"), ("https://evil.example/", "/me/")])
def test_next_is_followed_inside_the_hall_only(client: Client, target: str, leads_to: str) -> None:
    people.resident()
    ask(client, next=target)

    assert client.post(CHECK, {"code": last_code()})["Location"] == leads_to


def test_a_wrong_code_stays_out(client: Client) -> None:
    people.resident()
    ask(client)

    response = client.post(CHECK, {"code": "000000" if last_code() != "000000" else "111111"})

    assert (response.status_code, is_logged_in(client)) == (422, False)
    assert "验证码不正确或已失效" in response.content.decode()


def test_a_code_of_one_browser_is_refused_in_another(client: Client) -> None:
    people.resident()
    ask(client)
    code, other = last_code(), Client()
    ask(other, "13900000001")

    other.post(CHECK, {"code": code})

    assert not is_logged_in(other)


def test_a_code_works_once(client: Client) -> None:
    people.resident()
    ask(client)
    code = last_code()
    client.post(CHECK, {"code": code})
    client.post("/accounts/logout/")

    assert client.get(CHECK)["Location"] == START
    assert not is_logged_in(client)


def test_the_session_gets_a_new_key(client: Client) -> None:
    people.resident()
    ask(client)
    before = client.session.session_key

    client.post(CHECK, {"code": last_code()})

    assert client.session.session_key != before


def test_staff_cannot_use_a_code(client: Client) -> None:
    people.staff(phone=people.PHONE)
    ask(client)

    assert templates() == ["account_no_code_login"]
    client.post(CHECK, {"code": last().code or ""})
    assert not is_logged_in(client)


def test_who_became_staff_meanwhile_cannot_use_a_code(client: Client) -> None:
    user = people.resident()
    ask(client)
    User.objects.filter(pk=user.pk).update(is_staff=True)

    client.post(CHECK, {"code": last_code()})

    assert not is_logged_in(client)


def test_a_resident_with_an_authenticator_is_asked_for_it(client: Client) -> None:
    services.enrol_totp(people.resident(), secret=people.SECRET)
    ask(client)

    first = client.post(CHECK, {"code": last_code()})
    after_code = is_logged_in(client)
    client.post(first["Location"], {"code": people.totp_code()})

    assert first["Location"] == "/accounts/second-factor/authenticate/"
    assert (after_code, is_logged_in(client)) == (False, True)


def test_an_inactive_account_learns_by_sms_what_to_do(client: Client) -> None:
    User.objects.filter(pk=people.resident().pk).update(is_active=False)
    ask(client)

    assert "12393" in text_of(last())
    client.post(CHECK, {"code": last().code or ""})
    assert not is_logged_in(client)


@pytest.mark.usefixtures("proofs_done")
def test_a_locked_victim_still_gets_in(client: Client) -> None:
    people.resident()
    for _ in range(6):
        send_login(client, people.PHONE, people.WRONG)
    locked = send_login(client, people.PHONE)
    ask(client)

    client.post(CHECK, {"code": last_code()})

    assert locked.status_code == 429
    assert START in locked.content.decode()
    assert is_logged_in(client)


def test_another_code_can_be_had_after_a_minute(client: Client) -> None:
    people.resident()
    ask(client)

    response = client.post(CHECK, {"resend": "1"})

    assert response.status_code == 429
    assert "秒后再试" in response.content.decode()


@pytest.mark.parametrize("phone", ["", "123", "12345678901", "a" * 300])
def test_what_is_no_phone_is_told_at_the_field(client: Client, phone: str) -> None:
    response = client.post(START, {"phone": phone})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["phone"]


@pytest.mark.parametrize("path", [START, CHECK])
def test_who_is_in_is_not_asked_again(client: Client, path: str) -> None:
    people.resident()
    send_login(client, people.PHONE)

    assert client.get(path)["Location"] == "/me/"


def test_the_form_is_protected_against_forgery() -> None:
    assert Client(enforce_csrf_checks=True).post(START, {"phone": people.PHONE}).status_code == 403


def test_both_ways_lead_to_each_other(client: Client) -> None:
    assert reverse("code_login") in client.get(people.LOGIN).content.decode()
    assert people.LOGIN in client.get(START).content.decode()
