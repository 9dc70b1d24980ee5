"""The panel: there in demo mode only, one click logs in, only staff move the date."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from insured.models import PoolingArea
from portal import clock
from portal.accounts.models import User
from portal.demo.services.named import seed_named
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.demo_urls")]
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def in_demo(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.VAR_DIR = tmp_path


@pytest.fixture
def seeded() -> None:
    seed_named(today=TODAY)


def handle(name: str) -> str:
    return User.objects.get(display_name=name).handle


@pytest.mark.usefixtures("seeded")
def test_the_panel_shows_the_roles_the_codes_and_the_progress(client: Client) -> None:
    page = client.get("/demo/").content.decode()

    assert "苏文岚" in page
    assert "许知行" in page
    assert "验证码" in page
    assert "0 / 3,000" in page
    assert "Demo-hall-2026" in page


def test_the_panel_opens_before_anything_is_seeded(client: Client) -> None:
    assert client.get("/demo/").status_code == 200


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(("name", "target"), [("苏文岚", "me"), ("钟以和", "me"), ("许知行", "admin:index")])
def test_one_click_logs_in(client: Client, name: str, target: str) -> None:
    answer = client.post("/demo/login/", {"handle": handle(name)})

    assert (answer.status_code, answer["Location"]) == (302, reverse(target))
    assert client.session["_auth_user_id"] == str(User.objects.get(display_name=name).pk)


@pytest.mark.usefixtures("seeded")
def test_staff_logged_in_by_a_click_have_used_their_second_factor(client: Client) -> None:
    client.post("/demo/login/", {"handle": handle("许知行")})

    assert client.get("/demo/date/").status_code == 200


def test_accounts_that_are_not_the_demos_cannot_be_logged_in_to(client: Client) -> None:
    other = factories.user()

    assert client.post("/demo/login/", {"handle": other.handle}).status_code == 404


@pytest.mark.usefixtures("seeded")
def test_logging_in_needs_a_post(client: Client) -> None:
    assert client.get("/demo/login/").status_code == 405


def test_a_visitor_is_asked_to_log_in_before_the_date(client: Client) -> None:
    assert client.get("/demo/date/").status_code == 302


def test_a_resident_cannot_open_the_date(client: Client, stranger: User) -> None:
    client.force_login(stranger)

    assert client.get("/demo/date/").status_code == 403
    assert client.post("/demo/date/", {"day": "2099-01-01"}).status_code == 403


def test_staff_without_their_second_factor_cannot_open_the_date(client: Client, caseworker: User) -> None:
    client.force_login(caseworker)

    assert client.get("/demo/date/").status_code == 403


@pytest.fixture
def staff_client(area: PoolingArea) -> Client:
    return factories.client_of(factories.staff(area=area))


def test_staff_move_the_day_forward_and_back(
    staff_client: Client, sent_hints: list[str], django_capture_on_commit_callbacks: object
) -> None:
    real = clock.today()
    wanted = real + timedelta(days=30)

    with django_capture_on_commit_callbacks(execute=True):
        answer = staff_client.post("/demo/date/", {"day": wanted.isoformat()})

    assert answer.status_code == 302
    assert clock.today() == wanted
    assert sent_hints == ["effects", "lapses", "reminders", "unpaid", "statements"]
    staff_client.post("/demo/date/", {"reset": "1"})
    assert clock.today() == real


@pytest.mark.parametrize("days", [0, -1, 5000])
def test_the_day_cannot_go_back_or_too_far(staff_client: Client, days: int) -> None:
    today = clock.today()

    answer = staff_client.post("/demo/date/", {"day": (today + timedelta(days=days)).isoformat()})

    assert answer.status_code == 422
    assert clock.today() == today


def test_the_addresses_answer_404_outside_demo_mode(client: Client, settings: Settings) -> None:
    settings.DEMO = False

    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/login/", {"handle": "x"}).status_code == 404
