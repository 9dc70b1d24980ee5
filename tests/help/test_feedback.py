"""意见反馈: from anybody, without a name, not without end, answered once."""

import secrets
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import RateCounter, User
from portal.errors import ConflictError
from portal.help.models import Feedback
from portal.help.services import feedback
from tests import factories
from tests.help import rows

pytestmark = pytest.mark.django_db


def sent(client: Client, **more: str) -> object:
    values = {"kind": "mistake", "text": "有错字。", "token": secrets.token_urlsafe(24)} | more
    return client.post(reverse("feedback"), values)


def test_anybody_leaves_feedback_without_a_name(client: Client) -> None:
    response = sent(client)

    found = Feedback.objects.get()
    assert response["Location"] == reverse("feedback_received", args=[found.number])
    assert found.contact is None
    page = client.get(reverse("feedback_received", args=[found.number])).content.decode()
    assert found.number in page
    assert "有错字" not in page


def test_the_address_is_not_kept_in_clear(client: Client) -> None:
    sent(client)

    kept = str(Feedback.objects.values().get()) + str(list(RateCounter.objects.values()))
    assert "127.0.0.1" not in kept


def test_numbers_typed_into_feedback_are_masked(client: Client) -> None:
    number = factories.resident_id()

    sent(client, text=f"我的号码 {number} 查不到", page="13800138000", contact="13800138000")

    found = Feedback.objects.get()
    assert number not in found.text
    assert found.page == "138****8000"
    assert found.contact == "13800138000"


def test_a_repeat_leads_to_the_first(client: Client) -> None:
    once = secrets.token_urlsafe(24)

    first, second = sent(client, token=once), sent(client, token=once)

    assert Feedback.objects.count() == 1
    assert second["Location"] == first["Location"]


@pytest.mark.parametrize("token", ["", "short", "x" * 65])
def test_a_lost_token_shows_the_form_again_with_what_was_typed(client: Client, token: str) -> None:
    response = sent(client, text="写了很久", contact="13800138000", token=token)

    assert response.status_code == 422
    page = response.content.decode()
    assert "写了很久" in page
    assert "13800138000" in page
    assert "页面已经失效" in page
    assert not Feedback.objects.exists()


def test_the_sixth_in_an_hour_is_refused_and_what_was_typed_is_kept(client: Client) -> None:
    for _ in range(feedback.HOURLY_LIMIT):
        rows.left(visitor="127.0.0.1")

    response = sent(client, text="第六次")

    assert response.status_code == 429
    assert "第六次" in response.content.decode()
    assert Feedback.objects.count() == feedback.HOURLY_LIMIT
    rows.left(visitor="192.0.2.9")


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"kind": "unknown"}, {"text": "字" * 1001}, {"page": "x" * 201}, {"token": ""}]
)
def test_a_wrong_form_writes_nothing(wrong: dict[str, str], client: Client) -> None:
    assert sent(client, **wrong).status_code == 422
    assert Feedback.objects.count() == 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    kind=st.text(max_size=20), page=st.text(max_size=300), text=st.text(max_size=1200), contact=st.text(max_size=150)
)
def test_no_input_breaks_the_form(kind: str, page: str, text: str, contact: str, client: Client) -> None:
    RateCounter.objects.all().delete()

    response = sent(client, kind=kind or "wish", page=page, text=text, contact=contact)

    assert response.status_code in {302, 422}


def test_an_unknown_number_is_not_there(client: Client) -> None:
    assert client.get(reverse("feedback_received", args=["FK20260310AAAAAA1"])).status_code == 404


def test_staff_answer_once_and_the_answer_is_shown(caseworker: User, reviewer: User, client: Client) -> None:
    found = rows.left(contact="somebody@example.com")
    address = reverse("admin:help_feedback_review", args=[found.number])

    assert factories.client_of(caseworker).post(address, {"text": "已经改正。"}).status_code == 302
    assert factories.client_of(reviewer).post(address, {"text": "再答一次"}).status_code == 409

    assert "已经改正。" in client.get(reverse("feedback_received", args=[found.number])).content.decode()
    with pytest.raises(ConflictError):
        feedback.handle(found.number, answer="第三次", by=reviewer)


@pytest.mark.parametrize("who", ["resident", "stranger", "agent"])
def test_nobody_else_reads_feedback(
    who: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    somebody = request.getfixturevalue(who)
    account = factories.account_of(somebody) if who == "resident" else somebody

    for name, args in (("changelist", []), ("review", [rows.left().number])):
        assert client_of(account).get(reverse(f"admin:help_feedback_{name}", args=args)).status_code == 403


@pytest.mark.parametrize("who", ["caseworker", "reviewer"])
def test_staff_see_what_waits_first(
    who: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    done, waiting = rows.left(text="办完的"), rows.left(text="等着的")
    feedback.handle(done.number, answer="好", by=request.getfixturevalue(who))

    page = client_of(request.getfixturevalue(who)).get(reverse("admin:help_feedback_changelist")).content.decode()

    assert page.index(waiting.text) < page.index(done.text)
