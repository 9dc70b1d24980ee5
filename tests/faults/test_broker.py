"""Redis refuses or freezes: whoever stands at the door hardly notices, and hints flow again when it is back."""

import json
import signal
import statistics
import subprocess
import time

import pytest

from portal.hints import SILENCE_SECONDS
from portal.notifications.models import Delivery, Message
from tests.faults.processes import wait_until
from tests.faults.world import PREFIX, World
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
FIRST_COST_SECONDS = {"refused": 1.0, "frozen": 3.0}
LATER_COST_SECONDS = 0.5
COLUMNS = ("Redis", "calls", "median ms", "worst ms", "calls slower by 0.5 s", "seconds")


class Person:
    """Somebody who submits and withdraws, in a web process of their own."""

    def __init__(self, driver: subprocess.Popen[str]) -> None:
        self._driver = driver
        self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._driver.stdout is not None
        line = self._driver.stdout.readline()
        assert line, "the driver ended"
        return dict(json.loads(line))

    def calls(self, rounds: int) -> list[float]:
        """Seconds of each service call, two a round."""
        found = []
        assert self._driver.stdin is not None
        for _ in range(rounds):
            self._driver.stdin.write("again\n")
            self._driver.stdin.flush()
            answer = self._answer()
            found += [answer["submit"], answer["withdraw"]]
        return found

    def leave(self) -> None:
        self._driver.communicate(timeout=20)
        assert self._driver.returncode == 0


def test_a_dead_or_frozen_redis_costs_one_short_wait(report: Report, world: World) -> None:
    rounds = size(plain=8, full=50)
    table = report.table("A call at the door while Redis is away", *COLUMNS)
    world.broker.start()
    person = Person(world.people("talk", {}, name="talk"))
    person.calls(2)
    usual = person.calls(rounds)
    waiting = {"before": world.broker.waiting(f"{PREFIX}sms")}
    table.add("answers", len(usual), *figures(usual), 0, sum(usual))

    for fault in ("refused", "frozen"):
        if fault == "refused":
            world.broker.kill()
        else:
            world.broker.signal(signal.SIGSTOP)
        started = time.monotonic()
        calls = person.calls(rounds)
        lasted = time.monotonic() - started
        slow = [call for call in calls if call > max(usual) + LATER_COST_SECONDS]
        table.add(fault, len(calls), *figures(calls), len(slow), sum(calls))
        assert max(calls) <= max(usual) + FIRST_COST_SECONDS[fault]
        assert len(slow) <= 1 + lasted / SILENCE_SECONDS

        if fault == "refused":
            world.broker.start()
        else:
            world.broker.signal(signal.SIGCONT)
        time.sleep(SILENCE_SECONDS + 1)
        before = world.broker.waiting(f"{PREFIX}sms")
        person.calls(1)
        waiting[fault] = world.broker.waiting(f"{PREFIX}sms") - before
    person.leave()

    report.note(f"Hints that arrive once Redis is back and {SILENCE_SECONDS} s have passed: {waiting}.")
    assert all(waiting.values())
    total = 2 * (3 * rounds + 4)
    assert Message.objects.count() == total
    assert Delivery.objects.count() == 2 * total


def figures(calls: list[float]) -> tuple[str, str]:
    """Median and worst in milliseconds."""
    return f"{statistics.median(calls) * 1000:.0f}", f"{max(calls) * 1000:.0f}"


def test_a_worker_goes_on_after_redis_was_frozen_and_wiped(report: Report, world: World) -> None:
    """No restart of the worker: it must find the new Redis by itself."""
    world.start()
    person = Person(world.people("talk", {}, name="talk"))
    person.calls(2)
    settled = wait_until(lambda: not Delivery.objects.unsent().exists(), what="all is sent before the fault")
    world.broker.signal(signal.SIGSTOP)
    person.calls(2)
    time.sleep(3)
    world.broker.signal(signal.SIGCONT)
    world.broker.kill()
    person.calls(2)
    world.broker.start()

    healing = wait_until(
        lambda: not Delivery.objects.unsent().exists(), what="all is sent after the fault", seconds=120
    )

    person.leave()
    assert world.worker.is_alive
    assert world.beat.is_alive
    report.note(
        f"The same worker process sent everything {healing:.1f} s after Redis came back frozen and wiped "
        f"({settled:.1f} s in good days)."
    )
