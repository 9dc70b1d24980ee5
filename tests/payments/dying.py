"""A machine that dies, or a lock that is not free, at each statement of a call; and the clock that ends the rest."""

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from payments.services import asking, debit, refunds
from tests.results import size

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
WAITS = re.compile(r"^(INSERT|UPDATE|DELETE)|FOR (NO KEY )?UPDATE")
"""Statements that may have to wait for somebody else's lock."""
START = "2026-03-10T02:00:00Z"
LATER = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 32, 70, 180))
"""After the start; the clock's jobs run at each, though every minute in the hall."""


class Killed(BaseException):
    """SIGKILL: nobody catches it, and nothing is sent to the database any more."""


class LockTimeoutError(Exception):
    """What the driver says when a lock was not free in time."""

    pgcode = "55P03"


@dataclass
class Fate:
    """At which statement what happens; 0 is never. It counts them, and notes which may wait for a lock."""

    at: int = 0
    is_busy: bool = False
    seen: int = 0
    waits: set[int] = field(default_factory=set)
    is_dead: bool = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(CONTROL):
            return execute(sql, params, many, context)
        self.seen += 1
        if WAITS.search(sql):
            self.waits.add(self.seen)
        if self.is_dead or (self.seen == self.at and not self.is_busy):
            self.is_dead = True
            raise Killed
        if self.seen == self.at:
            raise OperationalError("canceling statement due to lock timeout") from LockTimeoutError()
        return execute(sql, params, many, context)


@contextmanager
def undone(books: Sequence[object]) -> Iterator[None]:
    """What happens inside is taken back, in the tables and in the books of gateways that live in the test."""
    before = [copy.deepcopy(vars(book)) for book in books]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for book, was in zip(books, before, strict=True):
        vars(book).update(was)


def meet(fate: Fate, act: Callable[[], object]) -> None:
    """Do it and let happen what happens."""
    try:
        with connection.execute_wrapper(fate):
            act()
    except (Killed, OperationalError):
        return


def at_every_statement(
    act: Callable[[], object], *, clock: Any, books: Sequence[object] = (), ended: Callable[[], object]
) -> int:
    """Cut `act` off at each of its statements, in both ways, and see each time that it ended well; how many there are.

    A plain run takes every fourth cut, from another one on each time. `ended` runs the sweeps itself, by
    `let_time_pass`, and asserts what must be so.
    """
    whole = Fate()
    with undone(books):
        meet(whole, act)
        clock.move_to(START)
    cuts = [(at, False) for at in range(1, whole.seen + 1)] + [(at, True) for at in sorted(whole.waits)]
    step = size(plain=4, full=1)
    for at, is_busy in cuts[random.randrange(step) :: step]:
        with undone(books):
            meet(Fate(at=at, is_busy=is_busy), act)
            try:
                ended()
            except BaseException as error:
                error.add_note(f"{'No lock' if is_busy else 'Killed'} at statement {at} of {whole.seen}")
                raise
            finally:
                clock.move_to(START)
    return whole.seen


def let_time_pass(clock: Any) -> None:
    """The clock's jobs until nothing of it can be under way."""
    for wait in LATER:
        clock.shift(wait)
        asking.query_pending()
        refunds.send_due()
        debit.run_due()
