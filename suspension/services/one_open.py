"""One open application per enrollment: what the database refuses is told as a conflict."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from portal.errors import ConflictError, Reason

SIGNS = ("one_open_application", "suspension_application.enrollment_id", "one_running_transfer")
"""How PostgreSQL and SQLite name the constraint."""
ONE_TRANSFER = "suspension_application.person_id"
"""How SQLite ends when it refuses a second transfer; a second draft names the item, too."""


@contextmanager
def one_open_application() -> Iterator[None]:
    """Around a whole transaction, as a decorator too: ConflictError for whoever was second at the same moment."""
    try:
        yield
    except IntegrityError as error:
        if any(sign in str(error) for sign in SIGNS) or str(error).endswith(ONE_TRANSFER):
            raise ConflictError(Reason("stop.already-open", {"number": "—"})) from error
        raise
