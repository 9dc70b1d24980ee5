"""账号安全: password, phone and e-mail are changed by their owner only, and the old address is told."""

import time
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import SignIn, User
from portal.accounts.services.signins import device_of
from portal.notifications.models import Delivery, Message
from tests.accounts import people
from tests.accounts.letters import last, last_code, templates, text_of
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db
HOME = "/accounts/security/"
NEW_PHONE, NEW_EMAIL, NEW = "13711112222", "new@example.com", "一句新的话 2026"


@pytest.fixture
def owner(client: Client) -> User:
    user = people.resident()
    send_login(client, people.PHONE, headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537"})
    return user


def change_password(
    client: Client, *, old: str = people.PASSWORD, password: str = NEW, again: str = ""
) -> HttpResponse:
    return client.post(f"{HOME}password/", {"old": old, "password": password, "again": again or password})


def start(client: Client, kind: str, value: str) -> HttpResponse:
    return client.post(f"{HOME}{kind}/", {"value": value})


def finish(client: Client, kind: str, code: str) -> HttpResponse:
    return client.post(f"{HOME}{kind}/code/", {"code": code})


def test_the_page_shows_what_is_masked(client: Client, owner: User) -> None:
    page = client.get(HOME).content.decode()

    assert "138****1234" in page
    assert people.PHONE not in page
    assert people.EMAIL not in page
    assert "已实名" in page
    assert "Windows 电脑 谷歌内核浏览器" in page
    assert "本次登录" in page


@pytest.mark.parametrize(("has_id", "words"), [(True, "已实名"), (False, "尚未实名")])
def test_the_real_name_page_says_how_it_stands(client: Client, has_id: bool, words: str) -> None:
    people.resident(resident_id=people.RESIDENT_ID if has_id else None)
    send_login(client, people.PHONE)

    page = client.get(f"{HOME}real-name/").content.decode()

    assert words in page
    assert people.RESIDENT_ID not in page


def test_the_password_is_changed_with_the_old_one(client: Client, owner: User) -> None:
    other = Client()
    send_login(other, people.PHONE)

    response = change_password(client)

    assert response["Location"] == HOME
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert User.objects.get().check_password(NEW)
    assert (templates(), templates("email")) == (["account_password_changed"], ["account_password_changed"])
    assert Message.objects.get(recipient=owner).title == "登录密码已修改"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"old": people.WRONG}, "原密码不正确"),
        ({"old": ""}, "请输入密码"),
        ({"password": "1234"}, "密码"),
        ({"password": "yibao-demo-1"}, "容易猜到"),
        ({"password": people.PHONE + "x"}, "容易猜到"),
        ({"again": "另一个"}, "两次输入的密码不一样"),
    ],
)
def test_a_password_is_not_changed_by_mistake(client: Client, owner: User, change: dict[str, str], words: str) -> None:
    response = change_password(client, **change)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert User.objects.get().check_password(people.PASSWORD)


def test_the_old_password_cannot_be_guessed(client: Client, owner: User) -> None:
    answers = [change_password(client, old=f"{people.WRONG}{number}").status_code for number in range(11)]

    assert answers == [422] * 10 + [429]


def test_the_phone_is_changed_with_a_code_to_the_new_one(client: Client, owner: User) -> None:
    begun = start(client, "phone", f"+86 {NEW_PHONE}")
    response = finish(client, "phone", last_code())

    assert begun["Location"] == f"{HOME}phone/code/"
    assert response["Location"] == HOME
    assert User.objects.get().phone == NEW_PHONE
    assert last().address == people.PHONE
    assert "尾号 2222" in text_of(last())
    assert send_login(Client(), NEW_PHONE).status_code == 302


def test_the_e_mail_is_changed_with_a_code_to_the_new_one(client: Client, owner: User) -> None:
    start(client, "email", NEW_EMAIL.upper())
    response = finish(client, "email", last_code("email"))

    assert response["Location"] == HOME
    assert User.objects.get().email == NEW_EMAIL
    assert [row.address for row in Delivery.objects.filter(channel="email").order_by("id")] == [NEW_EMAIL, people.EMAIL]


