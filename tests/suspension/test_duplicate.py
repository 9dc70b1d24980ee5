"""重复参保: found, proposed with its reasons, agreed to online, ended by the stop that everybody goes through."""

from datetime import date

import pytest
from django.test import Client

from insured.models import Enrollment, InsuredPerson, PoolingArea
from portal.accounts.models import User
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import duplicates, stop
from tests import factories
from tests.suspension import cases, transferring
from tests.suspension.paid_twice import paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.fixture
def twice(area: PoolingArea) -> InsuredPerson:
    """Resident here for 2026, and flexible in the other area paid for 2025 and 2026, paused."""
    person = factories.resident(area=area)
    home = person.enrollments.get()
    paid(home, first=date(2026, 1, 1), last=date(2026, 12, 1))
    work = factories.enrollment(of=person, scheme="310", status="2", paused_on=date(2026, 1, 1))
    Enrollment.objects.filter(pk=work.pk).update(area=transferring.neighbour())
    work.refresh_from_db()
    for month in range(1, 13):
        paid(work, first=date(2025, month, 1), last=date(2025, month, 1))
    paid(work, first=date(2026, 1, 1), last=date(2026, 6, 1))
    return person


@pytest.fixture
def browser(twice: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(twice))


def test_proposes_the_employees_record_and_says_why(twice: InsuredPerson, browser: Client) -> None:
    (found,) = duplicates.resolutions_of(twice, today=date(2026, 3, 10))

    assert (found.keep.scheme, found.end.scheme, found.step, found.is_revived) == ("310", "390", "stop", True)
    page = browser.get("/duplicate/")
    for words in ("检测到重复参保", "同意这样处理", "医保发〔2020〕33号", "恢复参保"):
        assert words in page.text


def test_agreeing_fills_in_the_stop_which_the_desk_decides(
    twice: InsuredPerson, browser: Client, caseworker: User
) -> None:
    end = twice.enrollments.get(status="1")

    sent = browser.post("/duplicate/agree/", {"person": twice.number, "record": "390-119901-1501"})

    draft = Application.objects.get(person=twice)
    assert sent.headers["Location"] == "/stop/form/"
    assert (draft.reason_code, draft.enrollment_id, draft.state) == ("duplicate", end.pk, State.DRAFT)
    found = _send(draft)
    review = factories.client_of(caseworker).get(f"/admin/suspension/application/{found.number}/review/")
    assert "重复" in review.text
    done = cases.decided(cases.taken(found, by=caseworker), by=caseworker)
    end.refresh_from_db()
    assert (done.state, end.status) == (State.COMPLETED, Enrollment.PAUSED)
    (left,) = duplicates.resolutions_of(twice, today=date(2026, 3, 11))
    assert left.step == "money"


def _send(draft: Application) -> Application:
    person = draft.person
    draft = stop.save_draft(
        stop.StopRequest(
            reason_code=draft.reason_code,
            stop_month=None,
            contact_phone=person.phone or "",
            contact_email="",
            note=draft.note,
        ),
        enrollment_id=draft.enrollment_id,
        by=factories.account_of(person),
    )
    return stop.submit(
        enrollment_id=draft.enrollment_id, revision=draft.revision, token="t" * 24, by=factories.account_of(person)
    )


def test_only_the_record_that_ends_can_be_agreed_to(twice: InsuredPerson, browser: Client) -> None:
    answer = browser.post("/duplicate/agree/", {"person": twice.number, "record": "310-119902-1103"})

    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_a_stranger_agrees_to_nothing(twice: InsuredPerson, area: PoolingArea) -> None:
    stranger = factories.resident(area=area)
    browser = factories.client_of(factories.account_of(stranger))

    answer = browser.post("/duplicate/agree/", {"record": "390-119901-1501"})

    assert answer.status_code == 422
    assert not Application.objects.exists()
    assert "没有检测到重复参保" in browser.get("/duplicate/").text
