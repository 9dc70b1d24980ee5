"""银行代缴 against the simulated bank, a process of its own: signed both ways, once per number, with its switches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from payments.gateways.base import GatewayError, Outcome, RefundRequest
from payments.gateways.debit import Account, Bank, Debit, Keys
from portal.simulators.cashier.keys import _key as new_key
from portal.simulators.cashier.keys import private_text, public_text
from tests.payments.cashier import Cashier

numbers = count(1)
NOW = datetime.now(UTC)
ACCOUNT = Account(number="6228480402564890018", holder="苏文岚", id_number="110101199003070000")


@pytest.fixture
def keys(till: Cashier) -> Keys:
    found = dict(line.split("=", 1) for line in (till.folder / "hall.env").read_text().splitlines())
    return Keys(
        URL=f"{till.url}/bank/",
        AGENCY_ID=found["BANK_AGENCY_ID"],
        KEY=found["BANK_KEY"].removeprefix("demo:"),
        PUBLIC_KEY=found["BANK_PUBLIC_KEY"],
    )


@pytest.fixture
def bank(keys: Keys, till: Cashier) -> object:
    yield Bank(keys)
    till.turn(debit_insufficient=False, debit_returned=False, account_mismatch=False, hang_seconds=10)


def debit_of(fen: int = 40_000) -> Debit:
    number = f"DD20260310{next(numbers):06d}{NOW:%H%M%S}"
    return Debit(order_number=number, amount_fen=fen, account=ACCOUNT, mandate_number="DK1", subject="医保费")


def test_an_account_is_checked(bank: Bank, till: Cashier) -> None:
    ours = bank.check(ACCOUNT, number="1")
    strange = bank.check(replace(ACCOUNT, number="4111111111111111"), number="2")
    till.turn(account_mismatch=True)

    assert (ours.result, bool(ours.check_no)) == ("ok", True)
    assert strange.result == "no-account"
    assert bank.check(ACCOUNT, number="3").result == "holder-differs"


def test_a_debit_is_paid_once(bank: Bank) -> None:
    wanted = debit_of()

    first, second = bank.debit(wanted), bank.debit(wanted)

    assert (first.outcome, first.amount_fen) == (Outcome.PAID, 40_000)
    assert first == second == bank.query(wanted.order_number, begun_at=NOW)


@pytest.mark.parametrize(("knob", "cause"), [("debit_insufficient", "insufficient"), ("debit_returned", "returned")])
def test_a_bank_that_does_not_pay_says_why(knob: str, cause: str, bank: Bank, till: Cashier) -> None:
    till.turn(**{knob: True})
    wanted = debit_of()

    answer = bank.debit(wanted)
    till.turn(**{knob: False})

    assert (answer.outcome, answer.cause) == (Outcome.CLOSED, cause)
    assert bank.debit(wanted) == answer


def test_a_bank_that_took_it_and_said_nothing_is_asked(bank: Bank, till: Cashier) -> None:
    till.turn(hang_after_accept=True, hang_seconds=0.2)
    wanted = debit_of()

    assert bank.debit(wanted).outcome == Outcome.UNKNOWN
    till.turn(hang_after_accept=False)

    assert bank.query(wanted.order_number, begun_at=NOW).outcome == Outcome.PAID


def test_what_was_closed_before_it_came_is_not_taken(bank: Bank) -> None:
    wanted = debit_of()

    assert bank.query(wanted.order_number, begun_at=NOW).outcome == Outcome.MISSING
    assert bank.close(wanted.order_number, begun_at=NOW, expires_at=NOW) == Outcome.CLOSED
    assert bank.debit(wanted).outcome == Outcome.CLOSED


def test_what_was_paid_cannot_be_closed(bank: Bank) -> None:
    wanted = debit_of()
    bank.debit(wanted)

    assert bank.close(wanted.order_number, begun_at=NOW, expires_at=NOW) == Outcome.PAID


def test_money_goes_back_once(bank: Bank) -> None:
    trade = bank.debit(debit_of())
    request = RefundRequest(
        order_number=trade.order_number,
        trade_no=trade.trade_no,
        refund_number=f"TK{trade.order_number}",
        begun_at=NOW,
        total_fen=40_000,
        refund_fen=40_000,
        reason="",
        notify_url="",
    )

    first, second = bank.refund(request), bank.refund(request)

    assert (first.outcome, first.amount_fen) == (Outcome.REFUNDED, 40_000)
    assert first == second == bank.query_refund(request.refund_number, order_number="", begun_at=NOW)
    assert bank.query(trade.order_number, begun_at=NOW).outcome == Outcome.REFUNDED
    with pytest.raises(GatewayError):
        bank.refund(replace(request, refund_number="TK-OTHER"))


def test_the_day_is_on_the_statement(bank: Bank, till: Cashier) -> None:
    trade = bank.debit(debit_of(fen=12_345))
    assert trade.paid_at is not None
    day = trade.paid_at.date()
    with pytest.raises(GatewayError):
        bank.statement(day)
    till.move(1)

    lines = [line for line in bank.statement(day) if line.order_number == trade.order_number]

    assert [(line.kind, line.amount_fen, line.trade_no) for line in lines] == [("payment", 12_345, trade.trade_no)]
    assert bank.statement(day - timedelta(days=30)) == []


def test_another_agencys_signature_is_refused(keys: Keys, till: Cashier) -> None:
    forger = Bank(replace(keys, KEY=private_text(new_key())))

    assert forger.debit(debit_of()).outcome == Outcome.UNKNOWN


def test_an_answer_of_somebody_else_is_none(keys: Keys, till: Cashier) -> None:
    deceived = Bank(replace(keys, PUBLIC_KEY=public_text(new_key().public_key())))

    assert deceived.debit(debit_of()).outcome == Outcome.UNKNOWN


def test_nobody_pays_at_a_page_of_the_bank(bank: Bank) -> None:
    assert bank.verify({}, b"{}").is_genuine is False
