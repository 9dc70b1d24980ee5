"""不再退款: a refund that nobody is to get after all; wanted by one member of finance, agreed to by another."""

from django.db.models import F

from payments import labels
from payments.models import Bill, Refund
from payments.policy.refunds import RefundAction, step
from payments.services import giving_back
from payments.services.bills import lock_bills
from portal import hints
from portal.accounts.models import User
from portal.audit.services import use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.transactions import business_transaction


def wanted_by(refund: Refund) -> int | None:
    """Key of who has made it, or has asked for the drop since the last step; None when nobody has."""
    if refund.state == Refund.MADE:
        return refund.made_by_id
    last = refund.events.order_by("-pk").first()
    return last.actor_id if last is not None and last.action == RefundAction.DROP else None


@business_transaction
def drop(number: str, *, version: int, text: str, token: str, by: User) -> Refund:
    """The first one's wish leaves a note; with the second one's the money counts as paid again.

    One that was made is dropped at once by another person.
    """
    use_form_token(token, address=giving_back.page_of(number))
    refund = giving_back.found(number)
    lock_bills(Bill.objects.filter(refunds=refund))
    refund = giving_back.found(number)
    giving_back.check_finance(refund, by=by)
    giving_back.check_text(text)
    first = wanted_by(refund)
    if first == by.pk:
        raise BusinessRuleError(Reason("refund.drop-second"))
    if first is not None:
        giving_back.move(refund, RefundAction.DROP, version=version)
        giving_back.let_go(refund)
        hints.hint("effects")
    elif not step(refund.state, RefundAction.DROP) or not _seen(refund, version=version):
        raise ConflictError(Reason("refund.somebody-first", {"state": labels.REFUND_STATES[refund.state]}))
    giving_back.note(refund, RefundAction.DROP, by=by, text=text)
    refund.refresh_from_db(fields=["version"])
    return refund


def _seen(refund: Refund, *, version: int) -> bool:
    """Whether it still is as the page has shown it; whoever else has that page comes too late."""
    same = Refund.objects.filter(pk=refund.pk, state=refund.state, version=version)
    return bool(same.update(version=F("version") + 1))
