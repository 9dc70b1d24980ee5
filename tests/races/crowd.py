"""Threads that wait for each other and then call at once, each on a connection of its own."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from tests.results import Report

PATIENCE_SECONDS = 60
KEPT_FREE = 12
REFUSALS = (AlreadyDone, ConflictError, BusinessRuleError)
Call = Callable[[], object]


@dataclass
class Outcome:
    """What came of calls: values of those who won, how often each refusal, and whatever must never come out."""

    won: list[object] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    reasons: set[str] = field(default_factory=set)
    broken: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, other: "Outcome") -> None:
        """Count another round in."""
        self.won += other.won
        self.refused += other.refused
        self.reasons |= other.reasons
        self.broken += other.broken
        self.seconds += other.seconds

    @property
    def refusals(self) -> str:
        """ConflictError 945, AlreadyDone 3."""
        return ", ".join(f"{name} {count}" for name, count in sorted(self.refused.items())) or "none"


class Crowd:
    """`count` threads; every run gives each of them one call."""

    def __init__(self, count: int, pool: ThreadPoolExecutor) -> None:
        self.count = count
        self._pool = pool
        self._barrier = threading.Barrier(count)

    def run(self, calls: Sequence[Call]) -> Outcome:
        """All at once; what each came to."""
        assert len(calls) == self.count
        outcome, lock = Outcome(), threading.Lock()

        def attempt(call: Call) -> None:
            connection.ensure_connection()
            self._barrier.wait(PATIENCE_SECONDS)
            kind, value = _attempted(call)
            with lock:
                if kind == "won":
                    outcome.won.append(value)
                elif kind == "refused":
                    outcome.refused[type(value).__name__] += 1
                    outcome.reasons |= {reason.code for reason in getattr(value, "reasons", ())}
                else:
                    outcome.broken[f"{type(value).__name__}: {value}"[:200]] += 1

        started = time.perf_counter()
        for done in [self._pool.submit(attempt, call) for call in calls]:
            done.result(PATIENCE_SECONDS)
        outcome.seconds = time.perf_counter() - started
        return outcome

    def close(self) -> None:
        """Give every connection back."""

        def leave() -> None:
            self._barrier.wait(PATIENCE_SECONDS)
            connection.close()

        for done in [self._pool.submit(leave) for _ in range(self.count)]:
            done.result(PATIENCE_SECONDS)


def _attempted(call: Call) -> tuple[str, object]:
    try:
        return "won", call()
    except REFUSALS as refusal:
        return "refused", refusal
    except Exception as error:  # noqa: BLE001 - the edge of a thread: counted, and the test fails on it
        return "broken", error


@contextmanager
def crowd(count: int) -> Iterator[Crowd]:
    """Threads with connections that are given back at the end."""
    with ThreadPoolExecutor(count) as pool:
        found = Crowd(count, pool)
        try:
            yield found
        finally:
            found.close()


def at_most(wanted: int) -> int:
    """As many as wanted, or as the server has free connections: others may be at work there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int - count(*) FROM pg_stat_activity WHERE datname IS NOT NULL"
        )
        free = int(cursor.fetchone()[0]) - KEPT_FREE
    assert free >= 8, f"only {free} connections are free on the PostgreSQL server"
    return min(wanted, free)


def locks_left() -> int:
    """Row and advisory locks, and transactions left open, in this database by anybody but us."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.pid <> pg_backend_pid()"
            " AND l.mode NOT IN ('AccessShareLock', 'ExclusiveLock') AND l.granted)"
            " + (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid())"
        )
        return int(cursor.fetchone()[0])


TITLE = "One door, one winner"
COLUMNS = ("race", "at once", "rounds", "winners", "refused", "anything else", "seconds a round")


def shown(report: Report, name: str, *, at_once: int, rounds: int, outcome: Outcome) -> None:
    """A row, and the invariants of every race: nothing but refusals comes out, and no lock is left."""
    broken = ", ".join(f"{words} ×{count}" for words, count in outcome.broken.items()) or "0"
    seconds = f"{outcome.seconds / rounds:.2f}"
    report.table(TITLE, *COLUMNS).add(name, at_once, rounds, len(outcome.won), outcome.refusals, broken, seconds)
    assert not outcome.broken
    assert locks_left() == 0
