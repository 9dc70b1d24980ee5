"""The day on which the cases of domain section 7 begin."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from insured.models import InsuredPerson
from portal.accounts.models import User
from suspension.models import Application
from tests import factories
from tests.suspension import cases


@pytest.fixture
def march_10() -> Iterator[object]:
    """2026-03-10, ten in the morning in Shanghai; the clock stands."""
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def visitor(resident: InsuredPerson, client_of: Callable[[User], Client]) -> Client:
    """The resident's browser."""
    return client_of(factories.account_of(resident))


@pytest.fixture
def mine(resident: InsuredPerson, caseworker: User) -> Application:
    """A case that the caseworker has taken."""
    return cases.taken(cases.filed(resident), by=caseworker)
