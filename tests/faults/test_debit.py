"""A debit run is killed again and again, workers and the door alike: each bill is paid 0 or 1 times, and it completes.

The bank's and the platform's own books are a process that lives through all of it; they say what was really taken.
"""

import json
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from insured.models import InsuredPerson, PoolingArea
from payments.models import Bill, ContributionRecord, DebitLine, DebitRun, LedgerTransaction, OrderLine
from payments.services import bills
from portal import clock
from tests import factories
from tests.faults.processes import ROOT, python, wait_until
from tests.faults.world import database_url, read_lines
from tests.payments import cashier as cashiers
from tests.payments import collecting, owed, refunding
from tests.results import Report, size

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
FEN = 40_000
COLUMNS = (
    "seed",
    "bills",
    "killed",
    "debited",
    "paid at the door",
    "left at the cashier",
    "lost",
    "doubled",
    "seconds",
)
MODES = {"a": "collect", "b": "collect", "door": "pay"}


@pytest.fixture(autouse=True)
def march_10(settings: Settings, tmp_path: Path) -> None:
    """The next one, a debit day, by the clock of the demo: every process reads it from the same file."""
    settings.DEMO, settings.VAR_DIR = True, str(tmp_path)
    clock.move_to(date(clock.today().year + 1, 3, 10))


@pytest.fixture
def till(tmp_path: Path, march_10: None) -> Iterator[cashiers.Cashier]:
    """The bank and Alipay, with books of their own; nothing here kills them."""
    folder = tmp_path / "cashier"
    cashiers.make_keys(folder)
    with cashiers.cashier(folder) as found:
        found.move(clock.offset_days())
        found.turn(no_notice=True)
        yield found


def owing(area: PoolingArea, *, count: int) -> list[InsuredPerson]:
    """Residents with an account at the bank, a mandate, cover and this year to pay by the end of March."""
    today = clock.today()
    found = []
    for no in range(count):
        born_on = date.fromordinal(date(1950, 1, 1).toordinal() + no // 500)
        person = factories.person(area=area, user=factories.user(), born_on=born_on)
        enrollment = factories.enrollment(of=person)
        factories.period(of=enrollment, starts_on=date(today.year, 1, 1), ends_on=date(today.year, 12, 31))
        bills.open_bill(owed.resident_year(enrollment, year=today.year))
        collecting.mandate(person, starts_on=today.replace(day=1))
        found.append(person)
    Bill.objects.update(due_on=today.replace(day=31))
    return found


class Crew:
    """Two workers and a door, started and killed together."""

    def __init__(self, folder: Path, *, till: cashiers.Cashier) -> None:
        self._folder = folder
        ways = cashiers.hall_env(till.folder)
        ways |= {"ALIPAY_URL": f"{till.url}/gateway.do", "BANK_URL": f"{till.url}/bank/"}
        base = {"DATABASE_URL": database_url(), "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings"}
        base["VAR_DIR"] = str(folder)
        self._env = {**os.environ, **base, **ways}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, **plan: Any) -> None:
        """All three; returns when each is ready and the gate is open."""
        gate, written = self._folder / "gate", self._folder / "plan"
        gate.unlink(missing_ok=True)
        written.write_text(json.dumps(plan | {"gate": str(gate)}), encoding="utf-8")
        begun = {name: self.said(name, "ready") for name in MODES}
        for name, mode in MODES.items():
            with (self._folder / f"{name}.log").open("ab") as words:
                command = python("tests.faults", mode, str(written), str(self._folder / f"{name}.jsonl"))
                self.running[name] = subprocess.Popen(command, cwd=ROOT, env=self._env, stderr=words)
        wait_until(
            lambda: all(self.said(name, "ready") > before for name, before in begun.items()),
            what="the workers and the door are ready",
            seconds=180,
        )
        gate.touch()

    def said(self, name: str, op: str) -> int:
        """How often a process has written that down, over all its lives."""
        return sum(line["op"] == op for line in read_lines(self._folder / f"{name}.jsonl"))

    def kill(self) -> Counter[str]:
        """`kill -9` of all; which of them were still alive."""
        alive = Counter({name: 1 for name, one in self.running.items() if one.poll() is None})
        for one in self.running.values():
            one.kill()
        self.wait()
        return alive

    def wait(self) -> None:
        for one in self.running.values():
            one.wait(1_800)


@pytest.fixture
def crew(transactional_db: None, tmp_path: Path, till: cashiers.Cashier) -> Iterator[Crew]:
    """Nobody is at work when the database is emptied."""
    found = Crew(tmp_path, till=till)
    yield found
    found.kill()


def taken(folder: Path) -> Counter[str]:
    """The cashier's own books: merchant's number → how often it was paid."""
    lines = read_lines(folder / "books.jsonl")
    numbers = {line["token"]: line["number"] for line in lines if line["kind"] == "order"}
    return Counter(numbers[line["token"]] for line in lines if line["kind"] == "paid")


def test_a_killed_debit_run_goes_on_and_takes_each_bill_once(
    report: Report, crew: Crew, seed: int, area: PoolingArea, till: cashiers.Cashier
) -> None:
    count, kills, chance = size(plain=60, full=200), size(plain=3, full=10), random.Random(seed)
    people = owing(area, count=count)
    payers = [factories.account_of(person).pk for person in people[::3]]
    leave = payers[::4]
    killed: Counter[str] = Counter()

    started = time.monotonic()
    for turn in range(kills):
        crew.start(payers=payers, leave=leave, seed=seed + turn)
        time.sleep(chance.uniform(0.1, 0.8))
        killed += crew.kill()
        assert DebitRun.objects.count() <= 1
    crew.start(payers=payers, leave=leave, seed=seed)
    crew.wait()

    run = DebitRun.objects.get()
    trades = taken(till.folder)
    by_bill = Counter(OrderLine.objects.filter(order__number__in=trades).values_list("bill", flat=True))
    waiting = set(OrderLine.objects.filter(is_live=True, order__gateway="alipay").values_list("bill", flat=True))
    outcomes = Counter(DebitLine.objects.values_list("outcome", flat=True))
    lost = count - len(by_bill) - len(waiting)
    doubled = sum(trades.values()) - len(by_bill)
    report.table("Debit run: two workers and a door killed with SIGKILL", *COLUMNS).add(
        seed,
        count,
        ", ".join(f"{name} {times}" for name, times in sorted(killed.items())),
        outcomes["paid"],
        len(by_bill) - outcomes["paid"],
        len(waiting),
        lost,
        doubled,
        time.monotonic() - started,
    )
    assert killed["a"] + killed["b"] > 0
    assert killed["door"] > 0
    assert (lost, doubled) == (0, 0)
    assert set(trades.values()) == set(by_bill.values()) == {1}
    assert not waiting & set(by_bill)
    assert (run.finished_at is not None, run.done, set(outcomes)) == (True, run.total, {"paid"})
    assert set(Bill.objects.filter(pk__in=by_bill).values_list("status", "paid_fen")) == {(Bill.PAID, FEN)}
    assert not Bill.objects.exclude(pk__in=by_bill).exclude(paid_fen=0).exists()
    posted = Counter(LedgerTransaction.objects.values_list("order__number", flat=True))
    assert posted == trades
    assert ContributionRecord.objects.count() == len(by_bill)
    assert refunding.money_is_in_order()
