"""Killed, or refused a lock, at every single statement: the sweeps end what is left, and each fen is somewhere once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import InsuredPerson, PoolingArea
from payments.gateways.base import Outcome
from payments.models import Bill, ContributionRecord, DebitLine, DebitRun, OrderLine, PaymentOrder, Refund
from payments.services import asking, debit, family, giving_back, notices, orders, pooled, refunds
from portal import clock as clocks
from portal.accounts.models import User
from portal.errors import AlreadyDone, ConflictError
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments import collecting, refunding
from tests.payments.booth import Booth, open_booths
from tests.payments.dying import START, at_every_statement, let_time_pass

pytestmark = pytest.mark.django_db
FEE = 40_000


@dataclass(frozen=True)
class World:
    """The clock of the test and what lives outside of the hall."""

    clock: Any
    booth: Booth
    bank: collecting.TestBank

    def cut(self, act: Callable[[], object], *, ended: Callable[[], object]) -> int:
        """See at_every_statement."""
        return at_every_statement(act, clock=self.clock, books=(self.booth, self.bank), ended=ended)

    def wait(self) -> None:
        """The sweeps of the next hours."""
        let_time_pass(self.clock)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with time_machine.travel(START, tick=False) as clock, open_booths(monkeypatch) as booth:
        yield World(clock, booth, collecting.open_bank(monkeypatch))


def assert_nothing_is_under_way() -> None:
    assert not PaymentOrder.objects.live().exists()
    assert not OrderLine.objects.filter(is_live=True).exists()
    assert not Refund.objects.filter(state__in=["queued", "sent"]).exists()
    assert refunding.money_is_in_order()


def assert_paid_once(bill: Bill) -> None:
    bill.refresh_from_db()
    assert (bill.status, bill.paid_fen) == (Bill.PAID, FEE)
    assert ContributionRecord.objects.filter(person=bill.person, personal_fen=FEE).count() == 1


def buys(world: World, bill: Bill, *, payer: User) -> None:
    """The payer begins anew, and pays."""
    bill.refresh_from_db()
    world.booth.pay(booths.started(bill, by=payer, key="n" * 24))
    world.wait()


def test_buying_and_paying_of_which_nobody_hears(world: World, bill: Bill, payer: User) -> None:
    def act() -> None:
        order = booths.opened(Bill.objects.get(), by=payer)
        orders.start_order(order.number, gateway="alipay", by=payer)
        world.booth.pay(order)

    def ended() -> None:
        was_paid = any(trade.outcome == "paid" for trade in world.booth.trades.values())
        world.wait()
        assert_nothing_is_under_way()
        bill.refresh_from_db()
        assert (bill.status == Bill.PAID) == was_paid
        if not was_paid:
            buys(world, bill, payer=payer)
        assert_paid_once(bill)
        assert_nothing_is_under_way()

    assert world.cut(act, ended=ended) > 10


def test_a_notice(world: World, bill: Bill, payer: User) -> None:
    told = booths.notice_of(world.booth.pay(booths.started(bill, by=payer)))

    def ended() -> None:
        assert notices.receive("alipay", headers={}, body=told).status == 200
        assert_paid_once(bill)
        assert_nothing_is_under_way()

    assert world.cut(lambda: notices.receive("alipay", headers={}, body=told), ended=ended) > 20


def test_a_notice_that_never_comes_again(world: World, bill: Bill, payer: User) -> None:
    told = booths.notice_of(world.booth.pay(booths.started(bill, by=payer)))

    def ended() -> None:
        world.wait()
        assert_paid_once(bill)
        assert_nothing_is_under_way()

    world.cut(lambda: notices.receive("alipay", headers={}, body=told), ended=ended)


@pytest.mark.parametrize("is_paid", [False, True])
def test_the_query_that_closes_or_finds_a_payment(world: World, bill: Bill, payer: User, is_paid: bool) -> None:
    order = booths.started(bill, by=payer)
    if is_paid:
        world.booth.pay(order)

    def act() -> None:
        world.clock.move_to("2026-03-10T02:31:00Z")
        asking.query_pending()

    def ended() -> None:
        world.wait()
        order.refresh_from_db()
        assert order.state == ("paid" if is_paid else "closed")
        assert_nothing_is_under_way()

    assert world.cut(act, ended=ended) > 5


def test_cancelling_while_it_is_being_paid(world: World, bill: Bill, payer: User) -> None:
    order = booths.started(bill, by=payer)
    world.booth.pay(order)

    def ended() -> None:
        world.wait()
        assert_paid_once(bill)
        assert_nothing_is_under_way()

    assert world.cut(lambda: orders.cancel_order(order.number, by=payer), ended=ended) > 10


def test_another_way_to_pay(world: World, bill: Bill, payer: User) -> None:
    order = booths.started(bill, by=payer)

    def ended() -> None:
        world.wait()
        assert_nothing_is_under_way()
        buys(world, bill, payer=payer)
        assert_paid_once(bill)

    assert world.cut(lambda: orders.switch_order(order.number, key="s" * 24, by=payer), ended=ended) > 10


def test_a_late_success_goes_back_once(world: World, bill: Bill, payer: User) -> None:
    first = booths.started(bill, by=payer)
    orders.cancel_order(first.number, by=payer)
    second = booths.started(bill, by=payer, key="s" * 24)
    notices.receive("alipay", headers={}, body=booths.notice_of(world.booth.pay(second)))
    late = booths.notice_of(world.booth.pay(first))

    def act() -> None:
        notices.receive("alipay", headers={}, body=late)
        refunds.send_due()

    def ended() -> None:
        assert notices.receive("alipay", headers={}, body=late).status == 200
        world.wait()
        refund = Refund.objects.get()
        assert (refund.state, refund.cause, list(world.booth.refunds)) == ("done", "late", [refund.number])
        assert refunding.balance("gateway") == FEE
        assert_paid_once(bill)
        assert_nothing_is_under_way()

    assert world.cut(act, ended=ended) > 20


def test_a_refund_on_its_way_to_the_gateway(world: World, bill: Bill, payer: User) -> None:
    refunding.paid_order(bill, by=payer)
    (refund,) = refunding.asked(bill)
    refund = refunding.released(refund, makers=refunding.two(bill))

    def ended() -> None:
        world.wait()
        refund.refresh_from_db()
        assert (refund.state, list(world.booth.refunds)) == ("done", [refund.number])
        assert refunding.balance("gateway") == 0
        assert_nothing_is_under_way()

    assert world.cut(refunds.send_due, ended=ended) > 10


def pressed_again(act: Callable[[], object]) -> None:
    """Whoever got an error page presses the same button of the same page again."""
    try:
        act()
    except (AlreadyDone, ConflictError):
        return


def test_what_the_bank_sent_back_is_written_down_and_transferred_once(world: World, bill: Bill, payer: User) -> None:
    refunding.paid_order(bill, by=payer)
    maker, other = refunding.two(bill)
    refund = refunding.released(refunding.asked(bill)[0], makers=(maker, other))
    refund = refunding.arrived(refund, outcome=Outcome.CLOSED)
    token, transfer = refunding.token(), refunding.token()

    def act() -> None:
        refunds.take_return(refund.number, version=refund.version, text="账户已注销", token=token, by=maker)

    def ended() -> None:
        pressed_again(act)
        old = Refund.objects.get()
        assert (old.state, Bill.objects.get().refunded_fen, world.booth.refunds) == ("returned", 0, {})
        assert_nothing_is_under_way()

    assert world.cut(act, ended=ended) > 10
    act()
    old = Refund.objects.get()
    again = giving_back.reissue(
        old.number, version=old.version, account=refunding.ACCOUNT, token=refunding.token(), by=maker
    )
    out = refunding.released(again, makers=(maker, other))

    def confirm() -> None:
        refunds.confirm_payout(out.number, version=out.version, reference="回单0001", token=transfer, by=maker)

    def confirmed() -> None:
        pressed_again(confirm)
        assert refunding.balance("received") == -FEE
        assert Refund.objects.get(pk=out.pk).state == "done"
        assert_nothing_is_under_way()

    assert world.cut(confirm, ended=confirmed) > 10


@pytest.fixture
def worker(area: PoolingArea) -> InsuredPerson:
    """An employee with 500 yuan in the account."""
    found = factories.employee(of=factories.employer(area=area))
    pooled.credit({found.pk: 50_000}, kind="opening")
    return found


@pytest.fixture
def from_account(world: World, worker: InsuredPerson, bill: Bill) -> PaymentOrder:
    """The worker's order for the year of a parent who has agreed."""
    relation = factories.relation(person=worker, relative=bill.person, kind="3")
    type(relation).objects.filter(pk=relation.pk).update(invited_at=clocks.now(), consented_at=clocks.now())
    return booths.opened(bill, by=factories.account_of(worker))


