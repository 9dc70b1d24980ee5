"""The life of a payment order: which events move it where, and when the gateway is asked again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where an order stands."""

    CREATED = "created"
    PAYING = "paying"
    """The gateway may know it: only the gateway says how it ends."""
    REVIEW = "review"
    """The gateway named another amount; staff look at it, and nothing was posted."""
    PAID = "paid"
    CLOSED = "closed"
    PAID_LATE = "paid_late"
    """Money came that pays no bill any more: it goes back by itself."""
    REFUNDED = "refunded"


class Event(StrEnum):
    """What may happen to an order; notice, query and close all end in one of these."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    UNNEEDED = "unneeded"
    """Paid, and no bill is left that it could pay."""
    MISMATCHED = "mismatched"
    CLOSED = "closed"
    REFUNDED = "refunded"
    RETURNED = "returned"
    """The bank sent back what was given back for its bills."""


LIVE = (State.CREATED, State.PAYING, State.REVIEW)
"""While an order is in one of these no other order may have its bills."""
WAITING = (State.CREATED, State.PAYING)
"""The payer can still pay or cancel."""
STEPS: Mapping[tuple[State, Event], State] = {
    (State.CREATED, Event.STARTED): State.PAYING,
    (State.CREATED, Event.SUCCEEDED): State.PAID,
    (State.CREATED, Event.UNNEEDED): State.PAID_LATE,
    (State.CREATED, Event.MISMATCHED): State.REVIEW,
    (State.CREATED, Event.CLOSED): State.CLOSED,
    (State.PAYING, Event.SUCCEEDED): State.PAID,
    (State.PAYING, Event.UNNEEDED): State.PAID_LATE,
    (State.PAYING, Event.MISMATCHED): State.REVIEW,
    (State.PAYING, Event.CLOSED): State.CLOSED,
    (State.REVIEW, Event.SUCCEEDED): State.PAID,
    (State.REVIEW, Event.UNNEEDED): State.PAID_LATE,
    (State.REVIEW, Event.CLOSED): State.CLOSED,
    (State.CLOSED, Event.SUCCEEDED): State.PAID,
    (State.CLOSED, Event.UNNEEDED): State.PAID_LATE,
    (State.PAID, Event.REFUNDED): State.REFUNDED,
    (State.PAID_LATE, Event.REFUNDED): State.REFUNDED,
    (State.REFUNDED, Event.RETURNED): State.PAID,
}
"""Every edge there is. What is not here changes nothing: a repeat, or news that an earlier event has overtaken."""

LIFETIME = timedelta(minutes=30)
"""How long an order can be paid."""
QUERY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120))
"""Since the start at the gateway, when most pay."""
QUERY_EVERY = timedelta(seconds=100)
"""As long as it can be paid: whenever that was, it is found within two minutes, the clock's ten seconds included."""
HOURLY = timedelta(hours=1)
"""Behind its time."""
REFUND_AFTER = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600))
"""Between two tries of a refund; the last one for good."""


def step(state: State, event: Event) -> State | None:
    """Where the event leads from here; None when it changes nothing."""
    return STEPS.get((state, event))


def next_query(started_at: datetime, *, now: datetime, expires_at: datetime) -> datetime:
    """When to ask the gateway next: by the schedule, at the expiry, and every hour after both."""
    due = [at for at in (*(started_at + wait for wait in QUERY_AFTER), expires_at) if at > now]
    return min([*due, now + (QUERY_EVERY if now < expires_at else HOURLY)])


def next_refund_try(tries: int, *, now: datetime) -> datetime:
    """When to try a refund again that was tried so often."""
    return now + REFUND_AFTER[min(tries, len(REFUND_AFTER)) - 1]
