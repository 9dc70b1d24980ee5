"""Crews of processes that work on one run, are killed at a random moment, and start again until it is done."""

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from insured.models import InsuredPerson, PoolingArea
from tests import factories
from tests.faults.processes import ROOT, python, wait_until
from tests.faults.world import driver_environment, read_lines

CHUNK = 20
Crew = dict[str, subprocess.Popen[bytes]]


def people(area: PoolingArea, *, count: int) -> set[int]:
    """Residents with a phone, every fourth with an account."""
    found = set()
    for no in range(count):
        born_on = date.fromordinal(date(1950, 1, 1).toordinal() + no // 500)
        user = factories.user() if no % 4 == 0 else None
        found.add(factories.person(area=area, user=user, born_on=born_on).pk)
    for person in InsuredPerson.objects.filter(pk__in=found):
        factories.enrollment(of=person)
    return found


def workers(folder: Path, *, names: tuple[str, ...], mode: str, **more: object) -> Crew:
    """A process of that mode for each name; `more` stands in its plan."""
    plan = folder / f"{mode}.plan"
    plan.write_text(json.dumps({"chunk": CHUNK} | more), encoding="utf-8")
    started = {}
    for name in names:
        with (folder / f"{name}.log").open("ab") as words:
            command = python("tests.faults", mode, str(plan), str(folder / f"{name}.jsonl"))
            started[name] = subprocess.Popen(command, cwd=ROOT, env=driver_environment(), stderr=words)
    return started


def killed_until(
    is_done: Callable[[], bool],
    *,
    crew: Callable[[], Crew],
    book: Path,
    kills: int,
    chance: random.Random,
    pause: tuple[float, float],
) -> Counter[str]:
    """Start the crew until all is done, and kill it `pause` seconds after one has said "ready" in the book.

    How often each was killed at work; after so many kills the crew is left alone.
    """
    killed: Counter[str] = Counter()
    while not is_done():
        begun = _ready(book)
        working = crew()
        wait_until(lambda begun=begun: _ready(book) > begun, what="a worker is ready", seconds=120)
        if killed.total() < kills:
            time.sleep(chance.uniform(*pause))
            killed += Counter(name for name, one in working.items() if one.poll() is None)
            for one in working.values():
                one.kill()
        for one in working.values():
            one.wait(300)
    return killed


def _ready(book: Path) -> int:
    return sum(line["op"] == "ready" for line in read_lines(book))
