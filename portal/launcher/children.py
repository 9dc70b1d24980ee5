"""The processes of the hall: started, watched, started again when they die, and never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
LONGEST_DELAY = 4.0
STEADY_SECONDS = 30
LOG_LIMIT = 5_000_000


@dataclass(frozen=True)
class Command:
    """One process: its name (also of its log), what to execute, and its whole environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]


@dataclass
class Child:
    """A command that runs, or waits for its next start."""

    command: Command
    process: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    next_start_at: float = 0.0


def tie_to_parent() -> Callable[[], None]:
    """A function for the new process to call before exec: the kernel then kills it when its parent dies (Linux)."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def tie() -> None:
        if prctl:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def birth_of(pid: int) -> str:
    """A text that only this very process has, so that a re-used process number is never mistaken for it; or ''."""
    try:
        if sys.platform == "linux":
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            return f"{boot} {stat.rpartition(')')[2].split()[19]}"
        asked = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False).stdout.strip()
    except (OSError, IndexError, subprocess.SubprocessError):
        return ""


def kill_group(pid: int, number: signal.Signals) -> None:
    """Signal a child with all its descendants; a group that is gone is no error."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


class Family:
    """All children of one launcher."""

    def __init__(self, *, var: Path, cwd: Path, say: Callable[[str], None]) -> None:
        self._logs, self._pids, self._cwd, self._say = var / "log", var / "pids", cwd, say
        self._tie = tie_to_parent()
        self.children: list[Child] = []
        self._logs.mkdir(exist_ok=True)
        self._pids.mkdir(exist_ok=True)

    def log_of(self, name: str) -> Path:
        """Where a child's words go."""
        return self._logs / f"{name}.log"

    def end_leftovers(self) -> None:
        """End what an earlier launcher could not: only processes whose birth is the one that was written down."""
        for note in self._pids.iterdir():
            pid, _, birth = note.read_text(encoding="utf-8").partition(" ")
            if pid.isdigit() and birth and birth_of(int(pid)) == birth:
                kill_group(int(pid), signal.SIGKILL)
            note.unlink()

    def start(self, command: Command) -> Child:
        """Start a process that is to live as long as the launcher."""
        child = Child(command=command, process=self._spawn(command), started_at=time.monotonic())
        self.children.append(child)
        return child

    def run(self, command: Command) -> int:
        """Run a process to its end; it is ended with the others when the launcher stops before."""
        child = self.start(command)
        status = child.process.wait()
        self._forget(child)
        self.children.remove(child)
        return status

    def watch(self) -> None:
        """Look at every child once; start again what has died, later each time but at most LONGEST_DELAY later."""
        now = time.monotonic()
        for child in self.children:
            if child.next_start_at:
                if now >= child.next_start_at:
                    child.process, child.started_at, child.next_start_at = self._spawn(child.command), now, 0.0
            elif (status := child.process.poll()) is not None:
                kill_group(child.process.pid, signal.SIGKILL)
                child.failures = 1 if now - child.started_at > STEADY_SECONDS else child.failures + 1
                delay = min(LONGEST_DELAY, 0.25 * 2**child.failures)
                child.next_start_at = now + delay
                self._say(
                    f"{child.command.name} 已退出（{status}），{delay:g} 秒后重启 / died, starts again in {delay:g} s"
                )

    def stop(self, *, seconds: float) -> None:
        """Ask all to stop, last started first asked, and kill what is left when the time is over."""
        alive = [child for child in reversed(self.children) if child.process.poll() is None]
        for child in alive:
            child.process.terminate()
        deadline = time.monotonic() + seconds
        for child in alive:
            try:
                child.process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        for child in self.children:
            kill_group(child.process.pid, signal.SIGKILL)
            child.process.wait()
            self._forget(child)
        self.children.clear()

    def _spawn(self, command: Command) -> subprocess.Popen[bytes]:
        path = self.log_of(command.name)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".1.log"))
        with path.open("ab") as log:
            process = subprocess.Popen(
                list(command.argv),
                cwd=self._cwd,
                env=dict(command.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._tie,
            )
        note = self._pids / command.name
        note.write_text(f"{process.pid} {birth_of(process.pid)}", encoding="utf-8")
        return process

    def _forget(self, child: Child) -> None:
        (self._pids / child.command.name).unlink(missing_ok=True)
