"""What goes wrong between the hall and a platform has one meaning for every gateway."""

import base64
import io
import json
import zipfile
import zlib
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from payments import gateways as package
from payments.apps import check_gateway_keys
from payments.gateways import alipay, wire
from payments.gateways.base import Gateway, GatewayError, Outcome, Prepay
from payments.gateways.unionpay.statement import lines_of as unionpay_lines
from payments.gateways.wechatpay.statement import lines_of as wechat_lines
from tests.payments.cashier import (
    Cashier,
    Sink,
    closed,
    gateways_of,
    hall_env,
    judged,
    keys_of,
    make_keys,
    paid,
    prepay,
    refund_of,
    sink,
    wait_for,
    yesterday,
)


def books(till: Cashier) -> list[dict[str, Any]]:
    lines = (till.folder / "books.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def tries(till: Cashier, order: Prepay) -> list[bool]:
    """Whether each try of a notice about this order was taken."""
    tokens = {line["token"] for line in books(till) if line.get("number") == order.order_number}
    return [line["is_taken"] for line in books(till) if line["kind"] == "notice" and line["token"] in tokens]


def test_comes_again_until_the_answer_is_right(gateway: Gateway, till: Cashier) -> None:
    answers = [gateway.refused(), gateway.refused(), gateway.accepted()]
    with sink(*((one.status, one.body) for one in answers)) as inbox:
        order, _ = paid(gateway, till, inbox=inbox)
        wait_for(lambda: tries(till, order) == [False, False, True])


def test_no_notice_leaves_the_query(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    till.turn(no_notice=True)
    _, trade = paid(gateway, till, inbox=inbox)
    till.turn(no_notice=False)
    paid(gateway, till, inbox=inbox)

    [notice] = inbox.wait()

    told = judged(gateway, notice).trade
    assert told is not None
    assert told.order_number != trade.order_number
    assert trade.outcome == Outcome.PAID


def test_two_notices_at_once_say_the_same(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    till.turn(twice_at_once=True)
    _, trade = paid(gateway, till, inbox=inbox)

    assert [judged(gateway, one).trade for one in inbox.wait(2)] == [trade, trade]


def test_a_refund_may_be_told_before_its_payment(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    till.turn(out_of_order=True)
    order, trade = paid(gateway, till, inbox=inbox)

    gateway.refund(refund_of(order, trade_no=trade.trade_no, fen=5_000))

    assert [judged(gateway, one).kind for one in inbox.wait(2)] == ["refund", "payment"]


def test_a_late_notice_is_genuine(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    till.turn(late_seconds=0.3)
    order, trade = paid(gateway, till, inbox=inbox)

    [notice] = inbox.wait()
    wait_for(lambda: tries(till, order) == [True])

    at = {line["kind"]: datetime.fromisoformat(line["at"]) for line in books(till)}
    assert at["notice"] - at["paid"] >= timedelta(seconds=0.3)
    assert judged(gateway, notice).trade == trade


@pytest.mark.parametrize("off", [1, -1, 100_000])
def test_a_wrong_amount_is_told_as_it_came(gateway: Gateway, till: Cashier, inbox: Sink, off: int) -> None:
    till.turn(wrong_amount_fen=off)
    paid(gateway, till, inbox=inbox)

    verdict = judged(gateway, inbox.wait()[0])

    assert verdict.is_genuine
    assert verdict.trade is not None
    assert verdict.trade.amount_fen == 38_000 + off


def test_a_bad_signature_is_no_notice(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    till.turn(bad_signature=True)
    paid(gateway, till, inbox=inbox)

    verdict = judged(gateway, inbox.wait()[0])

    assert (verdict.is_genuine, verdict.code, verdict.trade) == (False, "bad-signature", None)


def test_an_answer_that_the_platform_has_not_signed_decides_nothing(
    gateway: Gateway, till: Cashier, inbox: Sink, tmp_path: Path
) -> None:
    """Even to staff who ask again about an order in doubt."""
    order, _ = paid(gateway, till, inbox=inbox)
    make_keys(tmp_path)
    theirs = ("ALIPAY_PUBLIC_KEY", "WECHATPAY_PUBLIC_KEY", "UNIONPAY_ROOTS")
    env = hall_env(till.folder) | {name: hall_env(tmp_path)[name] for name in theirs}
    stranger = gateways_of(till.url, env=env)[gateway.code]

    assert gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.PAID
    assert stranger.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.UNKNOWN


def test_a_fault_of_the_platform_is_unknown(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order, trade = paid(gateway, till, inbox=inbox)
    request = refund_of(order, trade_no=trade.trade_no)
    till.turn(answer_500=True)

    assert gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.UNKNOWN
    assert closed(gateway, order) == Outcome.UNKNOWN
    assert gateway.refund(request).outcome == Outcome.UNKNOWN
    found = gateway.query_refund(request.refund_number, order_number=order.order_number, begun_at=order.begun_at)
    assert found.outcome == Outcome.UNKNOWN
    with pytest.raises(GatewayError) as refused:
        gateway.statement(yesterday())
    assert refused.value.is_unknown


def test_a_refund_without_an_answer_is_found_and_given_once(gateway: Gateway, till: Cashier, inbox: Sink) -> None:
    order, trade = paid(gateway, till, inbox=inbox)
    request = refund_of(order, trade_no=trade.trade_no)
    till.turn(hang_after_accept=True, hang_seconds=0)

    assert gateway.refund(request).outcome == Outcome.UNKNOWN
    till.turn(hang_after_accept=False)

    found = gateway.query_refund(request.refund_number, order_number=order.order_number, begun_at=request.begun_at)
    assert (found.outcome, found.amount_fen) == (Outcome.REFUNDED, 38_000)
    assert gateway.refund(request).outcome in {Outcome.REFUNDED, Outcome.WAITING}


def test_a_beginning_without_an_answer_is_unknown(till: Cashier, inbox: Sink) -> None:
    gateway, order = till.gateways["wechat"], prepay(notify_url=inbox.url)
    till.turn(hang_after_accept=True, hang_seconds=0)

    with pytest.raises(GatewayError) as refused:
        gateway.create(order)
    till.turn(hang_after_accept=False)

    assert refused.value.is_unknown
    assert gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.WAITING
    assert gateway.create(order).kind == "qr"


def test_a_silent_platform_is_given_up(gateway: Gateway, till: Cashier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "TIMEOUT", httpx.Timeout(0.2))
    order = prepay(notify_url="")
    till.turn(hang_after_accept=True, hang_seconds=1)

    assert gateway.query(order.order_number, begun_at=order.begun_at).outcome == Outcome.UNKNOWN


def test_nobody_listening_is_unknown(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(httpx.Client, "stream", refuse)

    assert gateway.query("PT00000000", begun_at=prepay(notify_url="").begun_at).outcome == Outcome.UNKNOWN


def test_a_redirect_is_not_followed(inbox: Sink) -> None:
    with sink((302, b"")) as elsewhere:
        answer = wire.call("POST", elsewhere.url, content=b"x")

    assert answer.status_code == 302


def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "ANSWER_LIMIT", 10)
    with sink((200, b"x" * 100)) as elsewhere, pytest.raises(GatewayError, match="too long"):
        wire.call("POST", elsewhere.url, content=b"x")


@examples(max_examples=50, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 99))
def test_a_bill_file_that_is_none_is_refused(raw: bytes, cut: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as folder:
        folder.writestr("88ZM_业务明细.csv", raw)
    content = base64.b64encode(zlib.compress(packed.getvalue()[: -cut or None])).decode()

    with pytest.raises(ValueError, match=r"bill file|codec|No such"):
        alipay._lines(packed.getvalue()[: -cut or None])
    with suppress(ValueError):
        assert unionpay_lines(content, day=date(2026, 3, 10)) == []
    with pytest.raises(ValueError, match=r"cut|bill"):
        wechat_lines(raw.decode("latin-1"))


@pytest.mark.parametrize("prefix", ["ALIPAY", "WECHATPAY", "UNIONPAY"])
@pytest.mark.parametrize("broken", ["", "MIIE", "not base64!"])
def test_keys_that_cannot_be_read_stop_the_start(till: Cashier, settings: Settings, prefix: str, broken: str) -> None:
    env = keys_of(f"{prefix}_", env=hall_env(till.folder))
    urls = {"URL": till.url} | ({"FILE_URL": till.url} if prefix == "UNIONPAY" else {})
    setattr(settings, prefix, urls | env)
    assert check_gateway_keys() == []

    setattr(settings, prefix, urls | env | {"KEY": broken})

    assert [one.id for one in check_gateway_keys()] == ["payments.E001"]


def test_only_the_gateways_with_keys_are_offered(till: Cashier, settings: Settings) -> None:
    settings.ALIPAY = settings.WECHATPAY = settings.UNIONPAY = {}
    assert package.gateways() == ()
    settings.ALIPAY = {"URL": till.url, **keys_of("ALIPAY_", env=hall_env(till.folder))}

    assert [one.code for one in package.gateways()] == ["alipay"]
    assert package.gateway("alipay") is package.gateway("alipay")
    with pytest.raises(KeyError):
        package.gateway("wechat")
