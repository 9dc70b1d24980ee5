"""Tells the owner of an account what happened to it, on every channel there is."""

import secrets

from portal.accounts.models import User
from portal.notifications.services import Recipient, tell


def tell_owner(
    user: User,
    *,
    template: str,
    params: dict[str, str | int] | None = None,
    old_phone: str | None = None,
    old_email: str | None = None,
) -> None:
    """In the hall, by SMS and by e-mail; what is about to change is told to the old address. Inside a transaction."""
    tell(
        event_key=f"account:{user.pk}:{template}:{secrets.token_hex(6)}",
        template=template,
        params=params or {},
        to=Recipient(user=user, phone=old_phone or user.phone, email=old_email or user.email, area_code=""),
        url_name="account_security",
    )
