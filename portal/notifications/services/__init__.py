"""The only writer of messages and deliveries: telling, sending, sending again."""

from portal.notifications.services.outbox import Recipient, cancel_pending, mark_all_read, mark_read, resend, tell
from portal.notifications.services.rendering import Rendered, render

__all__ = ["Recipient", "Rendered", "cancel_pending", "mark_all_read", "mark_read", "render", "resend", "tell"]
