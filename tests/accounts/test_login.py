"""One box for ID, phone and e-mail: who gets in, what is answered, and what is never kept."""

import logging

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import User
from tests.accounts import people
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [
        "11990119900307003X",
        "11990119900307003x",
        " 119901 19900307 003X ",
        "13800001234",
        "+86 138 0000 1234",
        "138-0000-1234",
        "0086-13800001234",
        "zhang.demo@example.com",
        "Zhang.Demo@Example.COM",
    ],
)
def test_one_box_accepts_every_way_of_typing(client: Client, typed: str) -> None:
    user = people.resident()

    response = send_login(client, typed)

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_wrong_password_and_unknown_account_get_the_same_answer() -> None:
    people.resident()
    bodies = []

    for typed in (people.RESIDENT_ID, people.UNKNOWN_ID):
        client = Client()
        response = send_login(client, typed, people.WRONG)
        assert (response.status_code, is_logged_in(client)) == (200, False)
        token = str(response.context["csrf_token"])
        bodies.append(response.content.decode().replace(typed, "…").replace(token, "…"))

    assert bodies[0] == bodies[1]
    assert "账号或密码不正确" in bodies[0]


@pytest.mark.parametrize("typed", [people.RESIDENT_ID, people.UNKNOWN_ID, "13900000000", "nobody@example.com", "乱写"])
def test_every_try_costs_one_password_hash(client: Client, settings: Settings, typed: str) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.people.CountingHasher"]
    people.resident()
    before = people.CountingHasher.calls

    send_login(client, typed, people.WRONG)

    assert people.CountingHasher.calls - before == 1


def test_an_inactive_account_learns_where_to_go_only_with_the_right_password(client: Client) -> None:
    User.objects.filter(pk=people.resident().pk).update(is_active=False)

    wrong = send_login(client, people.PHONE, people.WRONG)
    right = client.post(people.LOGIN, {"login": people.PHONE, "password": people.PASSWORD}, follow=True)

    assert "账号或密码不正确" in wrong.content.decode()
    assert "账号已停用" in right.content.decode()
    assert not is_logged_in(client)


@pytest.mark.usefixtures("proofs_done")
def test_five_wrong_tries_lock_the_account_whichever_identifier_is_used(client: Client) -> None:
    people.resident()
    tries = [people.RESIDENT_ID, people.RESIDENT_ID.lower(), people.PHONE, people.EMAIL, people.PHONE]

    statuses = [send_login(client, typed, people.WRONG).status_code for typed in tries]
    right = send_login(client, people.EMAIL)

    assert statuses == [200, 200, 200, 200, 429]
    assert (right.status_code, is_logged_in(client)) == (429, False)
    assert "15 分钟后再试" in right.content.decode()


def test_a_lock_does_not_reach_the_victim_at_another_address(client: Client) -> None:
    people.resident()
    for _ in range(6):
        send_login(client, people.PHONE, people.WRONG, REMOTE_ADDR="198.51.100.7")

    response = send_login(client, people.PHONE, REMOTE_ADDR="203.0.113.9")

    assert response.status_code == 302
    assert is_logged_in(client)


@pytest.mark.usefixtures("proofs_done")
def test_an_unknown_account_is_locked_like_a_known_one(client: Client) -> None:
    statuses = [send_login(client, people.UNKNOWN_ID, people.WRONG).status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 200, 429]


def test_a_right_password_forgets_the_wrong_ones(client: Client) -> None:
    people.resident()
    for _ in range(4):
        send_login(client, people.PHONE, people.WRONG)
    send_login(client, people.PHONE)
    client.post("/accounts/logout/")

    statuses = [send_login(client, people.PHONE, people.WRONG).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 200]


@pytest.mark.parametrize(("password", "gets_in"), [(people.WRONG, False), (people.PASSWORD, True)])
@pytest.mark.parametrize("typed", [people.RESIDENT_ID, people.UNKNOWN_ID, people.PHONE])
def test_what_was_typed_is_kept_nowhere(
    client: Client, caplog: pytest.LogCaptureFixture, typed: str, password: str, gets_in: bool
) -> None:
    people.resident()
    caplog.set_level(logging.DEBUG)

    send_login(client, typed, password, headers={"user-agent": "test"})
    client.get(people.LOGIN, {"login": typed})

    assert is_logged_in(client) is (gets_in and typed != people.UNKNOWN_ID)
    canaries = {typed, typed.lower(), password}
    kept = _everything_kept() + caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert not [canary for canary in canaries if canary in kept]


def _everything_kept() -> str:
    """Every column of every table as text, and what the sessions hold when decoded."""
    parts = [str(session.get_decoded()) for session in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            parts += [str(bytes(value) if isinstance(value, memoryview) else value) for row in cursor for value in row]
    return "\n".join(parts)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_a_foreign_next_is_ignored(client: Client, target: str) -> None:
    people.resident()

    response = send_login(client, people.PHONE, next=target)

    assert response["Location"] == "/me/"


def test_next_on_this_site_is_followed(client: Client) -> None:
    people.resident()

    response = send_login(client, people.PHONE, next="/stop/?from=home")

    assert response["Location"] == "/stop/?from=home"


def test_the_form_is_protected_against_forgery() -> None:
    people.resident()
    client = Client(enforce_csrf_checks=True)

    response = send_login(client, people.PHONE)

    assert (response.status_code, is_logged_in(client)) == (403, False)


def test_the_session_gets_a_new_key_at_log_in(client: Client) -> None:
    people.resident()
    session = client.session
    session["before"] = "1"
    session.save()
    old_key = session.session_key

    send_login(client, people.PHONE)

    assert client.session.session_key != old_key


@pytest.mark.parametrize("missing", ["login", "password"])
def test_an_empty_box_is_told_at_the_field(client: Client, missing: str) -> None:
    data = {"login": people.PHONE, "password": people.PASSWORD} | {missing: ""}

    response = client.post(people.LOGIN, data)

    assert list(response.context["form"].errors) == [missing]


def test_behind_the_proxy_the_address_is_the_one_the_proxy_wrote(client: Client, settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    people.resident()
    attacker = {"headers": {"x-forwarded-for": "203.0.113.9, 198.51.100.7"}, "REMOTE_ADDR": "10.0.0.2"}
    for _ in range(6):
        send_login(client, people.PHONE, people.WRONG, **attacker)

    response = send_login(client, people.PHONE, headers={"x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="10.0.0.2")

    assert response.status_code == 302
