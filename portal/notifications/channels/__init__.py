"""The outside world of messages: one module per channel behind the contract in base."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from portal.notifications.channels import email, sms
from portal.notifications.channels.base import Channel

OPENERS: dict[str, Callable[[], AbstractContextManager[Channel]]] = {"sms": sms.opened, "email": email.opened}
"""The only place where the outside world is replaced."""
