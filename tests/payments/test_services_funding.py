"""Funding: who may say what counts, and that nobody is recognised twice."""

from datetime import date

import pytest

from insured.models import InsuredPerson, PoolingArea
from payments.models import FundingCategory, FundingRecognition
from payments.services import funding
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests import factories

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 8)


def row(area: PoolingArea, **more: object) -> funding.CategoryRow:
    values: dict[str, object] = {"name": "低保对象", "first_year": 2026, "source": "演示", "aid_fen": 34_500, **more}
    return funding.CategoryRow(area_id=area.pk, **values)


@pytest.fixture
def finance(area: PoolingArea) -> User:
    return factories.staff(area=area, role="finance")


def test_finance_keeps_the_categories_of_its_area(area: PoolingArea, finance: User) -> None:
    made = funding.save_category(row(area), by=finance)

    funding.save_category(row(area, aid_fen=36_000), pk=made.pk, by=finance)

    assert FundingCategory.objects.get().aid_fen == 36_000


def test_nobody_else_keeps_categories(area: PoolingArea, caseworker: User, reviewer: User, agent: User) -> None:
    elsewhere = factories.staff(area=factories.area(code="119902", name="邻州市"), role="finance")

    for user in (caseworker, reviewer, agent, elsewhere):
        with pytest.raises(BusinessRuleError, match=r"^funding.not-yours$"):
            funding.save_category(row(area), by=user)


def test_a_category_of_the_same_name_and_year_is_refused(area: PoolingArea, finance: User) -> None:
    funding.save_category(row(area), by=finance)

    with pytest.raises(BusinessRuleError, match=r"^funding.category-exists$"):
        funding.save_category(row(area), by=finance)


def test_a_recognition_stands_until_it_is_ended(
    area: PoolingArea, resident: InsuredPerson, finance: User, caseworker: User
) -> None:
    category = funding.save_category(row(area), by=finance)

    made = funding.recognise(resident, category=category, on=DAY, by=caseworker)
    with pytest.raises(BusinessRuleError, match=r"^funding.recognised-already$"):
        funding.recognise(resident, category=category, on=DAY, by=caseworker)

    assert [one.aid_fen for one in funding.fundings_of([resident.pk], year=2026, on=DAY)[resident.pk]] == [34_500]
    assert not funding.fundings_of([resident.pk], year=2025, on=DAY)
    assert not funding.fundings_of([resident.pk], year=2026, on=date(2026, 4, 7))

    funding.end_recognition(made.pk, on=date(2026, 6, 1), by=caseworker)
    assert not funding.fundings_of([resident.pk], year=2026, on=date(2026, 6, 1))
    assert FundingRecognition.objects.get().recorded_by == caseworker


def test_strangers_end_nothing(area: PoolingArea, resident: InsuredPerson, finance: User, agent: User) -> None:
    made = funding.recognise(resident, category=funding.save_category(row(area), by=finance), on=DAY, by=finance)

    with pytest.raises(BusinessRuleError, match=r"^funding.cannot-end$"):
        funding.end_recognition(made.pk, on=DAY, by=agent)


def test_a_person_of_another_area_is_not_recognised(area: PoolingArea, finance: User) -> None:
    other = factories.person(area=factories.area(code="119902", name="邻州市"))

    with pytest.raises(BusinessRuleError, match=r"^funding.other-area$"):
        funding.recognise(other, category=funding.save_category(row(area), by=finance), on=DAY, by=finance)
