"""忘记密码 (T14): only who owns ID and phone or mailbox, once, without a way around the second factor."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from insured.models import PoolingArea
from portal.accounts import services
from portal.accounts.models import OneTimeCode, User
from portal.accounts.services.access import open_counter_reset, reset_mark, reset_password
from portal.audit.models import AccessLog
from portal.errors import AlreadyDone, BusinessRuleError
from portal.notifications.models import Delivery, Message
from tests import factories
from tests.accounts import people
from tests.accounts.letters import last, last_code, templates, text_of
from tests.accounts.people import is_logged_in, send_login

pytestmark = pytest.mark.django_db
START, CODE, PASSWORD_STEP = (f"/accounts/password-reset/{step}" for step in ("", "code/", "password/"))
COUNTER, DESK = "/accounts/password-reset/counter/", "/accounts/counter-reset/"
NEW = "一句新的话 2026"


def ask(client: Client, *, to: str = people.PHONE, resident_id: str = people.RESIDENT_ID, **more: Any) -> HttpResponse:
    return client.post(START, {"resident_id": resident_id, "destination": to}, **more)


def confirm(client: Client, channel: str = "sms") -> HttpResponse:
    return client.post(CODE, {"code": last_code(channel)})


def choose(client: Client, password: str = NEW) -> HttpResponse:
    return client.post(PASSWORD_STEP, {"password": password, "again": password})


@pytest.mark.parametrize(
    ("to", "channel"), [(people.PHONE, "sms"), (people.EMAIL, "email"), ("+86 138 0000 1234", "sms")]
)
def test_a_code_by_sms_or_e_mail_leads_to_a_new_password(client: Client, to: str, channel: str) -> None:
    people.resident()
    ask(client, to=to)
    confirm(client, channel)

    done = choose(client)

    assert (done["Location"], is_logged_in(client)) == ("/accounts/login/", False)
    assert send_login(client, people.PHONE, people.PASSWORD).status_code == 200
    assert send_login(client, people.PHONE, NEW)["Location"] == "/me/"


def test_every_session_ends_and_every_channel_is_told(client: Client) -> None:
    user, other = people.resident(), Client()
    send_login(other, people.PHONE)
    ask(client)
    confirm(client)
    choose(client)

    assert other.get("/me/").status_code == 302
    assert templates() == ["account_code", "account_password_changed"]
    assert templates("email") == ["account_password_changed"]
    assert Message.objects.get(recipient=user).title == "登录密码已修改"


def test_the_second_factor_is_not_skipped(client: Client) -> None:
    services.enrol_totp(people.staff(phone=people.PHONE, resident_id=people.RESIDENT_ID), secret=people.SECRET)
    ask(client)
    confirm(client)
    choose(client)

    assert send_login(client, people.PHONE, NEW)["Location"] == "/accounts/second-factor/authenticate/"
    assert not is_logged_in(client)
    assert services.has_authenticator(User.objects.get())


def test_a_recycled_phone_number_resets_nothing_without_the_id(client: Client) -> None:
    people.resident()

    answer = ask(client, resident_id=people.UNKNOWN_ID)

    assert answer["Location"] == CODE
    assert templates() == ["account_not_reset"]
    assert client.post(CODE, {"code": last().code or ""}).status_code == 422


def test_a_used_code_does_not_work_again(client: Client) -> None:
    people.resident()
    ask(client)
    code, other = last_code(), Client()
    confirm(client)
    other.cookies = client.cookies

    assert client.get(CODE)["Location"] == START
    assert OneTimeCode.objects.get().used_at is not None
    assert other.post(CODE, {"code": code})["Location"] == START


def test_the_code_of_one_session_is_refused_in_another(client: Client) -> None:
    people.resident()
    ask(client)
    code, thief = last_code(), Client()
    ask(thief, to="13900000001")

    assert thief.post(CODE, {"code": code}).status_code == 422
    assert thief.get(PASSWORD_STEP)["Location"] == START


def test_a_code_for_log_in_is_refused_for_a_reset(client: Client) -> None:
    people.resident()
    client.post("/accounts/login/code/", {"phone": people.PHONE})
    code = last_code()
    ask(client, to=people.EMAIL)

    assert client.post(CODE, {"code": code}).status_code == 422


@pytest.mark.parametrize("minutes", [31, 600])
def test_the_new_password_must_be_chosen_within_half_an_hour(client: Client, minutes: int) -> None:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        people.resident()
        ask(client)
        confirm(client)
        traveller.shift(timedelta(minutes=minutes))

        assert choose(client)["Location"] == START


def test_two_windows_set_one_password(client: Client) -> None:
    user = people.resident()
    mark = reset_mark(user)
    reset_password(user.pk, mark=mark, password=NEW)

    with pytest.raises(BusinessRuleError) as refusal:
        reset_password(user.pk, mark=mark, password="另一句话 2026")

    assert [reason.code for reason in refusal.value.reasons] == ["account.reset-over"]
    assert User.objects.get().check_password(NEW)


def test_a_password_changed_meanwhile_ends_the_reset(client: Client) -> None:
    user = people.resident()
    ask(client)
    confirm(client)
    services.set_password(user, password="先改的密码 2026")

    assert choose(client).status_code == 422
    assert User.objects.get().check_password("先改的密码 2026")


def test_the_host_header_gets_into_no_message(client: Client) -> None:
    people.resident()

    ask(client, to=people.EMAIL, headers={"host": "evil.example"})

    assert "evil" not in text_of(last("email"))
    assert "http" not in text_of(last("email"))


@pytest.mark.usefixtures("proofs_done")
def test_a_lock_ends_with_the_new_password(client: Client) -> None:
    people.resident()
    for _ in range(5):
        send_login(client, people.PHONE, people.WRONG)
    ask(client)
    confirm(client)
    choose(client)

    assert send_login(client, people.PHONE, NEW).status_code == 302


@pytest.mark.parametrize("password", ["123", "yibao-2026-x", people.PHONE, "password"])
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    people.resident()
    ask(client)
    confirm(client)

    assert choose(client, password).status_code == 422
    assert User.objects.get().check_password(people.PASSWORD)


def test_an_inactive_account_is_not_reset(client: Client) -> None:
    User.objects.filter(pk=people.resident().pk).update(is_active=False)
    ask(client)

    assert templates() == ["account_not_reset"]


@pytest.mark.parametrize("to", ["", "12345", "not an address", "@"])
def test_what_is_no_address_is_told_at_the_field(client: Client, to: str) -> None:
    response = ask(client, to=to)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["destination"]


# --- the counter ---------------------------------------------------------------------------------------------------


@pytest.fixture
def someone(area: PoolingArea) -> User:
    """A resident of the area whose phone is gone."""
    user = people.resident(phone=None, email=None)
    factories.person(area=area, user=user, id_number=people.RESIDENT_ID)
    return user


def print_slip(client: Client, **changes: str) -> HttpResponse:
    data = {"resident_id": people.RESIDENT_ID, "reason": "手机号已更换", "is_checked": "on", "token": "t" * 24}
    return client.post(DESK, data | changes)


def test_the_counter_prints_a_code_and_the_owner_sets_the_password(
    client: Client, client_of: Any, caseworker: User, someone: User
) -> None:
    slip = print_slip(client_of(caseworker))
    code = slip.context["code"]
    first = client.post(COUNTER, {"resident_id": people.RESIDENT_ID.lower(), "code": f" {code.lower()} "})
    choose(client)

    assert slip.status_code == 200
    assert first["Location"] == PASSWORD_STEP
    assert send_login(client, people.RESIDENT_ID, NEW)["Location"] == "/me/"
    log = AccessLog.objects.get(action="counter-reset")
    assert (log.user, log.subject_id, log.reason) == (caseworker, someone.pk, "手机号已更换")
    assert Message.objects.filter(recipient=someone, title="窗口正在为您重设密码").exists()


def test_the_slip_is_good_for_half_an_hour_and_once(client: Client, someone: User, caseworker: User) -> None:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        code = issue(caseworker)
        traveller.shift(timedelta(minutes=30))
        late = client.post(COUNTER, {"resident_id": people.RESIDENT_ID, "code": code})
        code = issue(caseworker, token="u" * 24)
        first, second = (client.post(COUNTER, {"resident_id": people.RESIDENT_ID, "code": code}) for _ in range(2))

    assert (late.status_code, first.status_code, second.status_code) == (422, 302, 422)


def issue(by: User, *, token: str = "t" * 24) -> str:
    return open_counter_reset(resident_id=people.RESIDENT_ID, reason="x", token=token, again="/", by=by)


def test_the_slip_cannot_be_guessed(client: Client, someone: User, caseworker: User) -> None:
    code = issue(caseworker)
    answers = [client.post(COUNTER, {"resident_id": people.RESIDENT_ID, "code": "AAAAAAAA"}) for _ in range(5)]

    right = client.post(COUNTER, {"resident_id": people.RESIDENT_ID, "code": code})

    assert {answer.status_code for answer in answers} == {422}
    assert right.status_code == 422


def test_the_slip_is_the_same_riddle_for_an_unknown_id(client: Client, someone: User, caseworker: User) -> None:
    issue(caseworker)
    pages = [
        client.post(COUNTER, {"resident_id": number, "code": "AAAAAAAA"})
        for number in (people.RESIDENT_ID, people.UNKNOWN_ID)
    ]

    assert [page.status_code for page in pages] == [422, 422]
    assert pages[0].context["reasons"] == pages[1].context["reasons"]


def test_staff_of_another_area_print_nothing(client_of: Any, someone: User) -> None:
    elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"))

    assert print_slip(client_of(elsewhere)).status_code == 422
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [("caseworker", 200), ("supervisor", 200), ("reviewer", 422), ("auditor", 422), ("finance", 422)],
)
def test_only_some_roles_print(client_of: Any, area: PoolingArea, someone: User, role: str, status: int) -> None:
    assert print_slip(client_of(factories.staff(area=area, role=role))).status_code == status


@pytest.mark.parametrize(
    ("role", "is_of_the_area", "status"),
    [("caseworker", True, 200), ("supervisor", True, 200), ("caseworker", False, 422), ("supervisor", False, 422)],
)
def test_an_unlinked_account_is_reset_in_the_area_of_the_person_with_its_id(
    client_of: Any, area: PoolingArea, role: str, is_of_the_area: bool, status: int
) -> None:
    people.resident()
    factories.person(area=area, name="张异名", id_number=people.RESIDENT_ID)
    desk = area if is_of_the_area else factories.area(code="119902", name="邻市")

    assert print_slip(client_of(factories.staff(area=desk, role=role))).status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [("caseworker", 422), ("reviewer", 422), ("auditor", 422), ("supervisor", 200), ("administrator", 200)],
)
def test_an_account_of_nobody_in_the_register_is_reset_by_those_in_charge_only(
    client_of: Any, area: PoolingArea, role: str, status: int
) -> None:
    people.resident()

    assert print_slip(client_of(factories.staff(area=area, role=role))).status_code == status


@pytest.mark.parametrize("who", ["stranger", "agent"])
def test_nobody_else_sees_the_page(client_of: Any, request: pytest.FixtureRequest, who: str) -> None:
    browser = client_of(request.getfixturevalue(who))

    assert browser.get(DESK).status_code == 403
    assert print_slip(browser).status_code == 403


def test_no_staff_account_is_reset_at_the_counter(client_of: Any, caseworker: User) -> None:
    people.staff(resident_id=people.RESIDENT_ID)

    page = print_slip(client_of(caseworker))

    assert page.status_code == 422
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"is_checked": ""}, {"resident_id": "1"}, {"resident_id": people.UNKNOWN_ID}, {"token": ""}],
)
def test_the_counter_needs_everything(client_of: Any, caseworker: User, someone: User, changes: dict[str, str]) -> None:
    assert print_slip(client_of(caseworker), **changes).status_code == 422
    assert not OneTimeCode.objects.exists()


def test_a_slip_is_printed_once_for_one_form(someone: User, caseworker: User) -> None:
    issue(caseworker)

    with pytest.raises(AlreadyDone):
        issue(caseworker)

    assert OneTimeCode.objects.count() == 1


def test_the_printed_code_stands_nowhere_in_clear(someone: User, caseworker: User) -> None:
    code = issue(caseworker)

    assert code not in str(OneTimeCode.objects.values_list("binding", "code_hash").get())
    assert Delivery.objects.count() == 0
