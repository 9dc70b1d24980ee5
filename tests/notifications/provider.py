"""A provider that does as it is told, in the place of the outside world."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.notifications.channels.base import Kind, Outcome, Outgoing

Act = Callable[[], None]


class Provider:
    """Answers with the outcomes given, the last one again and again; notes what it was sent and asked."""

    def __init__(
        self, *outcomes: Outcome | Exception, known: Outcome | None = None, meanwhile: Act | None = None
    ) -> None:
        self.outcomes = list(outcomes) or [Outcome(Kind.ACCEPTED, ref="p-1")]
        self.known = known
        self.meanwhile = meanwhile
        self.sent: list[Outgoing] = []
        self.asked: list[str] = []

    def send(self, outgoing: Outgoing) -> Outcome:
        self.sent.append(outgoing)
        if self.meanwhile:
            self.meanwhile()
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def query(self, key: str) -> Outcome | None:
        self.asked.append(key)
        return self.known

    @contextmanager
    def opened(self) -> Iterator["Provider"]:
        yield self
