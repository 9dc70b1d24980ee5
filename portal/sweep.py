"""Going through what is due, one transaction each: what breaks stops nothing else."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError

log = structlog.get_logger(__name__)
Key = TypeVar("Key", str, int)


def each(service: Callable[[Key], bool], keys: Iterable[Key], *, event: str) -> int:
    """How many were done. One that breaks is logged as `event` and stops no other; a lost database ends the run."""
    done = 0
    for key in keys:
        try:
            done += service(key)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # The edge of the loop: the broken one stands first in the next run, too.
            log.exception(event, key=key)
    return done
