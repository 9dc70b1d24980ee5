"""A bank that lives in the test, people with an account and a mandate, and a debit day."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from insured.models import InsuredPerson
from payments import gateways
from payments.gateways.base import GatewayError, Outcome, RefundRequest, RefundState, StatementLine, Trade
from payments.gateways.debit import Account, AccountCheck, Debit
from payments.models import BankAccount, DebitMandate
from payments.services import accounts, mandates
from tests import factories

CARD = "6228480402564890018"
"""Right by its check digit, and nobody's."""
DEBIT_DAY = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
PAID_AT = datetime(2026, 3, 10, 2, 1, tzinfo=UTC)


@dataclass
class TestBank:
    """Its books by number; `says` is what it does with the next debits."""

    __test__ = False
    code: str = "debit"
    name: str = "银行代缴"
    says: str = "paid"
    check_says: str = "ok"
    is_silent: bool = False
    trades: dict[str, Trade] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    files: dict[date, Sequence[StatementLine]] = field(default_factory=dict)

    def check(self, account: Account, *, number: str) -> AccountCheck:
        self.asked.append(f"check {account.holder}")
        if self.is_silent:
            raise GatewayError("no answer", is_unknown=True)
        return AccountCheck(result=self.check_says, check_no="HY1")  # type: ignore[arg-type]

    def debit(self, debit: Debit) -> Trade:
        """The same number is taken once. Silent: it is taken, and nobody hears of it."""
        self.asked.append(f"debit {debit.order_number}")
        number = debit.order_number
        if number not in self.trades:
            closed = Trade(outcome=Outcome.CLOSED, order_number=number, cause=self.says)
            paid = Trade(
                outcome=Outcome.PAID,
                order_number=number,
                trade_no=f"B{number}",
                amount_fen=debit.amount_fen,
                paid_at=PAID_AT,
            )
            self.trades[number] = paid if self.says == "paid" else closed
        return Trade(outcome=Outcome.UNKNOWN, order_number=number) if self.is_silent else self.trades[number]

    def query(self, order_number: str, *, begun_at: datetime) -> Trade:
        self.asked.append("query")
        missing = Trade(outcome=Outcome.MISSING, order_number=order_number)
        return self.trades.get(order_number, missing)

    def close(self, order_number: str, *, begun_at: datetime, expires_at: datetime) -> Outcome:
        closed = Trade(outcome=Outcome.CLOSED, order_number=order_number)
        return self.trades.setdefault(order_number, closed).outcome

    def refund(self, request: RefundRequest) -> RefundState:
        return RefundState(
            outcome=Outcome.REFUNDED,
            refund_number=request.refund_number,
            refund_trade_no="R1",
            amount_fen=request.refund_fen,
        )

    def statement(self, day: date) -> Sequence[StatementLine]:
        self.asked.append("statement")
        if day not in self.files:
            raise GatewayError("no file", is_unknown=False)
        return self.files[day]

    @property
    def debited(self) -> int:
        """Debits that the bank has taken."""
        return sum(trade.outcome == Outcome.PAID for trade in self.trades.values())


def open_bank(monkeypatch: pytest.MonkeyPatch) -> TestBank:
    """The hall has this bank."""
    found = TestBank()
    monkeypatch.setattr(gateways, "bank", lambda: found)
    return found


def account(person: InsuredPerson, *, number: str = CARD) -> BankAccount:
    """Bound, as if the bank had said yes."""
    return accounts._bind(person, number=number, bank="abc", check_no="HY1")


def mandate(person: InsuredPerson, *, starts_on: date = date(2026, 3, 1)) -> DebitMandate:
    """Signed by the person for their enrollment, from March on."""
    account(person)
    return mandates.sign(
        person.enrollments.get().pk,
        starts_on=starts_on,
        has_agreed=True,
        token=secrets.token_urlsafe(24),
        by=factories.account_of(person),
    )
