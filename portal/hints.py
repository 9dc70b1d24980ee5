"""Empty messages that say "look at the table". Losing, doubling or delaying one changes nothing: the sweep finds it."""

import time
from dataclasses import dataclass
from threading import Lock

import structlog
from django.conf import settings
from django.db import connection, transaction

from portal.celery import app

SILENCE_SECONDS = 10
EXPIRES_SECONDS = 30
log = structlog.get_logger(__name__)


class Breaker:
    """After a failure nothing is tried for a while, so that a page never waits for a dead broker twice."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._silent_until = 0.0

    @property
    def is_open(self) -> bool:
        with self._lock:
            return time.monotonic() < self._silent_until

    def trip(self) -> None:
        with self._lock:
            self._silent_until = time.monotonic() + SILENCE_SECONDS

    def reset(self) -> None:
        with self._lock:
            self._silent_until = 0.0


breaker = Breaker()


@dataclass(frozen=True, slots=True)
class Hint:
    """What runs after the commit; equal for the same queue, so that a transaction keeps only one."""

    queue: str

    def __call__(self) -> None:
        publish(self.queue)


def hint(queue: str) -> None:
    """Wake the worker of `queue` (a key of settings.HINTS) after this transaction commits, once."""
    if queue not in settings.HINTS:
        raise KeyError(queue)
    wish = Hint(queue)
    if all(wish != entry[1] for entry in connection.run_on_commit):
        transaction.on_commit(wish, robust=True)


def publish(queue: str) -> None:
    """Send the hint now. Never raises: the row is committed and the sweep will find it."""
    if settings.CELERY_BROKER_URL.startswith("memory://") or breaker.is_open:
        return
    task = settings.HINTS[queue]
    route = settings.CELERY_TASK_ROUTES.get(task, settings.CELERY_TASK_DEFAULT_QUEUE)
    try:
        app.send_task(task, queue=route, retry=False, expires=EXPIRES_SECONDS, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - any broker failure whatever its class: the sweep does the work
        breaker.trip()
        log.warning("hint_lost", queue=queue, error=type(error).__name__)
