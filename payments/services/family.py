"""家庭共济: a relative's resident contribution, paid from one's own personal account."""

from collections.abc import Sequence

from insured.models import FamilyRelation, InsuredPerson
from payments.gateways.base import Outcome, Trade
from payments.models import Bill, PaymentOrder
from payments.policy.pooled import NEAR, PooledFacts, check_pooled
from payments.services import orders, pooled
from payments.services.bills import lock_bills
from payments.services.results import Applied, apply_locked
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.transactions import business_transaction

TRADE_PREFIX = "GZ"
"""共济's initials, before the order's number: the number this movement has in the account."""


def relatives_of(person: InsuredPerson) -> list[FamilyRelation]:
    """Spouse, children and parents who let one act for them today."""
    rows = FamilyRelation.objects.consented().filter(person=person, kind__in=NEAR)
    return list(rows.select_related("relative__area").order_by("pk"))


def why_not_pooled(order: PaymentOrder, *, by: User) -> tuple[Reason, ...]:
    """Why this order is not paid from one's personal account; empty when it may be. Four statements at most."""
    person = InsuredPerson.objects.filter(user=by).first()
    if person is None:
        return (Reason("pooled.no-account"),)
    bills = list(Bill.objects.filter(order_lines__order=order))
    balance = pooled.balance_of(person)
    relations = _relations(person, bills=bills)
    found = [
        reason
        for bill in bills
        for reason in check_pooled(
            PooledFacts(
                scheme=bill.scheme,
                relation=None if bill.person_id == person.pk else relations.get(bill.person_id, ""),
                has_account=balance is not None,
                balance_fen=balance or 0,
                amount_fen=order.amount_fen,
            )
        )
    ]
    return tuple({reason.code: reason for reason in found}.values())


def _relations(person: InsuredPerson, *, bills: Sequence[Bill]) -> dict[int | None, str]:
    rows = FamilyRelation.objects.consented().filter(person=person, relative__in=[bill.person_id for bill in bills])
    return dict(rows.values_list("relative_id", "kind"))


@business_transaction
def pay_from_account(number: str, *, by: User) -> PaymentOrder:
    """Pay an order from one's personal account: asked for, taken and booked in one transaction, or nothing of it.

    BusinessRuleError says why not. The order is then as it was before, to be paid in another way or once more; so it is
    when a lock was not free or the machine died.
    """
    bills = lock_bills(Bill.objects.filter(order_lines__order__number=number, order_lines__order__payer=by))
    order = orders.start_pooled(number, by=by)
    if reasons := why_not_pooled(order, by=by):
        raise BusinessRuleError(*reasons)
    trade = Trade(
        outcome=Outcome.PAID,
        order_number=number,
        trade_no=f"{TRADE_PREFIX}{number}",
        amount_fen=order.amount_fen,
        paid_at=clock.now(),
    )
    if apply_locked(order, bills=bills, trade=trade) != Applied.POSTED:
        raise ConflictError(Reason("order.changed-meanwhile", {"number": number}))
    pooled.take(InsuredPerson.objects.get(user=by), order=order)
    order.refresh_from_db()
    return order
