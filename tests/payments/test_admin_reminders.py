"""批量提醒 at the desk: who sees the counts, who may begin, and that another area stays out of sight."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from insured.models import PoolingArea
from payments.models import ReminderRun
from payments.services import reminders
from portal.accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db
LIST, START = reverse("admin:payments_reminderrun_changelist"), reverse("admin:payments_reminderrun_start")


@pytest.fixture(autouse=True)
def in_the_window() -> Iterator[None]:
    with time_machine.travel("2026-09-01T02:00:00Z", tick=False):
        yield


@pytest.fixture
def supervisor(area: PoolingArea) -> User:
    return factories.staff(area=area, role="supervisor", name="江主管")


def test_a_supervisor_begins_and_sees_how_many_were_told(area: PoolingArea, supervisor: User) -> None:
    factories.enrollment(of=factories.person(area=area))
    browser = factories.client_of(supervisor)
    assert "今天该发的提醒" in browser.get(LIST).content.decode()

    answer = browser.post(START, {"area": area.code}, follow=True)

    assert "已开始1批提醒" in answer.content.decode()
    while ReminderRun.objects.unfinished().exists():
        reminders.advance_runs()
    text = browser.get(LIST).content.decode()
    assert "2027年度续保通知" in text
    assert "江主管" in text
    assert "已完成" in text


def test_beginning_again_sends_nothing_twice(area: PoolingArea, supervisor: User) -> None:
    browser = factories.client_of(supervisor)
    browser.post(START, {"area": area.code})

    answer = browser.post(START, {"area": area.code}, follow=True)

    assert "没有重复发送" in answer.content.decode()
    assert ReminderRun.objects.count() == 1


def test_a_caseworker_looks_and_does_not_begin(area: PoolingArea, caseworker: User) -> None:
    browser = factories.client_of(caseworker)

    assert "现在发送" not in browser.get(LIST).content.decode()
    assert browser.post(START, {"area": area.code}).status_code in (403, 404)
    assert not ReminderRun.objects.exists()


def test_the_runs_of_another_area_are_not_there(area: PoolingArea, supervisor: User) -> None:
    elsewhere = factories.area(code="119902", name="邻州市")
    reminders.open_due_runs()
    browser = factories.client_of(supervisor)

    assert "邻州市" not in browser.get(LIST).content.decode()
    assert browser.post(START, {"area": elsewhere.code}).status_code == 404


def test_a_resident_and_an_auditor_are_kept_out(area: PoolingArea, stranger: User) -> None:
    assert factories.client_of(stranger).get(LIST).status_code in (302, 403, 404)
    auditor = factories.staff(area=area, role="auditor")
    assert factories.client_of(auditor).get(LIST).status_code in (403, 404)
