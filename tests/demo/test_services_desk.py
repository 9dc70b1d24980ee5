"""What the desk of a demo finds: something of everything, once."""

import pytest
import time_machine
from django.core.management import call_command

from portal.accounts.models import User
from portal.help.models import Consultation, PhoneNote
from portal.notifications.models import Delivery
from suspension.admin.case import find_case, read_case
from suspension.models import Application, Attachment, CannedText

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path
    with time_machine.travel("2026-11-22 10:00:00+08:00", tick=False):
        call_command("seed_demo", verbosity=0)
        yield


def test_a_corrected_case_shows_what_changed_and_what_was_before() -> None:
    application = Application.objects.get(person__name="温书意", state="submitted")
    caseworker = User.objects.get(display_name="许知行")

    case = read_case(find_case(application.number or "", user=caseworker), user=caseworker)

    assert [one.label for one in case.differences] == [
        "停缴原因",
        "补充说明",
        "证明材料：新增",
        "证明材料：新增",
        "证明材料：移除",
    ]
    assert [one.state for one in case.earlier] == ["rejected"]
    assert [one.kind for one in case.talks] == ["去电"]


def test_one_question_waits_and_one_is_answered() -> None:
    assert sorted(Consultation.objects.values_list("state", flat=True)) == ["answered", "open"]


def test_two_messages_did_not_arrive() -> None:
    rows = Delivery.objects.undelivered().values_list("channel", "state", "area_code")

    assert sorted(rows) == [("email", "failed", "119901"), ("sms", "dead", "119901")]


def test_a_second_run_adds_nothing() -> None:
    def counts() -> list[int]:
        return [
            model._default_manager.count()
            for model in (Application, Attachment, CannedText, Consultation, PhoneNote, Delivery)
        ]

    before = counts()
    call_command("seed_demo", verbosity=0)

    assert counts() == before
