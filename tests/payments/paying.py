"""Somebody at every stage of paying."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from insured.models import InsuredPerson
from payments.gateways.base import Outcome, StatementLine, Trade
from payments.models import PaymentOrder
from payments.services import bills, orders, reconciliation
from payments.services.results import apply_result
from portal import clock
from tests import factories
from tests.payments import booth as booths
from tests.payments import receipts

DAY = date(2026, 3, 9)


def build(people: Mapping[str, InsuredPerson]) -> None:
    """By situation: owing, with an order, at the cashier, paid, in doubt, cancelled, paid for nothing.

    The bill file of DAY has a payment that nobody knows.
    """
    reconciliation._store("alipay", day=DAY, lines=[strange()])
    receipts.entered(None, area=people["draft"].area)
    booths.bill_of(people["draft"].enrollments.get())
    booths.bill_of(people["stranger"].enrollments.get())
    _order(people["submitted"])
    at_cashier(people["under_review"])
    paid = at_cashier(people["completed"])
    apply_result(booths.paid(paid, amount_fen=paid.amount_fen), gateway="alipay")
    doubt = at_cashier(people["returned"])
    apply_result(booths.paid(doubt, amount_fen=1), gateway="alipay")
    closed = at_cashier(people["withdrawn"])
    apply_result(Trade(outcome=Outcome.CLOSED, order_number=closed.number), gateway="alipay")
    late = at_cashier(people["rejected"])
    bill = late.lines.get().bill
    bills.pay_bill(bill, amount_fen=bill.left_fen, paid_on=clock.today(), way="11")
    apply_result(booths.paid(late, amount_fen=late.amount_fen), gateway="alipay")


def strange() -> StatementLine:
    """A payment of DAY for nothing of ours."""
    at = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
    return StatementLine(trade_no="STRANGE", order_number="", kind="payment", amount_fen=100, at=at)


def _order(person: InsuredPerson) -> PaymentOrder:
    return booths.opened(booths.bill_of(person.enrollments.get()), by=factories.account_of(person))


def at_cashier(person: InsuredPerson) -> PaymentOrder:
    """An order that was started; no gateway is called."""
    order = _order(person)
    orders._start(order.number, gateway="alipay", by=factories.account_of(person))
    order.refresh_from_db()
    return order
