"""A post gives its rights in its own area only: caseworker here and finance there sees no case there."""

from collections.abc import Iterator

import pytest
import time_machine

from insured.models import InsuredPerson, PoolingArea, StaffAssignment
from portal.accounts.models import User
from suspension.models import Application, Attachment
from tests import factories
from tests.suspension import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march_10() -> Iterator[None]:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield


@pytest.fixture
def elsewhere() -> PoolingArea:
    return factories.area(code="119902", name="邻市")


@pytest.fixture
def both(area: PoolingArea, elsewhere: PoolingArea) -> User:
    """Caseworker of one area, finance of another."""
    found = factories.staff(area=area)
    StaffAssignment.objects.create(user=found, area=elsewhere, role="finance", starts_on="2020-01-01")
    return found


def test_cases_are_those_of_the_area_in_which_one_handles_cases(
    area: PoolingArea, elsewhere: PoolingArea, both: User
) -> None:
    here = cases.filed(factories.resident(area=area))
    there = cases.filed(factories.resident(area=elsewhere, phone="13800138099"))

    assert list(Application.objects.in_charge_of(both)) == [here]
    assert not Attachment.objects.in_charge_of(both).exists()
    desk = factories.client_of(both)
    assert desk.get(f"/admin/suspension/application/{there.number}/review/").status_code == 404
    assert there.number not in desk.get("/admin/suspension/application/?queue=all").content.decode()


def test_people_are_those_of_every_area_in_which_one_sees_people(
    area: PoolingArea, elsewhere: PoolingArea, both: User
) -> None:
    people = {factories.resident(area=one, phone=f"1380013800{at}") for at, one in enumerate((area, elsewhere))}

    assert set(InsuredPerson.objects.in_charge_of(both)) == people
