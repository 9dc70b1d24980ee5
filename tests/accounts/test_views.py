"""The pages at the door: second factor, log-out, and the ways that are closed for now."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.accounts import services
from tests.accounts import people
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db
ENROL = "/accounts/second-factor/enrol/"
AUTHENTICATE = "/accounts/second-factor/authenticate/"


def _used_factor(client: Client) -> bool:
    records = client.session.get("account_authentication_methods", [])
    return any(record["method"] == "mfa" for record in records)


@pytest.mark.parametrize("target", [None, "/admin/", "/me/"])
def test_staff_without_an_authenticator_are_sent_to_enrol_one(client: Client, target: str | None) -> None:
    people.staff()

    response = send_login(client, "staff@example.com", **({"next": target} if target else {}))

    assert response["Location"] == ENROL


def test_staff_enrol_and_have_then_used_their_second_factor(client: Client) -> None:
    user = people.staff()
    send_login(client, "staff@example.com")

    page = client.get(ENROL)
    secret = page.context["form"].secret
    wrong = client.post(ENROL, {"code": "000000"})
    right = client.post(ENROL, {"code": people.totp_code(secret)}, follow=True)

    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert "验证码不正确" in wrong.content.decode()
    assert right.redirect_chain == [("/accounts/second-factor/codes/", 302)]
    assert len(right.context["unused_codes"]) == 10
    assert services.has_authenticator(user)
    assert _used_factor(client)


def test_the_authenticator_secret_is_kept_encrypted() -> None:
    services.enrol_totp(people.staff(), secret=people.SECRET)

    assert people.SECRET not in str(Authenticator.objects.get().data)


def test_enrolled_staff_log_in_with_password_and_code(client: Client) -> None:
    services.enrol_totp(people.staff(), secret=people.SECRET)

    first = send_login(client, "staff@example.com")
    after_password = is_logged_in(client)
    page = client.get(AUTHENTICATE)
    wrong = client.post(AUTHENTICATE, {"code": "000000"})
    right = client.post(AUTHENTICATE, {"code": people.totp_code()})

    assert (first["Location"], after_password, page.status_code) == (AUTHENTICATE, False, 200)
    assert "验证码不正确" in wrong.content.decode()
    assert right["Location"] == "/admin/"
    assert is_logged_in(client)
    assert _used_factor(client)


def test_the_desk_can_be_opened_for_a_test(client: Client) -> None:
    people.open_desk(client, people.staff())

    assert client.get("/accounts/second-factor/").status_code == 200
    assert _used_factor(client)


def test_a_code_works_once() -> None:
    services.enrol_totp(people.staff(), secret=people.SECRET)
    code = people.totp_code()
    browsers = [Client(), Client()]

    for browser in browsers:
        send_login(browser, "staff@example.com")
        browser.post(AUTHENTICATE, {"code": code})

    assert [is_logged_in(browser) for browser in browsers] == [True, False]


def test_codes_cannot_be_guessed(client: Client) -> None:
    services.enrol_totp(people.staff(), secret=people.SECRET)
    send_login(client, "staff@example.com")
    for _ in range(5):
        client.post(AUTHENTICATE, {"code": "000000"})

    response = client.post(AUTHENTICATE, {"code": people.totp_code()})

    assert "尝试次数过多" in response.content.decode()
    assert not is_logged_in(client)


def test_a_recovery_code_replaces_the_authenticator_once() -> None:
    client = Client()
    people.staff()
    send_login(client, "staff@example.com")
    secret = client.get(ENROL).context["form"].secret
    codes = client.post(ENROL, {"code": people.totp_code(secret)}, follow=True).context["unused_codes"]
    browsers = [Client(), Client()]

    for browser in browsers:
        send_login(browser, "staff@example.com")
        browser.post(AUTHENTICATE, {"code": codes[0]})

    assert [is_logged_in(browser) for browser in browsers] == [True, False]


def test_a_code_form_without_a_code_is_only_wrong(client: Client) -> None:
    services.enrol_totp(people.staff(), secret=people.SECRET)
    send_login(client, "staff@example.com")

    response = client.post(AUTHENTICATE, {})

    assert response.status_code == 200
    assert not is_logged_in(client)


def test_another_account_can_be_chosen_at_the_second_step(client: Client) -> None:
    services.enrol_totp(people.staff(), secret=people.SECRET)
    people.resident()
    send_login(client, "staff@example.com")

    client.post("/accounts/logout/", {"next": people.LOGIN})
    response = send_login(client, people.PHONE)

    assert response["Location"] == "/me/"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/accounts/second-factor/", "验证器"),
        ("/accounts/second-factor/remove/", "解除"),
        ("/accounts/second-factor/codes/", "备用码"),
        ("/accounts/second-factor/codes/new/", "备用码"),
        ("/accounts/reauthenticate/", "密码"),
        ("/accounts/second-factor/reauthenticate/", "验证码"),
        ("/accounts/logout/", "退出"),
    ],
)
def test_every_page_of_an_enrolled_account_answers(client: Client, path: str, text: str) -> None:
    _enrol(client)

    response = client.get(path)

    assert response.status_code == 200
    assert text in response.content.decode()


def test_recovery_codes_can_be_downloaded(client: Client) -> None:
    _enrol(client)

    response = client.get("/accounts/second-factor/codes/download/")

    assert len(response.content.decode().split()) == 10
    assert "attachment" in response["Content-Disposition"]


def test_recovery_codes_can_be_made_anew(client: Client) -> None:
    _enrol(client)
    old = client.get("/accounts/second-factor/codes/").context["unused_codes"]

    client.post("/accounts/second-factor/codes/new/")

    assert not set(old) & set(client.get("/accounts/second-factor/codes/").context["unused_codes"])


def test_removing_the_authenticator_removes_the_codes_too(client: Client) -> None:
    _enrol(client)

    client.post("/accounts/second-factor/remove/")

    assert Authenticator.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/reauthenticate/", {"password": people.PASSWORD}),
        ("/accounts/second-factor/reauthenticate/", {"code": "from the authenticator"}),
    ],
)
def test_an_old_log_in_is_asked_again_before_the_authenticator_goes(
    client: Client, path: str, form: dict[str, str]
) -> None:
    services.enrol_totp(people.staff(), secret=people.SECRET)
    send_login(client, "staff@example.com")
    client.post(AUTHENTICATE, {"code": people.totp_code()})
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 1000
    session.save()

    with time_machine.travel(time.time() + 40):
        asked = client.get("/accounts/second-factor/remove/")
        typed = form if "password" in form else {"code": people.totp_code()}
        confirmed = client.post(path, typed | {"next": "/accounts/second-factor/remove/"})
        page = client.get("/accounts/second-factor/remove/")

    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert confirmed["Location"] == "/accounts/second-factor/remove/"
    assert page.status_code == 200


def test_log_out_needs_a_post(client: Client) -> None:
    people.resident()
    send_login(client, people.PHONE)

    page = client.get("/accounts/logout/")
    still_in = is_logged_in(client)
    response = client.post("/accounts/logout/")

    assert (page.status_code, still_in) == (200, True)
    assert (response.status_code, response["Location"], is_logged_in(client)) == (302, "/", False)
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_log_out_is_protected_against_forgery() -> None:
    people.resident()
    client = Client(enforce_csrf_checks=True)
    client.force_login(services.User.objects.get())

    response = client.post("/accounts/logout/")

    assert (response.status_code, is_logged_in(client)) == (403, True)


@pytest.mark.parametrize("path", ["/accounts/inactive/", "/accounts/password-reset/"])
def test_who_cannot_get_in_is_told_what_to_do(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert "12393" in response.content.decode()
    assert "窗口" in response.content.decode()


@pytest.mark.parametrize("path", ["/accounts/login/face/", "/accounts/login/alipay/"])
def test_what_is_only_shown_says_so_and_leads_on(client: Client, path: str) -> None:
    shown = client.get(people.LOGIN).content.decode()
    page = client.get(path).content.decode()

    assert path in shown
    assert "演示：尚未接入" in page
    assert "/accounts/login/code/" in page
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("name", ["account_email", "account_change_password", "account_email_verification_sent"])
def test_addresses_of_allauth_without_a_page_are_not_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_who_is_logged_in_is_not_asked_to_log_in(client: Client) -> None:
    people.resident()
    send_login(client, people.PHONE)

    assert client.get(people.LOGIN)["Location"] == "/me/"


@pytest.mark.parametrize(
    "path", ["/accounts/second-factor/", ENROL, "/accounts/second-factor/codes/", "/accounts/reauthenticate/"]
)
def test_a_stranger_is_asked_to_log_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def _enrol(client: Client) -> None:
    people.staff()
    send_login(client, "staff@example.com")
    secret = client.get(ENROL).context["form"].secret
    client.post(ENROL, {"code": people.totp_code(secret)})