@pytest.mark.parametrize(("kind", "channel"), [("phone", "sms"), ("email", "email")])
def test_an_address_of_somebody_else_is_told_to_its_owner_only(
    client: Client, owner: User, kind: str, channel: str
) -> None:
    people.resident(resident_id=people.UNKNOWN_ID, phone=NEW_PHONE, email=NEW_EMAIL)
    answer = start(client, kind, NEW_PHONE if kind == "phone" else NEW_EMAIL)

    assert answer["Location"] == f"{HOME}{kind}/code/"
    assert templates(channel) == ["account_address_taken"]
    assert finish(client, kind, last(channel).code or "").status_code == 422


@pytest.mark.parametrize("kind", ["phone", "email"])
def test_an_address_taken_while_the_code_was_under_way_is_refused(client: Client, owner: User, kind: str) -> None:
    start(client, kind, NEW_PHONE if kind == "phone" else NEW_EMAIL)
    code = last_code("sms" if kind == "phone" else "email")
    people.resident(resident_id=people.UNKNOWN_ID, phone=NEW_PHONE, email=NEW_EMAIL)

    response = finish(client, kind, code)

    assert response.status_code == 422
    assert "已用于另一个账号" in response.content.decode()


@pytest.mark.parametrize(("kind", "value"), [("phone", "1"), ("phone", ""), ("email", "x"), ("email", "")])
def test_what_is_no_address_is_told_at_the_field(client: Client, owner: User, kind: str, value: str) -> None:
    response = start(client, kind, value)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["value"]


@pytest.mark.parametrize("path", ["phone/", "phone/code/", "email/", "email/code/"])
def test_an_old_log_in_is_asked_for_the_password_again(client: Client, owner: User, path: str) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - 1000
    session.save()

    assert client.get(HOME + path)["Location"].startswith("/accounts/reauthenticate/")


def test_one_session_elsewhere_is_ended(client: Client, owner: User) -> None:
    other = Client()
    send_login(other, people.PHONE)
    theirs = SignIn.objects.order_by("-id")[0]

    client.post(f"{HOME}sessions/end/", {"one": theirs.pk})

    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200
    assert "仍在登录" not in client.get(HOME).content.decode()


def test_all_other_sessions_are_ended(client: Client, owner: User) -> None:
    others = [Client(), Client()]
    for other in others:
        send_login(other, people.PHONE)

    client.post(f"{HOME}sessions/end/")

    assert [other.get("/me/").status_code for other in others] == [302, 302]
    assert client.get("/me/").status_code == 200
    assert "本次登录" in client.get(HOME).content.decode()


@pytest.mark.parametrize("one", ["0", "abc", "9" * 30, "1'"])
def test_a_session_of_somebody_else_is_not_found(client: Client, owner: User, one: str) -> None:
    stranger = Client()
    people.resident(resident_id=people.UNKNOWN_ID, phone=NEW_PHONE, email=NEW_EMAIL)
    send_login(stranger, NEW_PHONE)
    theirs = SignIn.objects.order_by("-id")[0]

    answers = [client.post(f"{HOME}sessions/end/", {"one": value}).status_code for value in (one, str(theirs.pk))]

    assert answers == [404, 404]
    assert is_logged_in(stranger)
    assert stranger.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "path", ["", "real-name/", "password/", "phone/", "phone/code/", "email/", "email/code/", "sessions/end/"]
)
def test_a_stranger_is_asked_to_log_in(client: Client, path: str) -> None:
    assert client.get(HOME + path).headers.get("Location", "").startswith(("/accounts/login/", ""))
    assert client.post(HOME + path)["Location"].startswith("/accounts/")


def test_no_field_forbids_pasting_and_every_password_is_hidden(client: Client, owner: User) -> None:
    page = client.get(f"{HOME}password/").content.decode()

    assert page.count('type="password"') == 3
    assert "onpaste" not in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) MicroMessenger/8.0", "苹果手机 微信"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Safari/537.36", "安卓手机 谷歌内核浏览器"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Windows 电脑 Edge 浏览器"),
        ("<script>", "其他设备"),
        ("", "未知设备"),
    ],
)
def test_a_device_is_named_in_plain_words(agent: str, words: str) -> None:
    assert device_of(agent) == words


def test_no_fresh_installation_has_an_account() -> None:
    assert User.objects.count() == 0


def test_the_page_costs_few_statements(client: Client, owner: User, assert_statements: Any, settings: Settings) -> None:
    with assert_statements(8):
        client.get(HOME)
