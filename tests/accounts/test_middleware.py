"""Sessions end when idle or old, say so, and are not written on every click."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from tests.accounts import people
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db
NOW = "2026-03-10T02:00:00+00:00"


def _logged_in(client: Client, *, staff: bool = False) -> None:
    typed = people.EMAIL
    people.staff(email=typed) if staff else people.resident()
    send_login(client, typed)
    assert is_logged_in(client)


@pytest.mark.parametrize(
    ("staff", "minutes", "stays"), [(False, 29, True), (False, 30, False), (True, 14, True), (True, 15, False)]
)
def test_an_idle_session_ends(client: Client, staff: bool, minutes: int, stays: bool) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        _logged_in(client, staff=staff)
        traveller.shift(timedelta(minutes=minutes))

        client.get("/account-settings/")

        assert is_logged_in(client) is stays


@pytest.mark.parametrize(("staff", "hours"), [(False, 12), (True, 8)])
def test_a_busy_session_ends_at_its_age(client: Client, staff: bool, hours: int) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        _logged_in(client, staff=staff)
        for _ in range(hours * 6 - 1):
            traveller.shift(timedelta(minutes=10))
            client.get("/")
        assert is_logged_in(client)

        traveller.shift(timedelta(minutes=10))
        client.get("/")

        assert not is_logged_in(client)


def test_an_ended_session_leads_to_the_log_in_and_back(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        _logged_in(client)
        traveller.shift(timedelta(minutes=31))

        response = client.get("/me/?tab=2", follow=True)
        back = send_login(client, people.EMAIL, next="/me/?tab=2")

    assert response.redirect_chain == [("/accounts/login/?next=/me/%3Ftab%3D2", 302)]
    assert "登录已超时" in response.content.decode()
    assert back["Location"] == "/me/?tab=2"


@pytest.mark.parametrize(
    ("referrer", "target"),
    [
        ("http://testserver/me/?tab=2", "/accounts/login/?next=/me/%3Ftab%3D2"),
        ("https://evil.example/me/", "/accounts/login/?next="),
        ("", "/accounts/login/?next="),
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_page(client: Client, referrer: str, target: str) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        _logged_in(client)
        traveller.shift(timedelta(minutes=31))

        response = client.post("/accounts/second-factor/enrol/", headers={"referer": referrer})

    assert response["Location"] == target


def test_a_public_page_goes_on_for_the_visitor(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        _logged_in(client)
        traveller.shift(timedelta(minutes=31))

        response = client.get("/accounts/signup/")

    assert response.status_code == 200
    assert not is_logged_in(client)


def test_a_session_is_written_at_most_once_a_minute(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        _logged_in(client)
        first = _expiry()
        for seconds, is_written in ((20, False), (39, False), (1, True), (59, False), (1, True)):
            traveller.shift(timedelta(seconds=seconds))
            client.get("/accounts/second-factor/")
            assert (_expiry() != first) is is_written
            first = _expiry()


def test_a_visitor_gets_no_session(client: Client) -> None:
    client.get(people.LOGIN)

    assert Session.objects.count() == 0


def _expiry() -> float:
    return Session.objects.get().expire_date.timestamp()


def test_a_form_sent_by_a_visitor_leads_back_to_its_page(client: Client) -> None:
    """Its own address takes no visit: after the log-in one would stand before an empty page."""
    people.resident()

    asked = client.post("/me/messages/read-all/", headers={"referer": "http://testserver/me/messages/"}, follow=True)
    back = send_login(client, people.EMAIL, next="/me/messages/")

    assert asked.redirect_chain == [("/accounts/login/?next=/me/messages/", 302)]
    assert "刚才的提交没有执行" in asked.content.decode()
    assert client.get(back["Location"]).status_code == 200
