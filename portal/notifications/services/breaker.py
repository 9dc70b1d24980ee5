"""A provider that fails again and again is left alone for a while; each process notices by itself."""

import time
from threading import Lock

FAILURES = 5
REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 60.0


class Breaker:
    """Opens after FAILURES failures in a row, or when the provider asks for a pause; rows keep their tries meanwhile.

    After the rest one message goes through: if it fails too, the rest begins anew.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether nothing should be sent now."""
        with self._lock:
            return time.monotonic() < self._until

    def succeeded(self) -> None:
        """The provider answered as it should, be it with a refusal of one message."""
        with self._lock:
            self._failures, self._until = 0, 0.0

    def failed(self, *, retry_after: float | None = None) -> None:
        """The provider did not answer, or not as it should."""
        with self._lock:
            self._failures += 1
            if retry_after:
                self._until = time.monotonic() + min(retry_after, LONGEST_REST_SECONDS)
            elif self._failures >= FAILURES:
                self._until = time.monotonic() + REST_SECONDS


BREAKERS = {"sms": Breaker(), "email": Breaker()}
