"""The five timed steps of ./test; what is left out is said loudly and is a failure under CI=true."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import redis

ROOT = Path(__file__).resolve().parent.parent
SUMMARY = re.compile(r"\b\d+ (passed|failed|errors?|deselected)\b.* in \d|no tests ran")
LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379/0"
NOT_UNIT = ("tests/journeys", "tests/races", "tests/faults", "tests/benchmarks")
NO_TESTS = 5
HALL_SECONDS = 120
SHOWN_LINES = 60
WORDS_WHEN_OPEN = "The hall is open"


@dataclass(frozen=True)
class Outcome:
    """How one step ended."""

    name: str
    state: str
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class Ground:
    """What this machine offers to the tests."""

    env: Mapping[str, str]
    postgres: str
    redis: str
    chromium: str


def survey(*, is_full: bool) -> Ground:
    """Look for PostgreSQL, Redis and Chromium."""
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "HALL_FULL"}}
    if is_full:
        results = ROOT / "docs" / "results"
        results.mkdir(parents=True, exist_ok=True)
        env |= {"HALL_FULL": "1", "HALL_RESULTS_DIR": str(results)}
    postgres, broker = os.environ.get("DATABASE_URL", LOCAL_POSTGRES), os.environ.get("REDIS_URL", LOCAL_REDIS)
    chromium = os.environ.get("PLAYWRIGHT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return Ground(
        env=env,
        postgres=postgres if _postgres_answers(postgres) else "",
        redis=broker if _redis_answers(broker) else "",
        chromium=chromium or shutil.which("google-chrome") or "",
    )


def _postgres_answers(url: str) -> bool:
    if not url.startswith("postgres"):
        return False
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.Error:
        return False
    return True


def _redis_answers(url: str) -> bool:
    try:
        with redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def execute(argv: Sequence[str], *, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a command with its words shown as they come; its status and pytest's closing line."""
    print("$ " + " ".join(argv), flush=True)
    closing = ""
    with subprocess.Popen(
        argv, cwd=ROOT, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            closing = line.strip() if SUMMARY.search(line) else closing
    return process.returncode, closing


def run_pytest(*args: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run pytest in a process of its own."""
    return execute([sys.executable, "-m", "pytest", *args], env=env)


def lint(ground: Ground) -> tuple[int, str]:
    """Step 1: linters, types, contracts, migrations, the deploy check; two at a time."""
    tool, manage = str(Path(sys.executable).parent), [sys.executable, "manage.py"]
    checking = dict(ground.env) | checking_environment()
    jobs: list[tuple[list[str], Mapping[str, str]]] = [
        ([sys.executable, "-m", "mypy", "."], checking),
        ([f"{tool}/ruff", "check", "."], checking),
        ([f"{tool}/ruff", "format", "--check", "."], checking),
        ([f"{tool}/lint-imports"], checking),
        ([*manage, "makemigrations", "--check", "--dry-run"], checking),
        ([*manage, "check", "--deploy", "--fail-level", "WARNING"], dict(ground.env) | production_environment()),
    ]
    with ThreadPoolExecutor(2) as pool:
        return max(pool.map(_check, jobs)), ""


def _check(job: tuple[list[str], Mapping[str, str]]) -> int:
    argv, env = job
    done = subprocess.run(argv, cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False)
    shown = (done.stdout + done.stderr).splitlines()[-SHOWN_LINES:]
    words = "" if done.returncode == 0 else "\n" + "\n".join(shown)
    print(
        f"{'ok    ' if done.returncode == 0 else 'FAILED'} {' '.join([Path(argv[0]).name, *argv[1:]])}{words}",
        flush=True,
    )
    return min(1, abs(done.returncode))


def checking_environment() -> dict[str, str]:
    """Enough for a command that needs settings and no data."""
    key = "64656d6f".ljust(64, "0")
    var = tempfile.gettempdir()
    return {
        "HALL_MODE": "test",
        "SECRET_KEY": "test-only-" * 6,
        "FIELD_KEYS": f"1:{key}",
        "INDEX_KEYS": f"1:{key}",
        "VAR_DIR": var,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def production_environment() -> dict[str, str]:
    """An environment such as docker-compose.yml gives; nothing in it is reached."""
    return {
        "HALL_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": f"1:{secrets.token_hex(32)}",
        "INDEX_KEYS": f"1:{secrets.token_hex(32)}",
        "ALLOWED_HOSTS": "hall.example.gov.cn",
        "CSRF_TRUSTED_ORIGINS": "https://hall.example.gov.cn",
        "BASE_URL": "https://hall.example.gov.cn",
        "BEHIND_PROXY": "true",
        "DATABASE_URL": "postgres://hall:password@db.invalid:5432/hall",
        "REDIS_URL": "redis://:password@redis.invalid:6379/0",
        "SMS_URL": "https://sms.example.invalid",
        "SMS_SECRET": secrets.token_hex(16),
        "IDENTITY_URL": "https://identity.example.gov.cn",
        "IDENTITY_SECRET": secrets.token_hex(16),
        "EMAIL_URL": "smtp+tls://hall:password@mail.example.invalid:587",
        "VAR_DIR": tempfile.gettempdir(),
    }


def unit(ground: Ground, *, url: str = "") -> tuple[int, str]:
    """Steps 2 and 3: every test that needs no second process, on SQLite or on the PostgreSQL at `url`."""
    env = dict(ground.env) | ({"DATABASE_URL": url} if url else {})
    return run_pytest("-q", "-n", "2", *(f"--ignore={folder}" for folder in NOT_UNIT), env=env)


def races(ground: Ground) -> tuple[int, str]:
    """Step 4: races, faults and benchmarks in one process on PostgreSQL and Redis."""
    env = dict(ground.env) | {"DATABASE_URL": ground.postgres, "REDIS_URL": ground.redis}
    return run_pytest("-q", "-p", "no:randomly", "-m", "not browser", *NOT_UNIT[1:], env=env)


def journeys(ground: Ground, *args: str) -> tuple[int, str]:
    """Step 5: the browser, once, against a hall started by ./run."""
    with open_hall(ground) as (url, var):
        if not url:
            return 1, ""
        env = dict(ground.env) | {"HALL_URL": url, "HALL_VAR": str(var), "PLAYWRIGHT_CHROMIUM": ground.chromium}
        return run_pytest("-q", "-p", "no:randomly", "-m", "browser", *(args or NOT_UNIT[:1]), env=env)


@contextmanager
def open_hall(ground: Ground) -> Iterator[tuple[str, Path]]:
    """A hall started by ./run with its own data; an empty address when it did not open."""
    with tempfile.TemporaryDirectory(prefix="hall-journeys-", ignore_cleanup_errors=True) as folder:
        port, env = free_port(), {**ground.env, "VAR_DIR": folder}
        hall = subprocess.Popen(["./run", "--port", str(port)], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        patience = threading.Timer(HALL_SECONDS, hall.terminate)
        patience.start()
        try:
            is_open = any(WORDS_WHEN_OPEN in line for line in hall.stdout or ())
            patience.cancel()
            if not is_open:
                print(*(_last_lines(log) for log in Path(folder).glob("log/*.log")), sep="\n", flush=True)
            yield (f"http://127.0.0.1:{port}" if is_open else ""), Path(folder)
        finally:
            patience.cancel()
            hall.terminate()
            hall.wait(timeout=20)


def _last_lines(log: Path) -> str:
    return f"--- {log.name}\n" + "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


def free_port() -> int:
    """The first of six neighbouring ports that are free."""
    for port in range(18000, 19000, 6):
        try:
            for number in range(port, port + 6):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
        except OSError:
            continue
        return port
    raise SystemExit("No six neighbouring ports are free between 18000 and 19000.")


def step(name: str, work: Callable[[], tuple[int, str]], *, needs: Mapping[str, str]) -> Outcome:
    """Do one step, or say what it would need."""
    absent = [what for what, found in needs.items() if not found]
    print(f"\n=== {name}", flush=True)
    if absent:
        return Outcome(name=name, state="LEFT OUT", seconds=0.0, note=f"{' and '.join(absent)} not found")
    started = time.monotonic()
    status, closing = work()
    return Outcome(name=name, state="FAILED" if status else "ok", seconds=time.monotonic() - started, note=closing)


def all_steps(ground: Ground) -> list[Outcome]:
    """The five steps in their order; a failure does not hide the later ones."""
    database, broker = {"PostgreSQL": ground.postgres}, {"Redis": ground.redis}
    return [
        step("1 linters, types, contracts, migrations, deploy check", lambda: lint(ground), needs={}),
        step("2 unit and view tests on SQLite", lambda: unit(ground), needs={}),
        step("3 the same on PostgreSQL", lambda: unit(ground, url=ground.postgres), needs=database),
        step("4 races, faults, benchmarks", lambda: races(ground), needs=database | broker),
        step("5 browser journeys and axe", lambda: journeys(ground), needs={"Chromium": ground.chromium}),
    ]


def chosen(ground: Ground, args: Sequence[str]) -> list[Outcome]:
    """Only what the arguments name, on SQLite and on PostgreSQL; journeys get their hall."""
    if any("journeys" in arg for arg in args):
        return [step("journeys", lambda: journeys(ground, *args), needs={"Chromium": ground.chromium})]
    env = dict(ground.env)
    server = env | {"DATABASE_URL": ground.postgres, "REDIS_URL": ground.redis}
    statuses: list[int] = []

    def run(*marks: str, env: Mapping[str, str]) -> tuple[int, str]:
        status, closing = run_pytest(*marks, *args, env=env)
        statuses.append(status)
        return (0 if status == NO_TESTS else status), closing

    outcomes = [
        step("SQLite", lambda: run(env=env), needs={}),
        step("PostgreSQL", lambda: run("-m", "not browser", env=server), needs={"PostgreSQL": ground.postgres}),
    ]
    if set(statuses) == {NO_TESTS}:
        outcomes.append(Outcome(name="tests", state="FAILED", seconds=0.0, note="no test was found"))
    return outcomes


def main(args: list[str]) -> int:
    """Run, print the table, and end with pytest's own closing lines."""
    is_full = "--full" in args
    args = [arg for arg in args if arg != "--full"]
    ground = survey(is_full=is_full)
    started = time.monotonic()
    outcomes = chosen(ground, args) if args else all_steps(ground)
    print("\n=== steps")
    for one in outcomes:
        print(f"{one.state:9}{one.seconds:7.1f} s  {one.name}")
    print(f"{'total':9}{time.monotonic() - started:7.1f} s")
    for one in outcomes:
        if one.state == "LEFT OUT":
            print(f"!!! LEFT OUT: step {one.name}: {one.note}")
    for one in outcomes:
        if one.state != "LEFT OUT" and one.note:
            print(f"{one.name.split()[0]}: {one.note}")
    is_ci = os.environ.get("CI") == "true"
    bad = [one for one in outcomes if one.state == "FAILED" or (is_ci and one.state == "LEFT OUT")]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
