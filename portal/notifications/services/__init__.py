"""The only writer of messages and deliveries: telling, sending, sending again, and looking after what is left."""

from portal.notifications.services.choices import choices_of, choose, refusals_of
from portal.notifications.services.drain import drain
from portal.notifications.services.outbox import (
    Recipient,
    Telling,
    cancel_pending,
    mark_all_read,
    mark_read,
    resend,
    resend_all,
    tell,
    tell_many,
)
from portal.notifications.services.rendering import Rendered, render
from portal.notifications.services.sweep import ChannelHealth, Health, health, sweep

__all__ = [
    "ChannelHealth",
    "Health",
    "Recipient",
    "Rendered",
    "Telling",
    "cancel_pending",
    "choices_of",
    "choose",
    "drain",
    "health",
    "mark_all_read",
    "mark_read",
    "refusals_of",
    "render",
    "resend",
    "resend_all",
    "sweep",
    "tell",
    "tell_many",
]
