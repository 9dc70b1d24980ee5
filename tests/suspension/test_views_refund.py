"""The pages of 退费: the conditions with their reasons, for oneself and for nobody else."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from insured.models import InsuredPerson, PoolingArea
from payments.models import ContributionRecord
from tests import factories
from tests.suspension import asking_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def yuan(area: PoolingArea) -> InsuredPerson:
    return asking_back.employed_since(area=area)


@pytest.fixture
def browser(yuan: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(yuan))


def page(browser: Client, **asked: str) -> str:
    return browser.get(reverse("refund"), asked).content.decode()


def code_of(person: InsuredPerson) -> str:
    return ContributionRecord.objects.get(person=person).number


@time_machine.travel("2025-12-15T02:00:00Z", tick=False)
def test_says_what_comes_back_and_why(browser: Client, yuan: InsuredPerson) -> None:
    found = page(browser, paid=code_of(yuan), cause="joined-310")

    for expected in ("审核通过后退回", "400.00", "2025年11月1日起参加职工医保", "依据：医保办函〔2021〕11号第16条"):
        assert expected in found


@time_machine.travel("2026-01-05T02:00:00Z", tick=False)
def test_says_why_nothing_comes_back_once_the_year_has_begun(browser: Client, yuan: InsuredPerson) -> None:
    found = page(browser, paid=code_of(yuan), cause="joined-310")

    assert "这笔钱不能退" in found
    assert "2026年度的待遇期已经从2026年1月1日开始" in found
    assert "审核通过后退回" not in found


@time_machine.travel("2025-12-15T02:00:00Z", tick=False)
def test_shows_the_conditions_before_a_cause_is_chosen(browser: Client) -> None:
    found = page(browser)

    assert "退费条件，逐项核对" in found
    assert "待遇期还没有开始" in found
    assert 'id="result"' not in found


@time_machine.travel("2025-12-15T02:00:00Z", tick=False)
def test_a_stranger_sees_nothing_of_it(yuan: InsuredPerson, area: PoolingArea) -> None:
    stranger = factories.client_of(factories.account_of(factories.resident(area=area)))

    found = page(stranger, paid=code_of(yuan), cause="joined-310")

    assert "400.00" not in found
    assert "没有查到可以申请退费的缴费" in found


@time_machine.travel("2025-12-15T02:00:00Z", tick=False)
def test_asks_for_a_cause_that_is_offered(browser: Client, yuan: InsuredPerson) -> None:
    assert "请从列表中选一个退费原因" in page(browser, paid=code_of(yuan), cause="employed")


@pytest.mark.parametrize("words", ["退费申请", "居民医保退费", "怎么退钱", "暂停参保退费"])
def test_is_found_by_its_names(client: Client, words: str) -> None:
    found = client.get(reverse("search"), {"q": words}).content.decode()

    assert 'href="/refund/"' in found
