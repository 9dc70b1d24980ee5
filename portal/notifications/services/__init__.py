"""The only writer of messages and deliveries: telling, sending, sending again, and looking after what is left."""

from portal.notifications.services.drain import drain
from portal.notifications.services.outbox import (
    Recipient,
    cancel_pending,
    mark_all_read,
    mark_read,
    resend,
    resend_all,
    tell,
)
from portal.notifications.services.rendering import Rendered, render
from portal.notifications.services.sweep import ChannelHealth, Health, health, sweep

__all__ = [
    "ChannelHealth",
    "Health",
    "Recipient",
    "Rendered",
    "cancel_pending",
    "drain",
    "health",
    "mark_all_read",
    "mark_read",
    "render",
    "resend",
    "resend_all",
    "sweep",
    "tell",
]
