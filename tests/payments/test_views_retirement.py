"""退休年限: one's own months and what is missing, with its source; nobody else's."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import Enrollment, InsuredPerson, PoolingArea
from insured.policy.dates import Month, months_between
from insured.services.credits import Deemed, Transferred, credit_transfer, recognise_deemed
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


def test_months_are_told_by_their_source(near: InsuredPerson) -> None:
    staff = factories.staff(area=near.area, role="finance"), factories.staff(area=near.area, role="finance")
    said = Transferred(
        person_id=near.pk,
        area_id=near.area_id,
        scheme="310",
        months=months_between(Month(2002, 1), Month(2003, 12)),
        place="江苏省昆山市",
        number="YB2026",
    )
    credit_transfer(said, by=staff[0])
    new = Deemed(first=Month(1999, 1), last=Month(2000, 12), basis="示医保认〔2026〕7号", reference="FH2026")
    recognise_deemed(new, person=near, area_id=near.area_id, maker=staff[0], by=staff[1])
    neighbour = factories.area(code="119902", name="邻州市")
    away = factories.enrollment(of=near, scheme="310", status="2")
    Enrollment.objects.filter(pk=away.pk).update(area=neighbour)
    away.refresh_from_db()
    contribution(of=near, first=date(2001, 1, 1), last=date(2001, 6, 1), enrollment=away)

    text = text_of(near)

    assert "<strong>312 个月</strong>，要求 300 个月" in text
    assert "288 个月：本地 268 个月，外地转入 20 个月" in text
    assert "年限已经够了" in text
    assert "江苏省昆山市" in text
    assert "示医保认〔2026〕7号" in text
    assert "6 个月，现在不算在内" in text


def test_a_resident_is_told_that_there_are_no_years(resident: InsuredPerson) -> None:
    assert "居民医保没有退休年限" in text_of(resident)


def test_a_page_costs_few_statements(near: InsuredPerson, assert_statements: Any) -> None:
    browser = factories.client_of(factories.account_of(near))
    browser.get(ADDRESS)

    with assert_statements(8):
        browser.get(ADDRESS)
