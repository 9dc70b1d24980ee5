"""No platform sends a notice: what was paid is found by asking, and its payer sees it within two minutes."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from insured.models import PoolingArea
from payments import gateways
from payments.gateways.base import Started
from payments.models import Bill, GatewayNotice, PaymentOrder
from payments.services import bills, orders
from portal import clock
from tests import factories
from tests.faults.processes import wait_until
from tests.faults.world import World
from tests.payments import booth as booths
from tests.payments import cashier as cashiers
from tests.payments import owed, refunding
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
LATEST_SECONDS = 120
COLUMNS = ("platform", "paid so many seconds after the start", "seconds until its payer sees it")


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[cashiers.Cashier]:
    """The three platforms, silent unless they are asked."""
    folder = tmp_path / "cashier"
    cashiers.make_keys(folder)
    with cashiers.cashier(folder) as found:
        found.turn(no_notice=True)
        monkeypatch.setattr(gateways, "gateways", lambda: tuple(found.gateways.values()))
        yield found


@pytest.fixture
def world(tmp_path: Path, till: cashiers.Cashier) -> Iterator[World]:
    """A worker and its clock as the hall runs them, with the keys of these platforms."""
    addresses = {"ALIPAY_URL": "/gateway.do", "WECHATPAY_URL": "", "UNIONPAY_URL": "/gateway/api"}
    ways = {name: till.url + path for name, path in (addresses | {"UNIONPAY_FILE_URL": "/file/"}).items()}
    found = World(tmp_path, more=cashiers.hall_env(till.folder) | ways)
    yield found
    found.close()


def owing(area: PoolingArea) -> Bill:
    """A bill of an application, which can be paid on every day of the year."""
    enrollment = factories.enrollment(of=factories.person(area=area, user=factories.user()))
    bill = bills.open_bill(owed.resident_year(enrollment, year=clock.today().year, basis=f"TB{enrollment.pk}"))
    Bill.objects.filter(pk=bill.pk).update(due_on=clock.today() + timedelta(days=30))
    bill.refresh_from_db()
    return bill


def is_seen(order: PaymentOrder) -> bool:
    """Whether the page that the payer has open says so."""
    page = factories.client_of(order.payer).get(f"/pay/orders/{order.number}/result/").content.decode()
    return "缴费成功" in page


@pytest.mark.parametrize("wait", size(plain=[0], full=[0, 135]))
def test_what_was_paid_is_seen_within_two_minutes(
    report: Report, area: PoolingArea, till: cashiers.Cashier, world: World, wait: int
) -> None:
    """G7: right after the start, and when the first quick questions are over."""
    world.start()
    log = world.worker.log
    wait_until(lambda: "ready" in log.read_text(encoding="utf-8", errors="replace"), what="the worker", seconds=180)
    begun: dict[str, tuple[PaymentOrder, Started]] = {}
    for code in cashiers.CODES:
        bill = owing(area)
        assert bill.person is not None
        by = factories.account_of(bill.person)
        order = booths.opened(bill, by=by)
        begun[code] = order, orders.start_order(order.number, gateway=code, by=by)
    time.sleep(wait)
    paid: dict[str, tuple[PaymentOrder, float]] = {}
    for code, (order, started) in begun.items():
        till.pay(started)
        paid[code] = order, time.monotonic()

    for code, (order, since) in paid.items():
        wait_until(lambda order=order: is_seen(order), what=f"{code} is seen", seconds=LATEST_SECONDS)
        seconds = time.monotonic() - since
        report.table("Paid, and no notice comes", *COLUMNS).add(code, wait, seconds)
        assert seconds <= LATEST_SECONDS

    assert not GatewayNotice.objects.exists()
    assert refunding.money_is_in_order()
