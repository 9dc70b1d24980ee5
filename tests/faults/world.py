"""A hall whose parts may be broken: own broker, own phone and mailbox, real workers, and the test's database."""

import json
import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from django.db import connection

from tests.faults.processes import ROOT, Broker, Process, answers, free_port, python, wait_until

CONCURRENCY = 4
PREFIX = "campaign:"


def database_url() -> str:
    """The address of the database this test works on."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    user = f"{given['USER']}:{given['PASSWORD']}" if given["PASSWORD"] else given["USER"]
    return f"postgres://{user}@{given['HOST'] or '127.0.0.1'}:{given['PORT'] or 5432}/{given['NAME']}"


def driver_environment() -> dict[str, str]:
    """For a driver on the database of this test, and without a broker."""
    more = {"DATABASE_URL": database_url(), "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    return {**os.environ, **more}


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a book or a history."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


class World:
    """Started part by part; `close` ends whatever still runs. `more` is added to the environment of the hall."""

    def __init__(self, folder: Path, *, more: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        base = dict(os.environ)
        self.broker = Broker(folder=folder, env=base)
        phone, smtp, mailbox = free_port(), free_port(), free_port()
        self._phone_port, self._smtp_port = phone, smtp
        self.env = base | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "REDIS_PREFIX": PREFIX,
            "SMS_URL": f"http://127.0.0.1:{phone}",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "DELIVERY_LEASE_SECONDS": "6",
            "DELIVERY_FIRST_WAIT_SECONDS": "0.5",
            "SWEEP_SECONDS": "2",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            **(more or {}),
        }
        self.sms_book, self.mail_book = folder / "phone.jsonl", folder / "mails.jsonl"
        outside = {name: base[name] for name in ("PATH", "LANG") if name in base}
        self.phone = self._process(
            "phone", "portal.simulators.phone", "--port", str(phone), "--book", str(self.sms_book), env=outside
        )
        self.mailbox = self._process(
            "mailbox",
            "portal.simulators.mailbox",
            *("--port", str(smtp), "--page-port", str(mailbox), "--book", str(self.mail_book)),
            env=outside,
        )
        celery, as_worker = ["celery", "-A", "portal.celery"], self.env | {"HALL_IS_WORKER": "1"}
        queues = ["worker", "-n", "campaign@localhost", "-Q", "default,sms,email", "-c", str(CONCURRENCY)]
        quiet = ["--without-gossip", "--without-mingle", "-l", "INFO"]
        self.worker = self._process("worker", *celery, *queues, *quiet, env=as_worker)
        self.beat = self._process(
            "beat", *celery, "beat", "-s", str(folder / "beat"), "--pidfile=", "-l", "INFO", env=as_worker
        )

    def _process(self, name: str, *args: str, env: dict[str, str]) -> Process:
        return Process(name, python(*args), env=env, folder=self.folder)

    def start(self, *, with_workers: bool = True) -> None:
        """Broker and simulators, then worker and beat."""
        self.broker.start()
        for process in (self.phone, self.mailbox):
            process.start()
        wait_until(lambda: answers(self._phone_port) and answers(self._smtp_port), what="the simulators answer")
        if with_workers:
            self.worker.start()
            self.beat.start()

    def turn_phone(self, **knobs: float) -> None:
        """What the SMS platform does wrong from now on."""
        address = f"http://127.0.0.1:{self._phone_port}/control"
        httpx.post(address, json=knobs, trust_env=False).raise_for_status()

    def people(self, mode: str, plan: dict[str, Any], *, name: str, **env: str) -> subprocess.Popen[str]:
        """A driver at work; its history is `<name>.jsonl`."""
        written = self.folder / f"{name}.plan"
        written.write_text(json.dumps(plan), encoding="utf-8")
        with (self.folder / f"{name}.log").open("ab") as words:
            return subprocess.Popen(
                python("tests.faults", mode, str(written), str(self.history(name))),
                cwd=ROOT,
                env=self.env | env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            )

    def history(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

    def close(self) -> None:
        """End what we started."""
        for process in (self.beat, self.worker, self.phone, self.mailbox, self.broker):
            process.signal(signal.SIGCONT)
            process.kill()


@dataclass
class Nemesis:
    """Breaks one thing a second, by a seed; counts what it broke."""

    world: World
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def bound(self) -> int:
        """How many sends may have been in flight when somebody died."""
        return self.counts["child"] + self.counts["worker"] * CONCURRENCY

    def strike(self) -> None:
        """Kill a pool child, or the whole worker, which its supervisor starts again."""
        worker = self.world.worker
        if not worker.is_alive:
            self.counts["worker ended by itself"] += 1
            worker.start()
            return
        children = worker.children()
        if not children:
            return
        if self.chance.random() < 0.65:
            try:
                os.kill(self.chance.choice(children), signal.SIGKILL)
            except ProcessLookupError:
                return
            self.counts["child"] += 1
        else:
            worker.kill()
            self.counts["worker"] += 1
            worker.start()

    def wipe(self) -> None:
        """Redis is gone, and with it all it held."""
        self.world.broker.kill()
        self.counts["wipe"] += 1

    def supervise(self) -> None:
        """What every supervisor does: start what ended."""
        for name, process in {"worker": self.world.worker, "beat": self.world.beat}.items():
            if not process.is_alive:
                self.counts[f"{name} ended by itself"] += 1
                process.start()
