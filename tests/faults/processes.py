"""Processes that a campaign starts, and may kill, stop and freeze; nothing else on the machine is touched."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import redis

from portal.launcher.broker import find_server

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 60


def wait_until(is_so: Callable[[], bool], *, what: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Ask again and again; how long it took. AssertionError when it never came true."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)
    return time.monotonic() - started


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """One command in a session of its own; its words go to a log file."""

    def __init__(self, name: str, argv: Sequence[str], *, env: Mapping[str, str], folder: Path) -> None:
        self.log = folder / f"{name}.log"
        self._argv, self._env = list(argv), dict(env)
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, again if need be."""
        with self.log.open("ab") as words:
            self._popen = subprocess.Popen(
                self._argv, cwd=ROOT, env=self._env, stdout=words, stderr=words, start_new_session=True
            )

    @property
    def is_alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def pid(self) -> int:
        assert self._popen is not None
        return self._popen.pid

    def children(self) -> list[int]:
        """The processes it has forked and that still run."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        with suppress(OSError):
            return [int(pid) for pid in listed.read_text().split()]
        return []

    def signal(self, number: int) -> None:
        """To the whole group."""
        if self.is_alive:
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """`kill -9` of the whole group."""
        if self._popen is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._popen.wait(PATIENCE_SECONDS)


class Broker(Process):
    """A Redis of our own that keeps nothing on disk: to stop it is to wipe it."""

    def __init__(self, *, folder: Path, env: Mapping[str, str]) -> None:
        self.port = free_port()
        argv = [find_server(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        super().__init__("redis", argv, env=env, folder=folder)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait for its first answer."""
        super().start()
        wait_until(lambda: answers(self.port), what="Redis answers")

    def waiting(self, key: str) -> int:
        """How many hints wait in a queue."""
        with redis.from_url(self.url, socket_timeout=5) as client:
            return int(client.llen(key))


def python(module: str, *args: str) -> list[str]:
    """A module as a command."""
    return [sys.executable, "-m", module, *args]


class Postgres:
    """A PostgreSQL server of our own, from Debian's binaries, that may be restarted under load."""

    def __init__(self, folder: Path) -> None:
        programs = binaries()
        assert programs is not None
        self.port, self._folder = free_port(), folder
        self._data, self._bin = folder / "data", programs
        self._user = _unprivileged() if os.getuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """A new cluster, started."""
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.control("start")

    def control(self, action: str, *more: str) -> None:
        """`pg_ctl`, and wait until it is done."""
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=40"
        self._run("pg_ctl", action, "-w", "-l", str(self._folder / "server.log"), "-o", options, *more)

    def _run(self, command: str, *args: str) -> None:
        subprocess.run(
            [str(self._bin / command), "-D", str(self._data), *args],
            check=True,
            user=self._user,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
        )


def binaries() -> Path | None:
    """Where the newest installed server's programs are; None when there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    beside = shutil.which("initdb")
    if found or beside:
        return (found[-1] if found else Path(str(beside))).parent
    return None


def _unprivileged() -> str:
    """Somebody who may run a server; root may not."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
