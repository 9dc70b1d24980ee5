"""提醒设置: everything is received until it is refused, per kind and channel; only one's own."""

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.notifications.models import ReminderRefusal
from portal.notifications.services import choices_of, refusals_of
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "/me/reminders/"


def test_everything_is_received_at_first(stranger: User) -> None:
    page = factories.client_of(stranger).get(ADDRESS)

    assert page.status_code == 200
    assert page.content.decode().count(" checked") == 6
    assert len(choices_of(stranger)) == 6


def test_what_is_unticked_is_refused_and_can_be_had_again(stranger: User, resident: factories.InsuredPerson) -> None:
    browser = factories.client_of(stranger)

    answer = browser.post(ADDRESS, {"deadline": ["sms", "email"], "overdue": ["email"]}, follow=True)

    assert "提醒设置已经保存" in answer.content.decode()
    assert choices_of(stranger) == {("deadline", "sms"), ("deadline", "email"), ("overdue", "email")}
    assert refusals_of([stranger.pk], kind="renewal") == {stranger.pk: {"sms", "email"}}
    assert len(choices_of(factories.account_of(resident))) == 6
    browser.post(ADDRESS, {"renewal": ["sms"], "deadline": ["sms", "email"], "overdue": ["email"]})
    assert ("renewal", "sms") in choices_of(stranger)
    assert ReminderRefusal.objects.filter(user=stranger).count() == 2


def test_an_unknown_channel_is_refused_and_changes_nothing(stranger: User) -> None:
    answer = factories.client_of(stranger).post(ADDRESS, {"deadline": ["pigeon"]})

    assert answer.status_code == 422
    assert not ReminderRefusal.objects.exists()


def test_nobody_gets_in_without_logging_in() -> None:
    assert Client().get(ADDRESS).status_code == 302
