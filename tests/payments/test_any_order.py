"""T07 with refunds: in whatever order a gateway's words arrive, about a payment and what went back, the end is one.

The words are those of each platform, recorded at the simulated cashier: signed notices, answers to queries and closes.
All 2,520 orders are walked as a tree; branches that have come to the same rows with the same events left are one.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings

from insured.models import CoveragePeriod
from payments import gateways
from payments.gateways.base import Gateway, Outcome, RefundRequest, RefundState, Trade
from payments.models import (
    Bill,
    ContributionRecord,
    LedgerTransaction,
    OrderDoubt,
    OrderLine,
    PaymentOrder,
    Refund,
)
from payments.services import asking, giving_back, orders, refunds
from payments.services.notices import receive
from portal import clock
from portal.accounts.models import User
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments import cashier as cashiers
from tests.payments import refunding
from tests.payments.cashier import Cashier, Notice, Sink

pytestmark = pytest.mark.django_db
STEPS = ("create-answer", "return", "notice", "notice", "query", "close", "refund")
ORDERS = 2_520
WHOLE, PART = 40_000, 7_000
State = tuple[object, ...]


@dataclass
class Tape:
    """A gateway that says again what it has said: `is_back` tells whether the refund has happened by now."""

    real: Gateway
    notice: Notice
    refund_notice: Notice
    queries: tuple[Trade, Trade]
    closes: tuple[Outcome, Outcome]
    refund_answer: RefundState
    refund_query: RefundState
    is_back: Callable[[], bool]

    def __getattr__(self, name: str) -> Any:
        """Its name, its code, how it judges notices and wants them answered."""
        return getattr(self.real, name)

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        return self.queries[self.is_back()]

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        return self.closes[self.is_back()]

    def refund(self, request: RefundRequest) -> RefundState:
        return self.refund_answer

    def query_refund(self, refund_number: str, *, order_number: str, begun_at: datetime) -> RefundState:
        return self.refund_query


@pytest.fixture(autouse=True)
def march_10(settings: Settings, tmp_path: Any, till: Cashier, inbox: Sink) -> None:
    """The hall's and the platforms' day is 2026-03-10; notices go to the inbox."""
    settings.DEMO, settings.VAR_DIR, settings.BASE_URL = True, str(tmp_path), inbox.url.removesuffix("/n")
    clock.move_to(date(2026, 3, 10))
    till.move(clock.offset_days())


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def recorded(
    order: PaymentOrder, *, gateway: Gateway, till: Cashier, inbox: Sink, number: str, fen: int
) -> dict[str, Any]:
    """Pay at the cashier, give back under that number, and keep every word."""
    ask = partial(gateway.query, order.number, begun_at=order.begun_at)
    close = partial(gateway.close, order.number, begun_at=order.begun_at, expires_at=order.expires_at)
    till.pay(orders.start_order(order.number, gateway=gateway.code, by=order.payer))
    [notice] = inbox.wait()
    before = ask(), close()
    request = RefundRequest(
        order_number=order.number,
        trade_no=before[0].trade_no,
        refund_number=number,
        begun_at=clock.now(),
        total_fen=order.amount_fen,
        refund_fen=fen,
        reason="退款",
        notify_url=inbox.url,
    )
    answer = gateway.refund(request)
    refund_notice = inbox.wait(2)[1]
    said = gateway.query_refund(number, order_number=order.number, begun_at=request.begun_at)
    after = ask(), close()
    return {
        "notice": notice,
        "refund_notice": refund_notice,
        "queries": (before[0], after[0]),
        "closes": (before[1], after[1]),
        "refund_answer": answer,
        "refund_query": said,
    }


@dataclass
class Walk:
    """Every order of the steps from here, each branch taken back behind itself."""

    happen: dict[str, Callable[[], bool]]
    seen: dict[tuple[State, tuple[str, ...], frozenset[str]], Counter[State]]

    def ends(self, left: tuple[str, ...], *, again: frozenset[str] = frozenset()) -> Counter[State]:
        """How the orders of what is left end; `again` are notices that were refused and so come again at last."""
        key = rows(), left, again
        if key in self.seen:
            return self.seen[key]
        found: Counter[State] = Counter()
        for name in sorted(set(left)):
            rest = list(left)
            rest.remove(name)
            with undone():
                is_taken = self.happen[name]()
                found += self.ends(tuple(rest), again=again if is_taken else again | {name})
        if not left:
            with undone():
                assert all(self.happen[name]() for name in sorted(again)), again
                found[rows()] = 1
        self.seen[key] = found
        return found


def rows() -> State:
    """Everything about the money, as rows; numbers that are made anew each time are left out."""
    return tuple(
        tuple(sorted(map(repr, found)))
        for found in (
            PaymentOrder.objects.values_list("state", "trade_no", "closed_because", "paid_at"),
            Bill.objects.values_list("status", "paid_fen", "refunded_fen"),
            OrderLine.objects.values_list("is_live", "refunded_fen"),
            LedgerTransaction.objects.values_list("key", "entries__account", "entries__fen"),
            Refund.objects.values_list("number", "state", "cause", "amount_fen", "tries"),
            OrderDoubt.objects.values_list("outcome", "trade_no", "said_fen", "settled_as"),
            ContributionRecord.objects.values_list("kind", "personal_fen", "fiscal_fen"),
            Message.objects.values_list("recipient", "title"),
        )
    )


def walk(tape: Tape, *, order: PaymentOrder, refund: Callable[[], bool]) -> Counter[State]:
    """All orders of the steps, from an order whose start is not answered yet."""
    PaymentOrder.objects.filter(pk=order.pk).update(state="created")
    visitor = Client()

    def told(notice: Notice) -> bool:
        headers, body = notice
        answer = receive(order.gateway, headers=headers, body=body)
        return answer == tape.accepted()

    def does(act: Callable[[], object]) -> Callable[[], bool]:
        return lambda: act() is not False

    happen = {
        "create-answer": does(lambda: PaymentOrder.objects.filter(pk=order.pk, state="created").update(state="paying")),
        "return": does(lambda: visitor.get(f"/pay/orders/{order.number}/return/")),
        "notice": lambda: told(tape.notice),
        "query": does(lambda: asking.ask(order.number)),
        "close": does(lambda: asking.settle(order.number, because="cancelled")),
        "refund": lambda: refund() and told(tape.refund_notice),
    }
    return Walk(happen, {}).ends(tuple(sorted(STEPS)))


@pytest.fixture
def number() -> str:
    """Of the refund."""
    return f"TK{next(cashiers.numbers):012d}"


@pytest.fixture
def played(
    request: pytest.FixtureRequest,
    gateway: Gateway,
    till: Cashier,
    inbox: Sink,
    number: str,
    bill: Bill,
    payer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[PaymentOrder, Tape]:
    """An order that was paid, of which as much as the test says was given back, and what was said of it."""
    monkeypatch.setattr(gateways, "gateways", lambda: (gateway,))
    factories.staff(area=bill.area, role="supervisor")
    order = booths.opened(bill, by=payer)
    said = recorded(order, gateway=gateway, till=till, inbox=inbox, number=number, fen=request.param)
    tape = Tape(real=gateway, is_back=lambda: Refund.objects.filter(tries__gt=0).exists(), **said)
    monkeypatch.setattr(gateways, "gateways", lambda: (tape,))
    order.refresh_from_db()
    return order, tape


@pytest.mark.parametrize("played", [WHOLE, PART], indirect=True, ids=["whole", "part"])
def test_with_a_refund_by_finance_ends_alike(played: tuple[PaymentOrder, Tape], bill: Bill, number: str) -> None:
    """Finance gives back what the books have; as long as they have nothing there is nothing to give back."""
    order, tape = played
    makers = refunding.two(bill)
    fen = tape.refund_query.amount_fen

    def given_back() -> bool:
        if not LedgerTransaction.objects.filter(kind="payment").exists():
            return False
        if Refund.objects.exists():
            return True
        CoveragePeriod.objects.filter(enrollment=bill.enrollment).delete()
        asked = {"bill_number": bill.number, "amount_fen": fen, "text": "多收退还差额", "by": makers[0]}
        made = giving_back.propose(order.number, **asked, token=secrets.token_urlsafe(24))
        Refund.objects.filter(pk=made.pk).update(number=number)
        made.refresh_from_db()
        refunding.released(made, makers=makers)
        return refunds.send_due() == 1

    found = walk(tape, order=order, refund=given_back)

    assert sum(found.values()) == ORDERS
    (end,) = found
    assert "'done', 'staff'" in str(end[4])
    assert ("'refunded'" in str(end[0])) == (fen == WHOLE)
    assert end[5] == ()


@pytest.mark.parametrize("played", [WHOLE, PART], indirect=True, ids=["whole", "part"])
def test_with_a_refund_at_the_platform_that_the_hall_did_not_ask_for_ends_alike(
    played: tuple[PaymentOrder, Tape],
) -> None:
    """Paid in the books, as the platform said, and one doubt for staff: the money went back behind our back."""
    order, tape = played
    tape.is_back = lambda: True

    found = walk(tape, order=order, refund=lambda: True)

    assert sum(found.values()) == ORDERS
    (end,) = found
    assert "'paid'" in str(end[0])
    assert len(end[5]) == 1
    assert "'refunded'" in str(end[5])
    assert len(end[3]) == 2
