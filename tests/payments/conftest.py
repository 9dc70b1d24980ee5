"""Two kinds of gateway: a booth of the test's own, and the simulated cashier, one process per module."""

from collections.abc import Iterator

import pytest
import time_machine

from payments.gateways.base import Gateway
from payments.models import Bill
from portal.accounts.models import User
from tests import factories
from tests.payments.booth import Booth, bill_of, open_booths
from tests.payments.cashier import CODES, Cashier, Sink, cashier, make_keys, sink


@pytest.fixture(scope="module")
def running_cashier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cashier]:
    folder = tmp_path_factory.mktemp("cashier")
    make_keys(folder)
    with cashier(folder) as found:
        yield found


@pytest.fixture
def till(running_cashier: Cashier) -> Iterator[Cashier]:
    yield running_cashier
    running_cashier.turn(no_notice=False, twice_at_once=False, out_of_order=False, late_seconds=0, wrong_amount_fen=0)
    running_cashier.turn(bad_signature=False, answer_500=False, hang_after_accept=False, refund_returned=False)
    running_cashier.turn(statement_faults=[])
    running_cashier.move(0)


@pytest.fixture
def inbox() -> Iterator[Sink]:
    with sink() as found:
        yield found


@pytest.fixture(params=CODES)
def gateway(request: pytest.FixtureRequest, till: Cashier) -> Gateway:
    return till.gateways[request.param]


@pytest.fixture
def booth(monkeypatch: pytest.MonkeyPatch) -> Iterator[Booth]:
    """The first of two booths, on 2026-03-10 at ten in the morning in Shanghai."""
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False), open_booths(monkeypatch) as found:
        yield found


@pytest.fixture
def bill(resident: factories.InsuredPerson) -> Bill:
    """The resident's year, 400 yuan."""
    return bill_of(resident.enrollments.get())


@pytest.fixture
def payer(resident: factories.InsuredPerson) -> User:
    """The resident's account."""
    return factories.account_of(resident)
