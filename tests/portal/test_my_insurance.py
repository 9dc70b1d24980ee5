"""我的医保: one page that says whether benefits are due, from when to when, what is owed, and what else is mine."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import Enrollment, InsuredPerson, PoolingArea
from portal import directory
from portal.accounts.models import User
from tests import factories
from tests.portal.test_ways_in import follow, links

ADDRESS = "/me/insurance/"
SESSION_AND_USER = 2
pytestmark = pytest.mark.django_db


def page(user: User) -> str:
    answer = factories.client_of(user).get(ADDRESS)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("start", ["/me/", "/search/?q=我的医保"])
@time_machine.travel("2026-03-10T10:00:00+08:00", tick=False)
def test_is_reached_under_its_very_name(resident: InsuredPerson, start: str) -> None:
    text = follow(factories.client_of(factories.account_of(resident)), ("我的医保",), start=start)

    assert "<title>我的医保 - " in text


def test_the_texts_my_page_leads_there_and_to_the_real_name() -> None:
    mine = directory.by_code("me")

    assert "我的" in mine.aliases
    assert {"我的医保", "实名认证"} <= {entry.label for entry in directory.entries(mine)}


@time_machine.travel("2026-03-10T10:00:00+08:00", tick=False)
def test_says_everything_about_ones_insurance(resident: InsuredPerson) -> None:
    text = page(factories.account_of(resident))

    for words in (
        "享受待遇：<strong>是</strong>",
        "您的保障从2026年1月1日到2026年12月31日",
        "依据：网厅参保时段记录",
        "正常参保",
        "城乡居民基本医疗保险",
        "<dt>参保地（统筹区）</dt><dd>示例市</dd>",
        "<dt>参保时段</dt><dd><p>2026年1月1日至2026年12月31日</p>",
        "没有欠费",
        "没有个人账户",
        "还没有绑定家人",
    ):
        assert words in text
    assert links(text)["参保凭证打印"] == "/me/certificate/"
    assert links(text)["缴费凭证、缴费证明"] == "/me/vouchers/"


@time_machine.travel("2026-03-12T10:00:00+08:00", tick=False)
def test_says_no_with_the_reason_and_the_way_back(resident: InsuredPerson) -> None:
    Enrollment.objects.filter(person=resident).update(status="2", paused_on=date(2026, 3, 11))
    resident.periods.update(ends_on=date(2026, 3, 10))

    text = page(factories.account_of(resident))

    assert "享受待遇：<strong>否</strong>" in text
    assert "您的保障已在2026年3月10日结束" in text
    assert links(text)["恢复参保"] == "/resume/"


def test_an_account_without_a_person_is_told_so(agent: User) -> None:
    assert "没有关联参保人" in page(agent)


def test_a_person_without_enrollment_is_led_to_enrolment(area: PoolingArea) -> None:
    text = page(factories.account_of(factories.person(area=area, user=factories.user())))

    assert "享受待遇：<strong>否</strong>" in text
    assert links(text)["城乡居民参保登记"]


def test_shows_nobody_elses(area: PoolingArea, stranger: User) -> None:
    other = factories.resident(area=area, name="欧阳静娜")

    text = page(stranger)

    assert "欧阳静娜" not in text
    assert other.id_number[-4:] not in text


@time_machine.travel("2026-03-10T10:00:00+08:00", tick=False)
def test_stays_within_its_statements(
    resident: InsuredPerson, assert_statements: Callable[[int], AbstractContextManager[Any]]
) -> None:
    client = factories.client_of(factories.account_of(resident))
    client.get(ADDRESS)

    with assert_statements(SESSION_AND_USER + 10):
        client.get(ADDRESS)
