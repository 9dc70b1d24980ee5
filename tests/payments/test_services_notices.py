"""Notices: kept as they came, judged, applied once, and answered so that the gateway comes again when it must."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from payments.gateways.base import Outcome, RefundState, Trade, Verdict
from payments.models import Bill, GatewayNotice, LedgerTransaction, NoticeVerdict, PaymentOrder
from payments.services import bills
from payments.services.notices import receive
from payments.services.results import apply_result
from portal import clock
from portal.accounts.models import User
from portal.notifications.models import Message
from tests import factories
from tests.payments import booth as booths
from tests.payments.booth import Booth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("booth")]


def send(body: bytes, *, gateway: str = "alipay") -> tuple[int, bytes]:
    answer = receive(gateway, headers={"Content-Type": "text/plain", "Cookie": "secret"}, body=body)
    return answer.status, answer.body


def results() -> list[str]:
    return list(NoticeVerdict.objects.order_by("pk").values_list("result", flat=True))


def test_a_genuine_one_is_kept_applied_and_accepted(booth: Booth, bill: Bill, payer: User) -> None:
    order = booths.started(bill, by=payer)
    body = booths.notice_of(booth.pay(order))

    assert send(body) == (200, b"success")

    notice = GatewayNotice.objects.get()
    verdict = notice.verdicts.get()
    assert (bytes(notice.body), notice.headers) == (body, {"Content-Type": "text/plain"})
    assert (verdict.result, verdict.order_number, verdict.trade_no) == ("posted", order.number, f"T{order.number}")


def test_a_repeat_is_accepted_and_posts_nothing(booth: Booth, bill: Bill, payer: User) -> None:
    body = booths.notice_of(booth.pay(booths.started(bill, by=payer)))

    assert [send(body)[0] for _ in range(3)] == [200, 200, 200]

    assert results() == ["posted", "repeat", "repeat"]
    assert LedgerTransaction.objects.count() == 1


@pytest.mark.parametrize("body", [b"", b"\n", b"forged\n{}", b"\x00\xff" * 20, "签名".encode()])
def test_what_is_forged_is_kept_and_refused(body: bytes) -> None:
    assert send(body) == (500, b"fail")

    assert results() == ["forged"]
    assert bytes(GatewayNotice.objects.get().body) == body
    assert NoticeVerdict.objects.get().detail == "bad-signature"


def test_a_forged_one_about_a_real_order_moves_nothing(booth: Booth, bill: Bill, payer: User) -> None:
    order = booths.started(bill, by=payer)

    send(booths.notice_of(booth.pay(order), signature="forged"))

    order.refresh_from_db()
    assert (order.state, LedgerTransaction.objects.count()) == ("paying", 0)


def test_an_unknown_order_is_not_accepted() -> None:
    """The gateway comes again: our own answer of the order may not be stored yet."""
    unknown = Trade(outcome=Outcome.PAID, order_number="DD-none", trade_no="T1", amount_fen=1, paid_at=booths.PAID_AT)

    assert send(booths.notice_of(unknown)) == (500, b"fail")
    assert results() == ["unknown-order"]


def test_one_of_another_gateway_is_about_an_unknown_order(booth: Booth, bill: Bill, payer: User) -> None:
    order = booths.started(bill, by=payer)

    assert send(booths.notice_of(booth.pay(order)), gateway="wechat")[0] == 500
    assert not LedgerTransaction.objects.exists()


@pytest.mark.parametrize("fen", [0, 1, 39_999, 40_001, 10**9])
def test_another_amount_is_accepted_and_left_to_staff(bill: Bill, payer: User, fen: int) -> None:
    order = booths.started(bill, by=payer)

    assert send(booths.notice_of(booths.paid(order, amount_fen=fen)))[0] == 200

    order.refresh_from_db()
    assert (results(), order.state, LedgerTransaction.objects.count()) == (["mismatch"], "review", 0)


def test_the_whole_log_sent_once_more_changes_nothing_but_the_log(booth: Booth, bill: Bill, payer: User) -> None:
    """T09."""
    order = booths.started(bill, by=payer)
    bodies = [booths.notice_of(booths.paid(order, amount_fen=1)), booths.notice_of(booth.pay(order)), b"forged\n{}"]
    for body in bodies:
        send(body)
    before = fingerprint(order)

    for body in bodies:
        send(body)

    assert fingerprint(order) == before
    assert GatewayNotice.objects.count() == 6


def fingerprint(order: PaymentOrder) -> tuple[object, ...]:
    order.refresh_from_db()
    postings = list(LedgerTransaction.objects.values_list("key", "entries__account", "entries__fen"))
    return order.state, order.version, postings, list(Bill.objects.values_list("status", "paid_fen", "version"))


def test_a_refund_is_told_by_a_notice_too(booth: Booth, bill: Bill, payer: User) -> None:
    factories.staff(area=bill.area, role="supervisor")
    order = booths.started(bill, by=payer)
    bills.pay_bill(bill, amount_fen=40_000, paid_on=clock.today(), way="11")
    apply_result(booth.pay(order), gateway="alipay")
    refund = order.refunds.get()
    body = refund_notice(order, number=refund.number)

    assert [send(body)[0], send(body)[0]] == [200, 200]

    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.state, order.state, results()) == ("done", "refunded", ["refunded", "refunded"])
    assert LedgerTransaction.objects.filter(kind="refund").count() == 1
    assert not Message.objects.filter(dedupe_key__contains="payment_mismatch").exists()


def refund_notice(order: PaymentOrder, *, number: str) -> bytes:
    """As the gateways send it: the refund, and the payment that it belongs to."""
    said = {"refund_number": number, "outcome": "refunded", "order_number": order.number}
    return f"signed\n{json.dumps(said)}".encode()


@pytest.mark.parametrize("outcome", [Outcome.REFUNDED, Outcome.PAID])
def test_a_refund_of_a_paid_order_is_no_news_about_the_payment(
    booth: Booth, bill: Bill, payer: User, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    """The verdict names its payment as well, whatever it says of that; the order stays paid and nobody is alarmed."""
    factories.staff(area=bill.area, role="supervisor")
    order = booths.started(bill, by=payer)
    apply_result(booth.pay(order), gateway="alipay")
    apply_result(booth.pay(order, trade_no="T-again"), gateway="alipay")
    refund = order.refunds.get()
    verdict = Verdict(
        is_genuine=True,
        kind="refund",
        trade=Trade(outcome=outcome, order_number=order.number, trade_no="T-again", amount_fen=order.amount_fen),
        refund=RefundState(outcome=Outcome.REFUNDED, refund_number=refund.number, amount_fen=refund.amount_fen),
    )
    monkeypatch.setattr(booth, "verify", lambda *_: verdict)

    send(b"signed")

    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.state, order.state, results()) == ("done", "paid", ["refunded"])
    assert not Message.objects.filter(dedupe_key__contains="payment_mismatch").exists()


def test_a_refund_that_nobody_asked_for_is_not_accepted() -> None:
    assert send(b'signed\n{"refund_number": "TK-none", "outcome": "refunded"}')[0] == 500


def test_a_gateway_without_keys_is_not_there() -> None:
    with pytest.raises(KeyError):
        send(b"x", gateway="unionpay")

    assert not GatewayNotice.objects.exists()


def test_it_is_kept_even_when_it_cannot_be_applied(
    booth: Booth, bill: Bill, payer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that dies between the two: the notice stands in the table, and the next one, or the query, does it."""
    order = booths.started(bill, by=payer)
    body = booths.notice_of(booth.pay(order))

    def dies(*_: object, **__: object) -> object:
        raise SystemError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(booth, "verify", dies)
        with pytest.raises(SystemError):
            send(body)

    assert (GatewayNotice.objects.count(), results()) == (1, [])
    assert send(body) == (200, b"success")
    assert results() == ["posted"]


@pytest.mark.parametrize("table", ["payments_gatewaynotice", "payments_noticeverdict"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_nothing_is_changed_or_removed(table: str, change: str) -> None:
    send(b"forged")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table=table))
