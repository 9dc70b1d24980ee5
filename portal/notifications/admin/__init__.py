"""Messages at the desk: what was not delivered, and what every message says."""

from portal.notifications.admin import deliveries, examples

__all__ = ["deliveries", "examples"]
