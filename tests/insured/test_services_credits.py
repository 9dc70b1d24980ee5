"""视同缴费 in the database: two people, no change, taken back by a second row, seen by whom it concerns."""

import pytest
import time_machine
from django.db import IntegrityError, transaction

from insured.models import CreditedMonths, InsuredPerson, PoolingArea
from insured.policy.dates import Month
from insured.services import credits as services
from insured.services.credits import Deemed
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.fixture
def march_10() -> object:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(area: PoolingArea) -> InsuredPerson:
    return factories.flexible(area=area)


@pytest.fixture
def finance(area: PoolingArea) -> User:
    return factories.staff(area=area, role="finance", name="苗以宁")


@pytest.fixture
def second(area: PoolingArea) -> User:
    return factories.staff(area=area, role="finance", name="秦望舒")


def recognised(person: InsuredPerson, *, maker: User, by: User, reference: str = "FH1") -> CreditedMonths:
    new = Deemed(first=Month(2012, 1), last=Month(2013, 12), basis="示医保认〔2026〕7号", reference=reference)
    return services.recognise_deemed(new, person=person, area_id=person.area_id, maker=maker, by=by)


def test_months_stand_until_a_second_row_takes_them_back(person: InsuredPerson, finance: User, second: User) -> None:
    row = recognised(person, maker=finance, by=second)
    counted = services.credits_of(person.pk)

    services.take_back_deemed(row.pk, reference="FH2", basis="示医保认〔2026〕9号", maker=second, by=finance)

    assert [len(one.months) for one in counted] == [24]
    assert services.credits_of(person.pk) == []
    assert CreditedMonths.objects.count() == 2
    with pytest.raises(BusinessRuleError, match=r"^credit.gone$"):
        services.take_back_deemed(row.pk, reference="FH3", basis="示医保认〔2026〕9号", maker=second, by=finance)
    assert recognised(person, maker=finance, by=second, reference="FH4").length.months == 24


def test_the_same_months_are_not_recognised_twice(person: InsuredPerson, finance: User, second: User) -> None:
    recognised(person, maker=finance, by=second)

    with pytest.raises(BusinessRuleError, match=r"^credit.known$"):
        recognised(person, maker=finance, by=second, reference="FH2")


def test_one_person_alone_recognises_nothing(person: InsuredPerson, finance: User) -> None:
    with pytest.raises(BusinessRuleError):
        recognised(person, maker=finance, by=finance)

    assert not CreditedMonths.objects.exists()


def test_a_row_is_neither_changed_nor_removed(person: InsuredPerson, finance: User, second: User) -> None:
    found = CreditedMonths.objects.filter(pk=recognised(person, maker=finance, by=second).pk)

    for change in (lambda: found.update(place="x"), lambda: found._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_is_seen_by_the_person_and_by_the_staff_of_the_area(
    person: InsuredPerson, finance: User, second: User, stranger: User, agent: User
) -> None:
    recognised(person, maker=finance, by=second)
    elsewhere = factories.staff(area=factories.area(code="119902", name="邻州市"), role="finance")

    rows = CreditedMonths.objects
    assert rows.visible_to(factories.account_of(person)).exists()
    assert rows.in_charge_of(finance).exists()
    for user in (stranger, agent):
        assert not rows.visible_to(user).exists()
    for user in (elsewhere, stranger, agent):
        assert not rows.in_charge_of(user).exists()
