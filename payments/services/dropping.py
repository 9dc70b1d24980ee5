"""不再退款: a refund that nobody is to get after all; wanted by one member of finance, agreed to by another."""

from django.db.models import F

from payments import labels
from payments.models import Bill, PaymentOrder, Refund
from payments.policy.refunds import RefundAction
from payments.services import giving_back, refunds
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


def way_out(refund: Refund) -> RefundAction | None:
    """How it may be dropped from here; of a released transfer only when what it replaces was paid all the same."""
    is_stopped = refund.state == Refund.PAYOUT and refunds.heard_of(refund) is not None
    action = RefundAction.OVERTAKE if is_stopped else RefundAction.DROP
    return action if giving_back.next_state(refund, action) and (is_stopped or action is RefundAction.DROP) else None


@business_transaction
def drop(number: str, *, version: int, text: str, token: str, by: User) -> Refund:
    """The first one's wish leaves a note; with the second one's the money counts as paid again.

    One that was made is dropped at once by another person. One that is being transferred is not dropped: only when
    what it replaces was paid all the same do two people stop it, and that one is booked.
    """
    use_form_token(token, address=giving_back.page_of(number))
    refund = giving_back.found(number)
    lock_bills(Bill.objects.filter(refunds=refund))
    list(PaymentOrder.objects.select_for_update(no_key=True, of=("self",)).filter(refunds=refund))
    refund = giving_back.found(number)
    giving_back.check_finance(refund, by=by)
    giving_back.check_text(text)
    first, action = wanted_by(refund), way_out(refund)
    if first == by.pk:
        raise BusinessRuleError(Reason("refund.drop-second"))
    if action is None or not _seen(refund, version=version):
        raise ConflictError(Reason("refund.somebody-first", {"state": labels.REFUND_STATES[refund.state]}))
    giving_back.note(refund, RefundAction.DROP, by=by, text=text)
    refund.refresh_from_db(fields=["version"])
    if first is not None:
        _end(refund, action=action, by=by)
    return refund


def _end(refund: Refund, *, action: RefundAction, by: User) -> None:
    paid = refunds.heard_of(refund) if action is RefundAction.OVERTAKE else None
    if paid is None:
        giving_back.move(refund, RefundAction.DROP, version=refund.version)
        giving_back.let_go(refund)
        hints.hint("effects")
    else:
        refunds.stop(refund, because=paid, by=by)
        refunds.stand_first(paid)


def _seen(refund: Refund, *, version: int) -> bool:
    """Whether it still is as the page has shown it; whoever else has that page comes too late."""
    same = Refund.objects.filter(pk=refund.pk, state=refund.state, version=version)
    return bool(same.update(version=F("version") + 1))
