"""Every gateway says the same of the same events, against the cashier as a process of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payments.gateways import wire
from payments.gateways.base import Gateway, GatewayError, Outcome, Started
from payments.policy.reconciliation import day_of
from tests.payments.cashier import (
    Cashier,
    Sink,
    browser,
    closed,
    judged,
    paid,
    prepay,
    refund_of,
    wait_for,
    yesterday,
)


def test_asks_for_the_exact_amount_and_order(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order = prepay(notify_url=inbox.url, fen=123_456)

    started = gateway.create(order)

    page = browser.get(till.visit(started)).text
    assert "1,234.56" in page
    assert order.order_number in page
    assert order.subject in page
    assert {"alipay": "redirect", "wechat": "qr", "unionpay": "form"}[gateway.code] == started.kind


def test_tells_of_the_payment_by_notice_and_by_query(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order, trade = paid(gateway, till, inbox=inbox)

    [notice] = inbox.wait()
    verdict = judged(gateway, notice)

    assert verdict.is_genuine
    assert verdict.kind == "payment"
    assert verdict.trade == trade
    assert (trade.outcome, trade.order_number, trade.amount_fen) == (Outcome.PAID, order.order_number, 38_000)
    assert trade.trade_no
    assert trade.paid_at is not None
    assert trade.paid_at >= order.begun_at


def test_waits_for_a_payer_who_has_not_paid(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order = prepay(notify_url=inbox.url)
    page = till.visit(gateway.create(order))
    browser.post(page, data={"do": "fail"})

    assert gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.WAITING
    assert inbox.got == []


def test_knows_no_order_that_nobody_made(gateway: Gateway, inbox: Sink) -> None:
    order = prepay(notify_url=inbox.url)

    assert gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.MISSING
    assert closed(gateway, order, is_over=True) == Outcome.MISSING
    found = gateway.query_refund("RT000000", order_number=order.order_number, begun_at=order.begun_at)
    assert found.outcome == Outcome.MISSING


@pytest.mark.parametrize("code", ["alipay", "wechat"])
def test_closes_an_order_so_that_it_cannot_be_paid(till: Cashier, inbox: Sink, code: str) -> None:
    gateway, order = till.gateways[code], prepay(notify_url=inbox.url)
    page = till.visit(gateway.create(order))

    outcomes = [closed(gateway, order) for _ in range(2)]

    assert outcomes == [Outcome.CLOSED, Outcome.CLOSED]
    assert "已经关闭" in browser.post(page, data={"do": "pay"}).text
    assert gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.CLOSED


def test_unionpay_ends_an_order_by_its_time_only(till: Cashier, inbox: Sink) -> None:
    gateway, order = till.gateways["unionpay"], prepay(notify_url=inbox.url)
    page = till.visit(gateway.create(order))

    assert closed(gateway, order) == Outcome.WAITING
    browser.post(page, data={"do": "fail"})
    assert closed(gateway, order) == Outcome.WAITING
    till.move(1)
    assert closed(gateway, order, is_over=True) == Outcome.MISSING


def test_unionpay_leaves_an_order_open_whose_form_was_not_sent_yet(till: Cashier, inbox: Sink) -> None:
    gateway, order = till.gateways["unionpay"], prepay(notify_url=inbox.url)
    started = gateway.create(order)

    assert closed(gateway, order) == Outcome.WAITING
    page = till.visit(started)
    browser.post(page, data={"do": "pay"})
    assert closed(gateway, order, is_over=True) == Outcome.PAID


def test_does_not_close_what_is_paid(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order, _ = paid(gateway, till, inbox=inbox)

    assert closed(gateway, order) == Outcome.PAID


def test_gives_back_in_parts_and_never_more(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order, trade = paid(gateway, till, inbox=inbox)
    inbox.wait()
    first, rest = (refund_of(order, trade_no=trade.trade_no, fen=fen) for fen in (10_000, 28_000))

    for request in (first, first, rest):
        assert gateway.refund(request).outcome in {Outcome.REFUNDED, Outcome.WAITING}
    with pytest.raises(GatewayError) as refused:
        gateway.refund(refund_of(order, trade_no=trade.trade_no, fen=1))

    assert not refused.value.is_unknown
    states = [
        gateway.query_refund(one.refund_number, order_number=order.order_number, begun_at=one.begun_at)
        for one in (first, rest)
    ]
    assert [(one.outcome, one.amount_fen) for one in states] == [(Outcome.REFUNDED, 10_000), (Outcome.REFUNDED, 28_000)]
    assert len({one.refund_trade_no for one in states}) == 2
    found = gateway.query(order.order_number, begun_at=order.begun_at)
    assert found.outcome in {Outcome.REFUNDED, Outcome.PAID}
    assert (found.amount_fen, found.paid_at) == (38_000, trade.paid_at)


def test_tells_of_each_refund_once(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order, trade = paid(gateway, till, inbox=inbox)
    inbox.wait()
    request = refund_of(order, trade_no=trade.trade_no, fen=10_000)

    for _ in range(2):
        gateway.refund(request)
    verdict = judged(gateway, inbox.wait(2)[-1])

    assert (verdict.is_genuine, verdict.kind) == (True, "refund")
    assert verdict.refund is not None
    assert (verdict.refund.outcome, verdict.refund.refund_number) == (Outcome.REFUNDED, request.refund_number)
    assert verdict.refund.amount_fen == {"alipay": None}.get(gateway.code, 10_000)
    assert verdict.trade is not None
    assert verdict.trade.trade_no == trade.trade_no


@pytest.mark.parametrize(("code", "outcome"), [("wechat", Outcome.CLOSED), ("unionpay", Outcome.CLOSED)])
def test_tells_of_a_refund_that_the_bank_sent_back(till: Cashier, inbox: Sink, code: str, outcome: Outcome) -> None:
    gateway = till.gateways[code]
    order, trade = paid(gateway, till, inbox=inbox)
    inbox.wait()
    till.turn(refund_returned=True)
    request = refund_of(order, trade_no=trade.trade_no)

    gateway.refund(request)
    verdict = judged(gateway, inbox.wait(2)[-1])

    found = gateway.query_refund(request.refund_number, order_number=order.order_number, begun_at=request.begun_at)
    assert found.outcome == outcome
    assert verdict.refund is not None
    assert verdict.refund.outcome == outcome


def test_an_order_that_is_used_up_is_refused_for_certain(till: Cashier, inbox: Sink) -> None:
    gateway = till.gateways["wechat"]
    order, _ = paid(gateway, till, inbox=inbox)

    with pytest.raises(GatewayError) as refused:
        gateway.create(order)

    assert not refused.value.is_unknown


def test_the_file_of_a_day_has_every_payment_and_refund(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    till.move(-4)
    order, trade = paid(gateway, till, inbox=inbox)
    request = refund_of(order, trade_no=trade.trade_no, fen=10_000)
    gateway.refund(request)
    till.move(-3)
    paid(gateway, till, inbox=inbox)
    till.move(0)

    assert trade.paid_at is not None
    day = day_of(trade.paid_at, gateway=gateway.code, zone=wire.SHANGHAI)
    mine = [one for one in gateway.statement(day) if one.trade_no == trade.trade_no]

    shown = [(one.kind, one.amount_fen, one.refund_number, one.order_number) for one in mine]
    number = "" if gateway.code == "unionpay" else order.order_number
    assert shown == [
        ("payment", 38_000, "", order.order_number),
        ("refund", 10_000, request.refund_number, number),
    ]
    assert mine[0].at == trade.paid_at


def test_only_unionpay_makes_a_file_of_an_empty_day(till: Cashier) -> None:
    day = yesterday() - timedelta(days=200)

    assert till.gateways["unionpay"].statement(day) == []
    for code in ("alipay", "wechat"):
        with pytest.raises(GatewayError) as refused:
            till.gateways[code].statement(day)
        assert not refused.value.is_unknown


def test_there_is_no_file_of_today(gateway: Gateway, till: Cashier) -> None:
    till.move(-1)

    with pytest.raises(GatewayError) as refused:
        gateway.statement(yesterday())

    assert not refused.value.is_unknown


def test_a_file_has_the_faults_that_are_switched_on(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    till.move(-8)
    trades = [paid(gateway, till, inbox=inbox, fen=10_000 + step)[1] for step in range(5)]
    till.move(0)
    assert trades[0].paid_at is not None
    day = day_of(trades[0].paid_at, gateway=gateway.code, zone=wire.SHANGHAI)
    whole = list(gateway.statement(day))
    till.turn(statement_faults=["missing", "extra", "wrong", "doubled", "late"])

    faulty = list(gateway.statement(day))

    assert len(whole) == 5
    assert whole[0] not in faulty
    assert replace(whole[1], amount_fen=whole[1].amount_fen + 1) in faulty
    assert faulty.count(whole[3]) == 2
    assert whole[4] not in faulty
    assert [one.amount_fen for one in faulty if one.order_number == "STRANGE0"] == [100]


def test_the_payer_can_leave_without_paying(till: Cashier, inbox: Sink) -> None:
    gateway, order = till.gateways["alipay"], prepay(notify_url=inbox.url)
    started: Started = gateway.create(order)

    answer = browser.post(till.visit(started), data={"do": "leave"})

    assert (answer.status_code, answer.headers["location"]) == (303, order.return_url)
    wait_for(lambda: gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.WAITING)
