"""What was typed into a form that came after the session's end is there again after the log-in."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.services.typed import LIMIT
from suspension.models import Application
from tests import factories
from tests.accounts import people
from tests.accounts.people import send_login

pytestmark = pytest.mark.django_db
NOW = "2026-03-10T02:00:00Z"
FORM = "/stop/form/"
NOTE = "我已参加职工医保，请办理停缴。"


@pytest.fixture
def covered(area: PoolingArea) -> InsuredPerson:
    """Somebody who can stop and who logs in with a password."""
    person = factories.person(area=area, user=people.resident(), id_number=people.RESIDENT_ID)
    factories.period(of=factories.enrollment(of=person))
    return person


def filled(**changes: object) -> dict[str, object]:
    data = {"reason_code": "joined-310", "contact_phone": people.PHONE, "contact_email": "", "note": NOTE}
    return data | changes


def send_too_late(client: Client, **changes: object) -> HttpResponse:
    """Log in, open the form, wait 31 minutes, send it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        send_login(client, people.PHONE)
        client.get(FORM)
        traveller.shift(timedelta(minutes=31))
        return client.post(FORM, filled(**changes), headers={"referer": f"http://testserver{FORM}"})


def log_in_again(client: Client, *, minutes: int = 32, typed: str = people.PHONE) -> HttpResponse:
    with time_machine.travel(NOW, tick=False) as traveller:
        traveller.shift(timedelta(minutes=minutes))
        send_login(client, typed, next="/accounts/resume/")
        return client.get("/accounts/resume/")


def test_the_log_in_page_says_that_nothing_is_lost(client: Client, covered: InsuredPerson) -> None:
    answer = send_too_late(client)
    page = client.get(answer["Location"])

    assert answer["Location"] == "/accounts/login/?next=/accounts/resume/"
    assert "您刚才填写的内容已保留" in page.content.decode()
    assert not Application.objects.exists()


def test_the_form_comes_back_and_goes_on(client: Client, covered: InsuredPerson) -> None:
    send_too_late(client)
    page = log_in_again(client)
    fields = dict(page.context["typed"].fields)

    with time_machine.travel("2026-03-10T02:33:00Z", tick=False):
        sent = client.post(page.context["typed"].path, fields)

    assert NOTE in page.content.decode()
    assert f'action="{FORM}"' in page.content.decode()
    assert sent.status_code == 302
    assert Application.objects.get(person=covered).note == NOTE


def test_it_waits_sealed(client: Client, covered: InsuredPerson) -> None:
    send_too_late(client)

    kept = "".join(str(row.get_decoded()) for row in Session.objects.all())
    assert NOTE not in kept
    assert people.PHONE not in kept


def test_nobody_else_gets_it(client: Client, covered: InsuredPerson) -> None:
    people.resident(resident_id=people.UNKNOWN_ID, phone="13900000001", email="b@example.com")
    send_too_late(client)

    page = log_in_again(client, typed="13900000001")

    assert page["Location"] == "/me/"


def test_it_is_forgotten_after_an_hour(client: Client, covered: InsuredPerson) -> None:
    send_too_late(client)

    assert log_in_again(client, minutes=31 + 61)["Location"] == "/me/"


def test_files_must_be_chosen_again(client: Client, covered: InsuredPerson) -> None:
    send_too_late(client, material=SimpleUploadedFile("a.png", b"x"))

    assert "请重新选择" in log_in_again(client).content.decode()


@pytest.mark.parametrize("changes", [{"note": "长" * (LIMIT + 1)}, {"password": "x"}, {"old": "x"}])
def test_too_much_or_secret_only_leads_back(client: Client, covered: InsuredPerson, changes: dict[str, object]) -> None:
    assert send_too_late(client, **changes)["Location"] == f"/accounts/login/?next={FORM}"


def test_looking_without_anything_kept_leads_home(client: Client, covered: InsuredPerson) -> None:
    send_login(client, people.PHONE)

    assert client.get("/accounts/resume/")["Location"] == "/me/"


def test_one_click_keeps_the_session(client: Client, covered: InsuredPerson) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        send_login(client, people.PHONE)
        traveller.shift(timedelta(minutes=26))
        stayed = client.get("/accounts/still-here/")
        traveller.shift(timedelta(minutes=26))

        assert stayed.status_code == 204
        assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(("hours", "seconds"), [(0, 29 * 60), (11.9, 360)])
def test_the_page_knows_when_the_log_in_ends(
    client: Client, covered: InsuredPerson, hours: float, seconds: int
) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        send_login(client, people.PHONE)
        for _ in range(int(hours * 3)):
            traveller.shift(timedelta(minutes=20))
            client.get("/me/")
        traveller.move_to(f"2026-03-10T{2 + int(hours):02d}:{round(hours % 1 * 60):02d}:00Z")

        page = client.get("/me/").content.decode()

    assert f'data-session-end="{seconds}"' in page
    assert "session-end.js" in page


def test_a_visitor_gets_no_notice(client: Client) -> None:
    assert "session-end" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("origin", "is_kept"), [("http://testserver", True), ("https://evil.example", False), ("null", False), ("", False)]
)
def test_a_form_of_an_earlier_log_in_is_kept_if_it_is_the_halls_own(
    covered: InsuredPerson, origin: str, is_kept: bool
) -> None:
    """The other window logged in again, so the token of this one is old."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.account_of(covered))
    headers = {"origin": origin} if origin else {}

    answer = client.post(FORM, filled(), headers=headers)

    assert answer.headers.get("Location") == ("/accounts/resume/" if is_kept else None)
    assert answer.status_code == (302 if is_kept else 403)
    assert client.get("/accounts/resume/").status_code == (200 if is_kept else 302)
    assert not Application.objects.exists()


def test_a_form_of_the_door_is_not_kept(covered: InsuredPerson) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.account_of(covered))

    answer = client.post("/accounts/security/phone/", {"value": people.PHONE}, headers={"origin": "http://testserver"})

    assert answer.status_code == 403
