"""Whatever is typed at the door, the answer is a page: never an error of the hall."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.forms.steps import (
    ChangePasswordForm,
    CounterCodeForm,
    CounterResetForm,
    IdentityForm,
    NewEmailForm,
    NewPasswordForm,
    NewPhoneForm,
    PhoneForm,
    ResetForm,
)
from portal.accounts.models import User
from portal.accounts.services.sealed import kept
from portal.accounts.services.signins import device_of
from tests.accounts import people
from tests.accounts.conftest import Register

FORMS = (IdentityForm, PhoneForm, ResetForm, CounterCodeForm, NewPhoneForm, NewEmailForm, CounterResetForm)
NAMES = ("name", "resident_id", "consent", "phone", "destination", "code", "value", "reason", "is_checked", "password")
NAMES += ("again", "old", "resend", "next", "token", "one")
STEPS = ("login", "login/code", "login/code/check", "signup", "signup/phone", "signup/code", "signup/password")
STEPS += ("password-reset", "password-reset/code", "password-reset/counter", "password-reset/password")
STEPS += ("reauthenticate", "security/password", "security/phone", "security/phone/code", "security/email")
STEPS += ("security/email/code", "security/sessions/end")
TYPED = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"\+?[0-9\uff10-\uff19 Xx-]{0,20}", fullmatch=True),
    st.sampled_from([people.PHONE, people.RESIDENT_ID, people.EMAIL, "\x00", "a" * 3000, "０" * 18, "١٢٣٤٥٦"]),
)
FILLED = st.dictionaries(st.sampled_from(NAMES), TYPED)


@given(typed=FILLED)
@pytest.mark.parametrize("form", FORMS)
def test_a_form_takes_or_refuses_anything(form: type, typed: dict[str, str]) -> None:
    form(typed).is_valid()


@given(typed=FILLED)
@pytest.mark.parametrize("form", [NewPasswordForm, ChangePasswordForm])
def test_a_new_password_may_be_anything(form: type, typed: dict[str, str]) -> None:
    form(typed, user=User(display_name="陈新人", phone=people.PHONE, email=people.EMAIL)).is_valid()


@given(agent=st.text(max_size=500))
def test_any_browser_is_named(agent: str) -> None:
    assert 0 < len(device_of(agent)) <= 40


@given(sealed=st.one_of(st.text(), st.integers(), st.none(), st.binary()))
def test_a_session_that_was_tampered_with_holds_nothing(sealed: object) -> None:
    assert kept({"hall_sealed_register": sealed}, "register") == {}


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=FILLED)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_in", [False, True])
def test_a_page_answers_anything(
    client: Client, register: Register, step: str, is_in: bool, typed: dict[str, str]
) -> None:
    browser = Client()
    if is_in:
        browser.force_login(User.objects.first() or people.resident())

    answer = browser.post(f"/accounts/{step}/", typed)

    assert answer.status_code in {200, 302, 404, 422, 429}
