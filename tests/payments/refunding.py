"""Refunds in the states that tests start from, brought there by the services alone."""

import secrets

import pytest

from payments.gateways.base import Outcome, RefundState
from payments.models import Bill, ContributionRecord, LedgerEntry, PaymentOrder, Refund
from payments.services import giving_back, invariants, orders, refunds, results
from payments.services.giving_back import Account, Part
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests import factories
from tests.payments import booth as booths

ACCOUNT = Account(holder="苏文岚", bank="示例银行示例支行", number="6222021199010012345")


def token() -> str:
    return secrets.token_urlsafe(24)


def paid_order(bill: Bill, *, by: User) -> PaymentOrder:
    """An order whose money has come."""
    order = booths.opened(bill, by=by)
    orders._start(order.number, gateway="alipay", by=by)
    order.refresh_from_db()
    results.apply_result(booths.paid(order, amount_fen=order.amount_fen), gateway="alipay")
    order.refresh_from_db()
    return order


def record_of(bill: Bill) -> ContributionRecord:
    return ContributionRecord.objects.exclude(kind__in=("20", "991")).get(enrollment=bill.enrollment_id)


def asked(bill: Bill, *, fen: int | None = None, basis: str = "YB1", account: Account | None = None) -> list[Refund]:
    """What an approved application asks for."""
    record = record_of(bill)
    part = Part(
        record=record,
        amount_fen=record.personal_fen if fen is None else fen,
        first=record.period_starts_on,
        last=record.period_ends_on,
    )
    return giving_back.ask_back([part], basis=basis, account=account)


def two(bill: Bill) -> tuple[User, User]:
    """Two members of finance."""
    return (
        factories.staff(area=bill.area, role="finance", name="钱一"),
        factories.staff(area=bill.area, role="finance", name="钱二"),
    )


def made(refund: Refund, *, by: User) -> Refund:
    return giving_back.make(refund.number, version=refund.version, token=token(), by=by)


def released(refund: Refund, *, makers: tuple[User, User]) -> Refund:
    """Made by the first, released by the second."""
    if refund.state == Refund.ASKED:
        refund = made(refund, by=makers[0])
    return giving_back.release(refund.number, version=refund.version, token=token(), by=makers[1])


def arrived(refund: Refund, *, outcome: Outcome = Outcome.REFUNDED) -> Refund:
    """The gateway's word."""
    refunds.apply_refund(RefundState(outcome=outcome, refund_number=refund.number), gateway="alipay")
    refund.refresh_from_db()
    return refund


def codes(error: pytest.ExceptionInfo[BusinessRuleError]) -> list[str]:
    return [one.code for one in error.value.reasons]


def money_is_in_order() -> bool:
    found = (
        invariants.unbalanced_postings(),
        invariants.trades_not_posted_once(),
        invariants.channels_out_of_balance(),
        invariants.personal_accounts_out_of_line(),
        invariants.bills_out_of_line(),
        invariants.refunds_out_of_line(),
    )
    return not any(found)


def balance(account: str) -> int:
    return sum(LedgerEntry.objects.filter(account=account).values_list("fen", flat=True))
