"""个人中心: one's own data, masked, in few statements; a clear page for accounts without a person."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from insured.models import Enrollment, InsuredPerson, PoolingArea
from portal.accounts.models import User
from portal.notifications.models import Message
from suspension.models import Application
from tests import factories
from tests.payments.records import year_of

ADDRESS = "/me/"
SESSION_AND_USER = 2
pytestmark = pytest.mark.django_db


def application(*, of: InsuredPerson, number: str | None, state: str) -> Application:
    """A case about the person's enrollment; drafts have neither number nor dates."""
    row = of.enrollments.select_related("area").get()
    when = {"submitted_at": datetime(2026, 3, 10, tzinfo=UTC), "due_on": date(2026, 3, 17)} if number else {}
    return Application.objects.create(
        number=number,
        item="stop",
        person=of,
        enrollment=row,
        area=row.area,
        applicant=factories.account_of(of),
        state=state,
        reason_code="other",
        stop_month=date(2026, 3, 1),
        contact_phone="13800138000",
        **when,
    )


def page(user: User) -> str:
    answer = factories.client_of(user).get(ADDRESS)
    assert answer.status_code == 200
    return answer.content.decode()


@time_machine.travel("2026-03-10T10:00:00+08:00", tick=False)
def test_shows_who_i_am_and_what_covers_me(resident: InsuredPerson) -> None:
    year_of(resident, year=2026, paid_on=date(2025, 10, 20))

    text = page(factories.account_of(resident))

    assert "<title>个人中心 - " in text
    for word in ("苏文岚", "示例市城乡居民", "城乡居民基本医疗保险", "正常参保", "成年居民", "今天可以享受"):
        assert word in text
    for word in (
        "2026年度",
        "400.00",
        "2025年10月20日",
        "停缴",
        "停保申请",
        "暂停参保",
        "缴费管理",
        "账户设置",
        "消息",
    ):
        assert word in text
    assert '<svg width="100%"' in text


@time_machine.travel("2026-03-12T10:00:00+08:00", tick=False)
def test_says_that_a_stopped_person_is_not_covered(resident: InsuredPerson) -> None:
    Enrollment.objects.filter(person=resident).update(status="2", paused_on=date(2026, 3, 11))
    resident.periods.update(ends_on=date(2026, 3, 10))

    text = page(factories.account_of(resident))

    assert "暂停参保" in text
    assert "今天不能享受" in text
    assert "您的保障已在2026年3月10日结束，2026年3月11日起看病住院的费用要自己付。" in text


def test_masks_identity_and_phone(resident: InsuredPerson) -> None:
    text = page(factories.account_of(resident))

    assert f"119901********{resident.id_number[-4:]}" in text
    assert "138****8000" in text
    assert resident.id_number not in text
    assert "13800138000" not in text


def test_shows_nobody_elses(area: PoolingArea, agent: User, caseworker: User, reviewer: User, stranger: User) -> None:
    other = factories.resident(area=area, name="欧阳静娜")
    record = year_of(other, year=2026)

    for user in (agent, caseworker, reviewer, stranger):
        text = page(user)
        assert "欧阳静娜" not in text
        assert other.id_number[-4:] not in text
        assert record.number not in text


def test_an_account_without_a_person_gets_a_clear_page(agent: User, caseworker: User) -> None:
    assert "这个账号没有关联参保人" in page(agent)
    assert "这是工作人员账号" in page(caseworker)


def test_a_person_without_enrollment_is_told_so(area: PoolingArea) -> None:
    person = factories.person(area=area, user=factories.user())

    text = page(factories.account_of(person))

    assert "没有查到参保记录" in text
    assert "最近6年没有缴费记录" in text


@time_machine.travel("2026-03-10T10:00:00+08:00", tick=False)
def test_lists_the_newest_five_applications_without_drafts(resident: InsuredPerson) -> None:
    for n in range(7):
        application(of=resident, number=f"TB20260310{n}", state="withdrawn")
    application(of=resident, number=None, state="draft")

    text = page(factories.account_of(resident))

    assert [n for n in range(7) if f"TB20260310{n}" in text] == [2, 3, 4, 5, 6]
    assert "停保申请审核通过并生效以前，您的参保状态和医保待遇不变。" in text


@time_machine.travel("2026-03-10T10:00:00+08:00", tick=False)
def test_counts_unread_messages_of_ones_own(resident: InsuredPerson, stranger: User) -> None:
    for key in ("a", "b"):
        Message.objects.create(recipient=factories.account_of(resident), dedupe_key=key, title="通知", body="正文")

    assert '<span class="count">2<span class="vh">条未读</span></span>' in page(factories.account_of(resident))
    assert 'class="count"' not in page(stranger)


def test_is_only_read(resident: InsuredPerson) -> None:
    assert factories.client_of(factories.account_of(resident)).post(ADDRESS).status_code == 405


def test_asks_for_a_login() -> None:
    assert Client().get(ADDRESS).headers["Location"].startswith("/accounts/login/")


def test_sends_five_statements_of_its_own(
    resident: InsuredPerson, assert_statements: Callable[[int], AbstractContextManager[Any]]
) -> None:
    year_of(resident, year=2026)
    client = factories.client_of(factories.account_of(resident))
    client.get(ADDRESS)

    with assert_statements(SESSION_AND_USER + 5):
        client.get(ADDRESS)
