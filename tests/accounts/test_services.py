"""Accounts are opened, changed and closed in one place."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from pytest_django import Settings

from portal.accounts import services
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests.accounts import people
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db


def test_an_account_keeps_no_resident_id() -> None:
    user = people.resident()

    kept = User.objects.values_list().get(pk=user.pk)

    assert not [value for value in kept if people.RESIDENT_ID in str(value)]
    assert User.objects.get(pk=user.pk).phone == people.PHONE


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"resident_id": people.RESIDENT_ID.lower()}, "account.id-taken"),
        ({"phone": "+86 " + people.PHONE}, "account.phone-taken"),
        ({"email": people.EMAIL.upper()}, "account.email-taken"),
        ({}, "account.no-way-to-log-in"),
        ({"phone": "123"}, "identity.phone"),
    ],
)
def test_refuses_an_account_that_cannot_be_told_apart(given: dict[str, str], code: str) -> None:
    people.resident()

    with pytest.raises(BusinessRuleError) as refusal:
        services.create_user("王演示", **given)

    assert [reason.code for reason in refusal.value.reasons] == [code]


def test_an_account_without_a_password_cannot_be_logged_in_to(client: Client) -> None:
    people.resident(password=None)

    for password in ("", "!", people.PASSWORD):
        send_login(client, people.PHONE, password)

    assert not is_logged_in(client)


def test_a_new_phone_replaces_the_old_one(client: Client) -> None:
    user = people.resident()

    services.set_phone(user, phone="139 0000 5678")

    send_login(client, people.PHONE)
    assert not is_logged_in(client)
    send_login(client, "13900005678")
    assert is_logged_in(client)


def test_a_phone_belongs_to_one_account() -> None:
    people.resident()
    other = services.create_user("王演示", phone="13900005678")

    with pytest.raises(BusinessRuleError, match=r"account\.phone-taken"):
        services.set_phone(other, phone=people.PHONE)


def test_setting_the_same_phone_again_is_fine() -> None:
    user = people.resident()

    services.set_phone(user, phone=people.PHONE)

    assert User.objects.get(pk=user.pk).phone == people.PHONE


@pytest.mark.parametrize("changes", [{"phone_index": None}, {"email": "A@example.com"}])
def test_the_database_refuses_half_an_identifier(changes: dict[str, str | None]) -> None:
    user = people.resident()

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**changes)


@pytest.mark.parametrize("way", ["end_sessions", "set_password"])
def test_every_session_of_an_account_can_be_ended(way: str) -> None:
    user = people.resident()
    browsers = [Client(), Client()]
    for browser in browsers:
        send_login(browser, people.PHONE)

    if way == "end_sessions":
        services.end_sessions(user)
    else:
        services.set_password(user, password="another-password-2026")

    assert [browser.get("/accounts/second-factor/").status_code for browser in browsers] == [302, 302]


def test_sessions_survive_a_new_secret_key(client: Client, settings: Settings) -> None:
    people.resident()
    send_login(client, people.PHONE)
    old = settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-secret-key-" * 4, [old]

    assert client.get("/accounts/second-factor/").status_code == 200


@pytest.mark.parametrize("is_enrolled", [True, False])
def test_the_demo_log_in_counts_as_second_factor_where_enrolled(rf: RequestFactory, is_enrolled: bool) -> None:
    user = people.staff()
    if is_enrolled:
        services.enrol_totp(user, secret=people.SECRET)
    request = rf.post("/demo/login/")
    request.session, request.user = SessionStore(), AnonymousUser()

    services.log_in_with_factor(request, user=user)

    assert request.user == user
    assert services.has_authenticator(user) is is_enrolled
    assert services.has_used_second_factor(request) is is_enrolled


def test_production_refuses_the_demo_log_in(rf: RequestFactory, settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(PermissionDenied):
        services.log_in_with_factor(rf.post("/demo/login/"), user=people.staff())
