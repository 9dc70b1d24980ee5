"""逾期未足额: bills of applications that were paid in part only when their day came; two people give the part back.

What came by an order goes back the way it came, the rest to the person's own bank account. When all of it is back the
bill is 已退费, and the application ends.
"""

from django.db.models import QuerySet
from django.urls import reverse

from insured.models import StaffAssignment
from insured.policy.roles import Right
from payments.models import Bill, OrderLine, Refund
from payments.policy.refunds import RefundAction
from payments.services import giving_back
from payments.services.accounts import account_of_person
from payments.services.bills import lock_bills
from payments.services.giving_back import Account
from payments.services.numbers import REFUND_PREFIX
from payments.services.refundable import lines_of
from portal import clock
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, Reason
from portal.identity import public_number
from portal.transactions import business_transaction


def page() -> str:
    """Where the desk lists them."""
    return reverse("admin:payments_refund_late")


def late_parts(user: User) -> QuerySet[Bill]:
    """Those whose money is still here, in the areas of a member of finance, the oldest first."""
    areas = StaffAssignment.objects.areas_with(user, Right.SETTLE)
    found = Bill.objects.late_parts(clock.today()).filter(area__in=areas, refunded_fen=0)
    return found.select_related("person", "area").order_by("due_on", "pk")


def bound_account(bill: Bill) -> Account | None:
    """The person's own account, which the bank has confirmed; None where none is bound."""
    bound = account_of_person(bill.person) if bill.person is not None else None
    if bound is None or bill.person is None:
        return None
    return Account(holder=bill.person.name, bank=bound.get_bank_display(), number=bound.number)


def needs_account(bill: Bill) -> bool:
    """Whether some of it did not come by an order."""
    return sum(line.amount_fen for line in lines_of(bill)) < bill.paid_fen


@business_transaction
def give_back(bill_number: str, *, account: Account | None, text: str, token: str, by: User) -> list[Refund]:
    """The first person's half; somebody else of finance releases each. The bound account goes before a typed one."""
    use_form_token(token, address=page())
    bills = lock_bills(late_parts(by).filter(number=bill_number))
    # The rest may have come, or a colleague been first, while the lock was waited for.
    if not bills or not late_parts(by).filter(pk=bills[0].pk).exists():
        raise BusinessRuleError(Reason("refund.no-late-part", {"number": bill_number}))
    bill = bills[0]
    giving_back.check_bill(bill, by=by)
    giving_back.check_text(text)
    if not Bill.objects.unwaited().filter(pk=bill.pk).exists():
        raise BusinessRuleError(Reason("refund.late-part-waits", {"number": bill.number}))
    target = bound_account(bill) or account
    made, rest = [], bill.paid_fen
    for line in lines_of(bill):
        made.append(_made(bill, fen=line.amount_fen, line=line, account=None, text=text, by=by))
        rest -= line.amount_fen
    if rest:
        if target is None:
            raise BusinessRuleError(Reason("refund.no-account"))
        made.append(_made(bill, fen=rest, line=None, account=target, text=text, by=by))
    return made


def _made(bill: Bill, *, fen: int, line: OrderLine | None, account: Account | None, text: str, by: User) -> Refund:
    giving_back.hold(bill, line=line, fen=fen)
    now = clock.now()
    refund = Refund.objects.create(
        number=public_number(prefix=REFUND_PREFIX, on=clock.today()),
        area=bill.area,
        order=line.order if line else None,
        bill=bill,
        period_starts_on=bill.period_starts_on,
        period_ends_on=bill.period_ends_on,
        trade_no=line.order.trade_no if line else "",
        amount_fen=fen,
        cause="staff",
        way="original" if line else "account",
        account=account.number if account else None,
        account_name=account.holder if account else "",
        account_bank=account.bank if account else "",
        state=Refund.MADE,
        made_by=by,
        made_at=now,
        created_at=now,
    )
    giving_back.note(refund, RefundAction.MAKE, by=by, text=text)
    return refund
