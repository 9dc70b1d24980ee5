"""The documents one agrees to at registration, with the version in force."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Document:
    """A text of the hall; a new wording is a new version."""

    code: str
    title: str
    version: str
    effective_on: date


TERMS = Document("terms", "网厅用户协议", "2026-1", date(2026, 1, 1))
PRIVACY = Document("privacy", "隐私政策", "2026-1", date(2026, 1, 1))
CONSENTS = (TERMS, PRIVACY)
"""What a new account agrees to."""
