"""Accounts, and what is kept about them at the door."""

from portal.accounts.models.door import MOST_TRIES, Consent, OneTimeCode, Purpose, RateCounter, SignIn
from portal.accounts.models.user import User, UserManager, new_handle

__all__ = [
    "MOST_TRIES",
    "Consent",
    "OneTimeCode",
    "Purpose",
    "RateCounter",
    "SignIn",
    "User",
    "UserManager",
    "new_handle",
]
