"""The API of one's own applications."""

import secrets
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from insured.models import InsuredPerson
from portal.accounts.models import User
from suspension.policy.transitions import State
from suspension.services import materials, stop
from tests import factories
from tests.house_rules.world import png
from tests.suspension.cases import filed, stop_request, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]

ClientOf = Callable[[User], Client]


def test_lists_ones_own(resident: InsuredPerson, client_of: ClientOf, area: factories.PoolingArea) -> None:
    mine = filed(resident)
    filed(factories.resident(area=area))

    answer = client_of(factories.account_of(resident)).get("/api/v1/applications/").json()

    assert [row["number"] for row in answer["results"]] == [mine.number]
    assert answer["results"][0]["contact_phone"] == "138****8000"


def test_says_everything_that_was_asked_for(resident: InsuredPerson, client_of: ClientOf, assert_statements) -> None:
    account = factories.account_of(resident)
    draft = stop.save_draft(
        stop_request(
            stop_month=date(2026, 4, 1),
            resume_month=date(2026, 9, 1),
            wants_transfer=True,
            transfer_target="邻州市",
            uses_credential=True,
        ),
        enrollment_id=resident.enrollments.get().pk,
        by=account,
    )
    materials.attach(materials.read_upload(png()), slot="leave-proof", application_id=draft.pk)
    stop.submit(enrollment_id=draft.enrollment_id, revision=draft.revision, token=secrets.token_urlsafe(24), by=account)
    browser = client_of(account)

    with assert_statements(6):
        (row,) = browser.get("/api/v1/applications/").json()["results"]

    names = ("stop_month", "resume_month", "wants_transfer", "transfer_target", "uses_credential", "channel_name")
    assert [row[name] for name in names] == ["2026-04-01", "2026-09-01", True, "邻州市", True, "网厅"]
    assert [(one["slot"], one["slot_name"]) for one in row["materials"]] == [("leave-proof", "离职证明")]
    assert "public_id" not in row["materials"][0]


def test_withdraws(resident: InsuredPerson, client_of: ClientOf) -> None:
    application = filed(resident)

    answer = client_of(factories.account_of(resident)).post(
        f"/api/v1/applications/{application.number}/withdraw/",
        {"version": application.version},
        content_type="application/json",
    )

    assert (answer.status_code, answer.json()["state"]) == (200, State.WITHDRAWN)


def test_answers_409_with_the_reason_when_it_moved(
    resident: InsuredPerson, caseworker: User, client_of: ClientOf
) -> None:
    application = filed(resident)
    seen = application.version
    taken(application, by=caseworker)

    answer = client_of(factories.account_of(resident)).post(
        f"/api/v1/applications/{application.number}/withdraw/", {"version": seen}, content_type="application/json"
    )

    assert answer.status_code == 409
    assert answer.json()["reasons"][0]["code"] == "case.withdraw-too-late"


@pytest.mark.parametrize("body", ["", "[]", "null", '{"version": "x"}', '{"version": 1e99}', '{"version": true}', "{"])
def test_answers_400_to_a_garbled_body(resident: InsuredPerson, client_of: ClientOf, body: str) -> None:
    application = filed(resident)

    answer = client_of(factories.account_of(resident)).post(
        f"/api/v1/applications/{application.number}/withdraw/", body, content_type="application/json"
    )

    application.refresh_from_db()
    assert answer.status_code in (400, 409)
    assert application.state == State.SUBMITTED


def test_hides_it_from_a_stranger(resident: InsuredPerson, stranger: User, client_of: ClientOf) -> None:
    application = filed(resident)
    browser = client_of(stranger)

    assert browser.get(f"/api/v1/applications/{application.number}/").status_code == 404
    assert (
        browser.post(
            f"/api/v1/applications/{application.number}/withdraw/", {"version": 2}, content_type="application/json"
        ).status_code
        == 404
    )


def test_asks_for_login(client: Client) -> None:
    assert client.get("/api/v1/applications/").status_code in (302, 401, 403)
