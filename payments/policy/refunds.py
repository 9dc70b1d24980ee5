"""The life of a refund: what may happen to it from where, and who holds the money meanwhile."""

from collections.abc import Mapping
from enum import StrEnum


class RefundAction(StrEnum):
    """What moves a refund; the wording is labels.REFUND_ACTIONS."""

    ASK = "ask"
    """An application was approved: finance is to make it."""
    MAKE = "make"
    RELEASE = "release"
    """By another person."""
    SEND_BACK = "send-back"
    PAY_OUT = "pay-out"
    """The bank has taken the transfer to the account."""
    RETRY = "retry"
    RETURN = "return"
    """The bank sent the money back."""
    REISSUE = "reissue"
    DROP = "drop"
    """Nothing is given back after all: wanted by one, agreed to by another."""
    OVERTAKE = "overtake"
    """The refund that this one was to replace was paid all the same."""
    HEARD = "heard"
    """The same was heard while this one may be at the bank already: people say what becomes of it."""
    DONE = "done"
    FAIL = "fail"


ASKED, MADE, QUEUED, SENT, PAYOUT = "asked", "made", "queued", "sent", "payout"
DONE, FAILED, RETURNED, DROPPED = "done", "failed", "returned", "dropped"
HOLDING = (ASKED, MADE, QUEUED, SENT, PAYOUT, DONE, FAILED)
"""In these the money is gone, or may still go: together they never exceed what was paid."""
UNDER_WAY = (ASKED, MADE, QUEUED, SENT, PAYOUT, FAILED)
STUCK = (FAILED, RETURNED)
STEPS: Mapping[tuple[str, RefundAction], str] = {
    (ASKED, RefundAction.MAKE): MADE,
    (MADE, RefundAction.RELEASE): QUEUED,
    (MADE, RefundAction.SEND_BACK): ASKED,
    (PAYOUT, RefundAction.PAY_OUT): DONE,
    (ASKED, RefundAction.DROP): DROPPED,
    (MADE, RefundAction.DROP): DROPPED,
    (ASKED, RefundAction.OVERTAKE): DROPPED,
    (MADE, RefundAction.OVERTAKE): DROPPED,
    (PAYOUT, RefundAction.OVERTAKE): DROPPED,
    (RETURNED, RefundAction.OVERTAKE): DROPPED,
    (QUEUED, RefundAction.DONE): DONE,
    (SENT, RefundAction.DONE): DONE,
    (FAILED, RefundAction.DONE): DONE,
    (RETURNED, RefundAction.DONE): DONE,
    (QUEUED, RefundAction.FAIL): FAILED,
    (SENT, RefundAction.FAIL): FAILED,
    (FAILED, RefundAction.RETRY): QUEUED,
    (FAILED, RefundAction.RETURN): RETURNED,
    (PAYOUT, RefundAction.RETURN): RETURNED,
    (DONE, RefundAction.RETURN): RETURNED,
}
"""Every edge there is. A transfer to an account is released to PAYOUT; what nobody applied for is sent back to DROPPED.

A transfer that is released may be under way at the bank. It is not dropped; only when what it replaces was paid all the
same, two people who know that nothing was transferred stop it. A failed refund is asked for again under its own number:
should the gateway have paid all the same, it pays no twice. What failed and was written down as returned is DONE when
the gateway says so after all.
"""


def step(
    state: str,
    action: RefundAction,
    *,
    by_account: bool = False,
    is_applied_for: bool = True,
    to_personal: bool = False,
) -> str | None:
    """Where the action leads from here; None when there is no such edge.

    What goes back into a personal account passes no bank, so that no bank sends it back and nobody pays it elsewhere.
    """
    to = STEPS.get((state, action))
    if action is RefundAction.RETURN and to_personal:
        return None
    if action is RefundAction.RELEASE and to and by_account:
        return PAYOUT
    if action is RefundAction.SEND_BACK and to and not is_applied_for:
        return DROPPED
    return to
