"""What every channel can do, whoever the provider is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What one call came to. UNKNOWN: it may have been sent, and may not."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one address; `key` is ours, stays the same at every try and lets the provider see repeats."""

    key: str
    address: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The provider's answer. `detail` is for staff and never holds an address; `retry_after` is in seconds."""

    kind: Kind
    ref: str = ""
    detail: str = ""
    retry_after: float | None = None


class Channel(Protocol):
    """A provider. Calls end within about 7 seconds, follow no redirects and turn every answer into an Outcome."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one message over."""
        ...

    def query(self, key: str, /) -> Outcome | None:
        """What became of an earlier message with this key; None when the provider never saw it or cannot say."""
        ...