def test_a_payment_from_the_personal_account_is_made_or_can_be_made_at_once(
    world: World, worker: InsuredPerson, from_account: PaymentOrder, bill: Bill
) -> None:
    def act() -> PaymentOrder:
        return family.pay_from_account(from_account.number, by=factories.account_of(worker))

    def ended() -> None:
        from_account.refresh_from_db()
        if from_account.state != "paid":
            assert (from_account.state, from_account.gateway, pooled.balance_of(worker)) == ("created", "", 50_000)
            act()
        assert_paid_once(bill)
        assert pooled.balance_of(worker) == 10_000
        assert_nothing_is_under_way()

    assert world.cut(act, ended=ended) > 20


def test_a_payment_from_the_personal_account_that_nobody_tries_again_is_closed(
    world: World, worker: InsuredPerson, from_account: PaymentOrder
) -> None:
    def ended() -> None:
        world.wait()
        from_account.refresh_from_db()
        assert (from_account.state, pooled.balance_of(worker)) in {("paid", 10_000), ("closed", 50_000)}
        assert_nothing_is_under_way()

    act = family.pay_from_account
    world.cut(lambda: act(from_account.number, by=factories.account_of(worker)), ended=ended)


def test_a_refund_into_the_personal_account(
    world: World, worker: InsuredPerson, from_account: PaymentOrder, bill: Bill
) -> None:
    family.pay_from_account(from_account.number, by=factories.account_of(worker))
    refund = refunding.released(refunding.asked(bill)[0], makers=refunding.two(bill))

    def ended() -> None:
        world.wait()
        refund.refresh_from_db()
        assert (refund.state, pooled.balance_of(worker)) == ("done", 50_000)
        assert_nothing_is_under_way()

    assert world.cut(refunds.send_due, ended=ended) > 15


@pytest.mark.parametrize("says", ["paid", "insufficient"])
def test_a_debit_run(world: World, bill: Bill, says: str) -> None:
    world.bank.says = says
    Bill.objects.filter(pk=bill.pk).update(due_on=date(2026, 3, 10))
    assert bill.person is not None
    collecting.mandate(bill.person)

    def ended() -> None:
        world.wait()
        line = DebitLine.objects.get()
        assert (line.outcome, world.bank.debited) == (says, int(says == "paid"))
        assert DebitRun.objects.get().finished_at is not None
        told = Message.objects.filter(dedupe_key__contains=line.order.number)
        assert told.count() == 1
        if says == "paid":
            assert_paid_once(bill)
        assert_nothing_is_under_way()

    assert world.cut(debit.run_due, ended=ended) > 40
