"""注册: four steps, one account per person, consent kept, and an answer that tells a stranger nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from insured.models import PoolingArea
from portal.accounts.gateways.identity import Verdict
from portal.accounts.items import CONSENTS
from portal.accounts.models import Consent, User
from portal.accounts.services.registration import Applicant
from portal.accounts.services.registration import register as open_account
from portal.errors import AlreadyDone, BusinessRuleError
from portal.notifications.models import Message
from tests import factories
from tests.accounts import people
from tests.accounts.conftest import Register
from tests.accounts.letters import last_code, templates
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db
NAME, PHONE, PASSWORD = "陈新人", "13712345678", "春风十里 2026"
NEW_ID = people.UNKNOWN_ID


def step_1(client: Client, **changes: Any) -> HttpResponse:
    data = {"name": NAME, "resident_id": NEW_ID, "consent": "on"} | changes
    return client.post(reverse("account_signup"), data)


def step_2(client: Client, phone: str = PHONE) -> HttpResponse:
    return client.post(reverse("register_phone"), {"phone": phone})


def step_3(client: Client, code: str) -> HttpResponse:
    return client.post(reverse("register_code"), {"code": code})


def step_4(client: Client, password: str = PASSWORD, again: str = "") -> HttpResponse:
    return client.post(reverse("register_password"), {"password": password, "again": again or password})


def to_the_password(client: Client) -> None:
    step_1(client)
    step_2(client)
    assert step_3(client, last_code())["Location"] == reverse("register_password")


def test_a_person_opens_an_account_in_four_steps(client: Client, register: Register) -> None:
    places = [step_1(client), step_2(client, " +86 137-1234-5678 "), step_3(client, last_code()), step_4(client)]

    assert [place["Location"] for place in places] == [
        reverse(name) for name in ("register_phone", "register_code", "register_password", "register_done")
    ]
    assert is_logged_in(client)
    assert "账号已开通" in client.get(reverse("register_done")).content.decode()
    user = User.objects.get()
    assert (user.display_name, user.phone, user.is_staff) == (NAME, PHONE, False)
    assert register.asked == [(NAME, NEW_ID)]
    assert templates() == ["account_code", "account_opened"]
    assert Message.objects.get(recipient=user).title == "网厅账号已开通"


@pytest.mark.parametrize("typed", [NEW_ID, PHONE, f"+86 {PHONE}"])
def test_the_new_account_logs_in_by_id_and_phone(client: Client, register: Register, typed: str) -> None:
    to_the_password(client)
    step_4(client)
    another = Client()

    assert send_login(another, typed, PASSWORD)["Location"] == "/me/"


def test_consent_is_kept_with_version_and_time(client: Client, register: Register) -> None:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        step_1(client)
        traveller.shift(timedelta(minutes=3))
        step_2(client)
        step_3(client, last_code())
        step_4(client)

    kept = Consent.objects.values_list("document", "version", "given_at")
    assert set(kept) == {(one.code, one.version, datetime(2026, 3, 10, 2, tzinfo=UTC)) for one in CONSENTS}


@pytest.mark.parametrize(
    "change", [lambda: Consent.objects.update(version="x"), lambda: Consent.objects.all().delete()]
)
def test_consent_is_append_only(client: Client, register: Register, change: Any) -> None:
    to_the_password(client)
    step_4(client)

    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_the_account_is_tied_to_its_insured_person(client: Client, register: Register, area: PoolingArea) -> None:
    person = factories.person(area=area, name=NAME, id_number=NEW_ID)
    to_the_password(client)
    step_4(client)

    person.refresh_from_db()
    assert person.user == User.objects.get()
    assert NAME in client.get("/me/").content.decode()


def test_another_name_in_the_register_is_not_tied(client: Client, register: Register, area: PoolingArea) -> None:
    person = factories.person(area=area, name="陈旧名", id_number=NEW_ID)
    to_the_password(client)
    step_4(client)

    person.refresh_from_db()
    assert person.user is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "陈"}, "name"),
        ({"name": "<b>陈新人"}, "name"),
        ({"resident_id": ""}, "resident_id"),
        ({"resident_id": "119901198506150038"}, "resident_id"),
        ({"resident_id": "119901198502300012"}, "resident_id"),
        ({"resident_id": "一二三"}, "resident_id"),
        ({"consent": ""}, "consent"),
    ],
)
def test_what_is_wrong_is_told_at_the_field(
    client: Client, register: Register, changes: dict[str, str], field: str
) -> None:
    response = step_1(client, **changes)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert register.asked == []


@pytest.mark.parametrize("name", ["阿卜杜拉·买买提", "阿卜杜拉•买买提", " 阿卜杜拉 ．买买提"])
def test_a_name_with_a_dot_is_sent_as_on_the_card(client: Client, register: Register, name: str) -> None:
    step_1(client, name=name)

    assert register.asked == [("阿卜杜拉·买买提", NEW_ID)]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.MISMATCH, "姓名与身份证号不一致"),
        (Verdict.UNKNOWN, "没有查到该身份证号"),
        (Verdict.UNAVAILABLE, "您填写的内容仍在页面上"),
    ],
)
def test_who_is_not_confirmed_stays_at_step_1(client: Client, register: Register, verdict: Verdict, words: str) -> None:
    register.verdict = verdict

    page = step_1(client)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert f'value="{NAME}"' in page.content.decode()
    assert client.get(reverse("register_phone"))["Location"] == reverse("account_signup")


def test_pairs_of_name_and_id_cannot_be_tried_without_end(client: Client, register: Register) -> None:
    register.verdict = Verdict.MISMATCH
    answers = [step_1(client, name=f"陈{char}").status_code for char in "一二三四五六"]

    assert answers == [422] * 5 + [429]
    assert len(register.asked) == 5


def test_one_address_cannot_ask_for_many_people(client: Client, register: Register, settings: Settings) -> None:
    settings.CHECK_LIMITS = settings.CHECK_LIMITS | {"address_hour": 2}
    answers = [
        step_1(
            client, resident_id=factories.resident_id(born_on=datetime(1990, 1, 1, tzinfo=UTC).date(), serial=serial)
        )
        for serial in (1, 2, 3)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 429]


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("abc1234", "", "密码"),
        ("12345678901", "", "数字"),
        ("password", "", "常见"),
        ("yibao2026x", "", "容易猜到"),
        (f"x{PHONE}", "", "容易猜到"),
        ("x19850615y", "", "容易猜到"),
        (f"a{NEW_ID}", "", "容易猜到"),
        (PASSWORD, "春风十里 2027", "两次输入的密码不一样"),
        ("", "", "请输入密码"),
    ],
)
def test_a_weak_password_is_refused(client: Client, register: Register, password: str, again: str, words: str) -> None:
    to_the_password(client)

    page = step_4(client, password, again)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", "只用一种字符也可以的一句话", " 前后都有空格 ", "长" * 128, "🙂🙂🙂🙂🙂🙂🙂🙂"],
)
def test_a_long_password_is_taken_as_it_is(client: Client, register: Register, password: str) -> None:
    to_the_password(client)
    step_4(client, password)

    assert User.objects.get().check_password(password)
    assert not User.objects.get().check_password(password.strip() + "x")


@pytest.mark.parametrize("known", ["id", "phone", "both", "nobody"])
def test_the_page_is_the_same_for_the_known(client: Client, register: Register, known: str) -> None:
    if known != "nobody":
        people.resident(
            resident_id=people.RESIDENT_ID if known == "phone" else NEW_ID,
            phone="13900000009" if known == "id" else PHONE,
        )
    step_1(client)

    answer = step_2(client)
    page = client.get(answer["Location"])

    assert (answer.status_code, page.status_code) == (302, 200)
    assert "137****5678" in page.content.decode()
    told = {"id": "account_not_registered", "phone": "account_known_phone", "both": "account_known_phone"}
    assert templates()[0] == told.get(known, "account_code")
    assert User.objects.filter(display_name=NAME).count() == 0


def test_no_code_opens_a_second_account(client: Client, register: Register) -> None:
    people.resident(resident_id=NEW_ID, phone="13900000009")
    step_1(client)
    step_2(client)

    answers = [step_3(client, f"{guess:06d}").status_code for guess in range(6)]

    assert answers == [422] * 6
    assert client.get(reverse("register_password"))["Location"] == reverse("account_signup")


def test_the_owner_is_told_of_a_second_registration(client: Client, register: Register) -> None:
    user = people.resident(resident_id=NEW_ID, phone="13900000009")
    step_1(client)
    step_2(client)

    assert Message.objects.get().recipient == user
    assert templates() == ["account_not_registered", "account_registered_again"]
    assert templates("email") == ["account_registered_again"]


def applicant(**changes: Any) -> Applicant:
    values = {"name": NAME, "resident_id": NEW_ID, "phone": PHONE, "consented_at": datetime(2026, 3, 10, tzinfo=UTC)}
    return Applicant(**values | changes)


def test_a_form_sent_twice_opens_one_account() -> None:
    open_account(applicant(), password=PASSWORD, token="t" * 24)

    with pytest.raises(AlreadyDone) as repeat:
        open_account(applicant(), password=PASSWORD, token="t" * 24)

    assert repeat.value.address == reverse("register_done")
    assert User.objects.count() == 1


@pytest.mark.parametrize("changes", [{"phone": "13700000001"}, {"resident_id": people.RESIDENT_ID}])
def test_a_second_account_of_one_person_or_phone_is_refused(changes: dict[str, str]) -> None:
    open_account(applicant(), password=PASSWORD, token="t" * 24)

    with pytest.raises(BusinessRuleError):
        open_account(applicant(**changes), password=PASSWORD, token="u" * 24)

    assert (User.objects.count(), Consent.objects.count()) == (1, len(CONSENTS))


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("register_phone", "account_signup"),
        ("register_code", "account_signup"),
        ("register_password", "account_signup"),
    ],
)
def test_a_step_cannot_be_skipped(client: Client, name: str, to: str) -> None:
    assert client.get(reverse(name))["Location"] == reverse(to)
    assert client.post(reverse(name), {"phone": PHONE, "code": "1", "password": PASSWORD})["Location"] == reverse(to)


def test_what_is_typed_between_the_steps_is_sealed(client: Client, register: Register) -> None:
    to_the_password(client)

    kept = str(dict(client.session.items()))
    assert not [value for value in (NAME, NEW_ID, PHONE) if value in kept]


def test_who_is_logged_in_is_not_asked_to_register(client: Client) -> None:
    people.resident()
    send_login(client, people.PHONE)

    assert client.get(reverse("account_signup"))["Location"] == "/me/"
