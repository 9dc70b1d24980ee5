"""医保卡: whether a number and a password can be right, and how a number is shown."""

import re
import unicodedata

from portal.errors import Reason

NUMBER = re.compile(r"[A-Z0-9]{8,20}")
PASSWORD = re.compile(r"[0-9]{6}")
SHOWN = 4


def plain_number(typed: str) -> str:
    """As it is compared: one width, capital letters, no spaces and hyphens."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "").upper()


def check_typed(number: str, *, password: str) -> tuple[Reason, ...]:
    """Why the card service need not be asked."""
    reasons = []
    if not NUMBER.fullmatch(number):
        reasons.append(Reason("card.number-shape"))
    if not PASSWORD.fullmatch(password):
        reasons.append(Reason("card.password-shape"))
    return tuple(reasons)


def masked(number: str) -> str:
    """The last four characters: **** 0001"""
    return f"**** {number[-SHOWN:]}"
