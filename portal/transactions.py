"""One transaction per service call: committed whole or not at all, tried again after a deadlock."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger(__name__)

TRIES = 3
DEADLOCK_CODES = frozenset({"40P01", "40001"})
"""PostgreSQL: deadlock detected, serialization failure. The transaction was rolled back; doing it again is safe."""
BUSY_CODES = DEADLOCK_CODES | {"55P03", "57014"}
"""And: lock not available, statement timed out. It was rolled back, too; whoever asked may try again later."""


def is_busy(error: OperationalError) -> bool:
    """Whether the database only had no time for this transaction, of which nothing is kept."""
    if getattr(error.__cause__, "pgcode", None) in BUSY_CODES:
        return True
    return str(getattr(error.__cause__, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def business_transaction(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one transaction. Inside another service's transaction it simply takes part."""

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if transaction.get_connection().in_atomic_block:
            with transaction.atomic():
                return service(*args, **kwargs)
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except OperationalError as error:
                if attempt == TRIES or getattr(error.__cause__, "pgcode", None) not in DEADLOCK_CODES:
                    raise
                log.warning("deadlock_retried", service=service.__qualname__, attempt=attempt)
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")

    return run
