"""The door forgets codes, counters, log-ins and sessions when their days are over."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal.accounts.models import OneTimeCode, Purpose, RateCounter, SignIn
from portal.accounts.services import codes, contacts, retention
from portal.accounts.services.limits import Limit, spend
from portal.accounts.tasks import forget_old
from portal.audit.models import FormToken, JobRun
from portal.audit.services import use_form_token
from tests.accounts import letters, people

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
PHONE = codes.Destination("sms", "13712345678")
A_DAY = timedelta(days=1)


def ask(purpose: Purpose = Purpose.LOGIN) -> str:
    return codes.send_code(codes.Request(purpose, PHONE, asker=codes.Asker("198.51.100.7", is_proven=True)))


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_a_code_goes_a_month_after_it_was_of_use(days: int, left: int) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ask()
        clock.shift(days * A_DAY)

        retention.forget()

        assert OneTimeCode.objects.count() == left


@pytest.mark.parametrize(("days", "is_proven"), [(364, True), (366, False)])
def test_the_proof_of_a_contact_lasts_a_year(days: int, is_proven: bool) -> None:
    user = people.resident()
    with time_machine.travel(NOW, tick=False) as clock:
        token = contacts.send_contact_code(PHONE, user=user, address="198.51.100.7")
        codes.use_code(letters.last_code(), purpose=Purpose.CONTACT, token=token)
        clock.shift(days * A_DAY)

        retention.forget()

        assert contacts.is_verified(PHONE, user=user) == is_proven


def test_a_counter_goes_when_it_counts_no_more() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        spend(Limit("some", "one", 5, 3600), Limit("some", "other", 5, 7200))
        clock.shift(timedelta(hours=1, seconds=1))

        retention.forget()

        assert list(RateCounter.objects.values_list("subject", flat=True)) == ["other"]


def test_log_ins_sessions_and_tokens_go_and_the_new_ones_stay() -> None:
    user = people.resident()
    with time_machine.travel(NOW, tick=False) as clock:
        use_form_token("t" * 24, address="/")
        SignIn.objects.create(user=user, session_key="old", method="password")
        Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() + A_DAY)
        clock.shift(401 * A_DAY)
        use_form_token("u" * 24, address="/")
        SignIn.objects.create(user=user, session_key="new", method="password")
        Session.objects.create(session_key="new", session_data="", expire_date=timezone.now() + A_DAY)

        assert retention.forget() == 3

    assert SignIn.objects.get().session_key == Session.objects.get().session_key == "new"
    assert FormToken.objects.get().token == "u" * 24


def test_the_job_works_once_a_night() -> None:
    forget_old()
    forget_old()

    assert JobRun.objects.filter(job="forget").count() == 1
