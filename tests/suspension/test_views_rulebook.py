"""The guides that the rules write: for everybody, by area and day, with the seeds' sentences answered."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from insured.models import PoolingArea
from payments.services.standards import Standard, set_standard
from tests import factories
from tests.payments.test_services_dues import rates

pytestmark = pytest.mark.django_db
RENEWAL, WAITING = "/help/renewal-rules/", "/help/waiting-rules/"


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
        yield


@pytest.fixture(autouse=True)
def neighbour(area: PoolingArea) -> PoolingArea:
    set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))
    rates(area)
    return factories.area(
        code="119902", name="邻州市", window_start_month=10, window_start_day=15, gap_count="A",
        flexible_min_age=18, flexible_renewal_months="4,10", interruption_waiting_months=3,
    )  # fmt: skip


def page(address: str) -> str:
    return Client().get(address).content.decode()


def test_the_guide_has_the_headings_of_the_texts_and_the_amounts_of_the_area() -> None:
    text = page(RENEWAL)

    for heading in ("条件", "流程", "费用", "为什么要续保", "什么时候办"):
        assert f">{heading}</h2>" in text
    assert "400.00" in text
    assert "700.00" in text
    assert "443.30" in text
    assert "2026年9月1日至2026年12月31日" in text
    assert 'href="/resume/"' in text


def test_another_area_and_day_give_other_answers() -> None:
    text = page(f"{RENEWAL}?area=119902&on=2027-03-01")

    assert "2027年10月15日至2027年12月31日" in text
    assert "4月、10月受理" in text
    assert "年满18周岁" in text
    assert "2028年度的缴费标准还没有公布" in text


def test_wrong_sentences_are_answered() -> None:
    renewal, waiting = page(RENEWAL), page(WAITING)

    for claim in ("续保时间为每年的4月和10月", "保费金额根据年龄、性别、职业等因素而定", "须年满16周岁"):
        assert claim in renewal
    assert "断交续交后等1-3个月" in waiting
    assert "等待期不按病种分" in waiting


def test_the_waiting_page_works_the_cases_out() -> None:
    home, neighbour = page(WAITING), page(f"{WAITING}?area=119902")

    assert "2027年5月1日" in home
    assert "2027年6月1日" in neighbour
    assert "等6个月" in home
    assert "等3个月" in neighbour
    assert "为什么" not in home or "怎么算的" in home
    assert "国办发〔2024〕38号" in home


def test_ones_own_area_is_shown_first(neighbour: PoolingArea) -> None:
    person = factories.resident(area=neighbour)

    text = factories.client_of(factories.account_of(person)).get(WAITING).content.decode()

    assert "邻州市居民医保的等待期怎么算" in text


@pytest.mark.parametrize("query", ["area=999999", "on=yesterday", "on=1990-01-01"])
def test_what_cannot_be_meant_is_said_at_the_field(query: str) -> None:
    answer = Client().get(f"{RENEWAL}?{query}")

    assert answer.status_code == 422
    assert 'class="m"' in answer.content.decode()


def test_a_page_costs_few_statements(assert_statements: Any) -> None:
    with assert_statements(9):
        Client().get(RENEWAL)


def test_other_insurances_are_named_with_who_answers() -> None:
    text = page(RENEWAL)

    assert "失业保险、养老保险等由人力资源和社会保障部门管理" in text
    assert "补充医疗保险费" in text
