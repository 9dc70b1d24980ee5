"""GET /api/v1/enrollments/: one's own, masked, in few statements."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from tests import factories

ADDRESS = "/api/v1/enrollments/"
SESSION_AND_USER = 2
pytestmark = pytest.mark.django_db


def test_gives_ones_own_enrollments_with_their_periods(resident: InsuredPerson) -> None:
    answer = factories.client_of(factories.account_of(resident)).get(ADDRESS)

    assert answer.status_code == 200
    assert answer.json() == [
        {
            "person": {"name": "苏文岚", "id_number": f"119901********{resident.id_number[-4:]}"},
            "scheme": "390",
            "scheme_name": "城乡居民基本医疗保险",
            "is_basic": True,
            "area": {"code": "119901", "name": "示例市"},
            "employer_name": "示例市城乡居民",
            "category": "1501",
            "category_name": "成年居民",
            "status": "1",
            "status_name": "正常参保",
            "joined_on": "2020-01-01",
            "first_joined_on": "2020-01-01",
            "paused_on": None,
            "last_paid_month": None,
            "periods": [{"starts_on": "2026-01-01", "ends_on": "2026-12-31"}],
        }
    ]


def test_gives_nobody_elses(
    resident: InsuredPerson, agent: User, caseworker: User, reviewer: User, area: PoolingArea
) -> None:
    bare = factories.account_of(factories.person(area=area, user=factories.user()))

    for user in (agent, caseworker, reviewer, bare):
        assert factories.client_of(user).get(ADDRESS).json() == []


def test_gives_a_stranger_only_the_strangers_own(resident: InsuredPerson, stranger: User) -> None:
    own = InsuredPerson.objects.get(user=stranger)

    answer = factories.client_of(stranger).get(ADDRESS).json()

    assert [one["person"]["id_number"][-4:] for one in answer] == [own.id_number[-4:]]


def test_never_shows_a_whole_identity(resident: InsuredPerson) -> None:
    text = factories.client_of(factories.account_of(resident)).get(ADDRESS).content.decode()

    assert resident.id_number not in text
    assert "13800138000" not in text


def test_asks_for_a_login() -> None:
    assert Client().get(ADDRESS).status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_is_read_only(resident: InsuredPerson, method: str) -> None:
    client = factories.client_of(factories.account_of(resident))

    assert getattr(client, method)(ADDRESS).status_code == 405


def test_sends_two_statements_of_its_own(
    resident: InsuredPerson, assert_statements: Callable[[int], AbstractContextManager[Any]]
) -> None:
    client = factories.client_of(factories.account_of(resident))
    client.get(ADDRESS)

    with assert_statements(SESSION_AND_USER + 2):
        client.get(ADDRESS)
