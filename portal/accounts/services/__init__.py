"""The only writer of accounts, codes, counters, consents and log-ins."""

from portal.accounts.models import User
from portal.accounts.services.account import (
    BACKEND,
    create_user,
    end_sessions,
    enrol_totp,
    has_authenticator,
    has_used_second_factor,
    log_in_with_factor,
    make_staff,
    record_factor,
    set_email,
    set_password,
    set_phone,
)

__all__ = [
    "BACKEND",
    "User",
    "create_user",
    "end_sessions",
    "enrol_totp",
    "has_authenticator",
    "has_used_second_factor",
    "log_in_with_factor",
    "make_staff",
    "record_factor",
    "set_email",
    "set_password",
    "set_phone",
]
