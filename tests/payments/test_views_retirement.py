"""退休年限: one's own months and what is missing, with its source; nobody else's."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import InsuredPerson, PoolingArea
from tests import factories
from tests.payments.records import contribution
from tests.payments.test_services_dues import rates

pytestmark = pytest.mark.django_db
ADDRESS = "/me/retirement/"


@pytest.fixture(autouse=True)
def march_10() -> Iterator[None]:
    with time_machine.travel("2026-03-22T02:00:00Z", tick=False):
        yield


@pytest.fixture
def near(area: PoolingArea) -> InsuredPerson:
    """Sixty since December 2025, so retired by age since 20 March 2026; 22 years and 4 months paid."""
    rates(area)
    person = factories.flexible(area=area, born_on=date(1965, 12, 20), id_number="119901196512200193")
    contribution(of=person, first=date(2003, 9, 1), last=date(2025, 12, 1))
    contribution(of=person, first=date(2025, 12, 1))
    return person


def text_of(person: InsuredPerson) -> str:
    return factories.client_of(factories.account_of(person)).get(ADDRESS).content.decode()


def test_says_what_is_missing_and_what_it_would_cost(near: InsuredPerson) -> None:
    text = text_of(near)

    assert "还差 <strong>32 个月</strong>，已经到退休年龄" in text
    assert "9,929.92" in text
    assert "268 个月" in text
    assert "推迟3个月" in text
    assert "依据：" in text


def test_another_area_asks_for_other_years() -> None:
    area = factories.area(
        code="119902", name="邻州市", retirement_years_male=30, retirement_years_female=30, retirement_lump_per_mille=0
    )
    person = factories.flexible(area=area, born_on=date(1990, 5, 5))

    text = text_of(person)

    assert "累计缴费满30年" in text
    assert "没有一次性补缴的办法" in text


def test_a_resident_is_told_that_there_are_no_years(resident: InsuredPerson) -> None:
    assert "居民医保没有退休年限" in text_of(resident)


def test_a_page_costs_few_statements(near: InsuredPerson, assert_statements: Any) -> None:
    browser = factories.client_of(factories.account_of(near))
    browser.get(ADDRESS)

    with assert_statements(8):
        browser.get(ADDRESS)
