"""Interleaved rounds, medians and ratios: only what was measured in the same minute is compared."""

import itertools
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

Prepared = Callable[[], object]
IGNORED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_rows = itertools.count(1)


@dataclass
class Times:
    """Seconds on the wall and on the processor, one pair a round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def wall_ms(self) -> float:
        return statistics.median(self.wall) * 1000

    @property
    def best_ms(self) -> float:
        """The quickest round: what the work takes when nobody else is busy on the machine."""
        return min(self.wall) * 1000

    @property
    def cpu_ms(self) -> float:
        return statistics.median(self.cpu) * 1000


def interleaved(works: Mapping[str, Callable[[], Prepared]], *, rounds: int) -> dict[str, Times]:
    """Each work once a round, in turn; each is made ready off the clock. The first two rounds warm up."""
    found = {name: Times() for name in works}
    for number in range(rounds + 2):
        for name, prepare in works.items():
            work = prepare()
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            if number >= 2:
                found[name].wall.append(time.perf_counter() - wall)
                found[name].cpu.append(time.process_time() - cpu)
    return found


def statements(work: Prepared) -> int:
    """How many statements it sends; BEGIN, COMMIT and savepoints are not counted."""
    with CaptureQueriesContext(connection) as context:
        work()
    return sum(not query["sql"].startswith(IGNORED) for query in context.captured_queries)


def bare_sql(count: int) -> Prepared:
    """As many plain statements in one transaction, by turns a read, a change and a new row."""

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for number in range(count):
                row = next(_rows) % 2000 + 1
                if number % 3 == 0:
                    cursor.execute("SELECT id, words FROM scratch_row WHERE id = %s", [row])
                    cursor.fetchall()
                elif number % 3 == 1:
                    cursor.execute("UPDATE scratch_row SET words = %s WHERE id = %s", ["y" * 80, row])
                else:
                    cursor.execute("INSERT INTO scratch_row (words) VALUES (%s) RETURNING id", ["z" * 80])

    return work
