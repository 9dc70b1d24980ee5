"""The launcher starts, watches and ends its processes, and says each problem in one sentence."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.launcher import __main__ as launcher
from portal.launcher import broker, checks, keys
from portal.launcher.children import Command, Family, birth_of
from portal.settings import GENERATED_KEY_PREFIX

ROOT = Path(__file__).parents[2]
ENV = {"PATH": os.environ["PATH"]}
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
WITH_GRANDCHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)",
]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('x', flush=True); time.sleep(600)",
]


def is_running(pid: int) -> bool:
    asked = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout.strip() not in {""} and not asked.stdout.startswith("Z")


def comes_true(condition: Callable[[], object], *, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def family(tmp_path: Path, said: list[str]) -> Iterator[Family]:
    family = Family(var=tmp_path, cwd=tmp_path, say=said.append)
    yield family
    family.stop(seconds=0)


def test_starts_a_child_and_stops_it(family: Family) -> None:
    child = family.start(Command(name="one", argv=SLEEPER, env=ENV))
    assert is_running(child.process.pid)

    family.stop(seconds=5)

    assert not is_running(child.process.pid)
    assert child.process.returncode == -signal.SIGTERM


def test_kills_what_does_not_stop_with_all_that_stands_below_it(family: Family) -> None:
    stubborn = family.start(Command(name="stubborn", argv=STUBBORN, env=ENV))
    parent = family.start(Command(name="parent", argv=WITH_GRANDCHILD, env=ENV))
    logs = [family.log_of("stubborn"), family.log_of("parent")]
    assert comes_true(lambda: all(log.read_text(encoding="utf-8").endswith("\n") for log in logs))
    grandchild = int(logs[1].read_text(encoding="utf-8"))

    family.stop(seconds=0.3)

    assert stubborn.process.returncode == -signal.SIGKILL
    assert comes_true(lambda: not is_running(grandchild))
    assert not is_running(parent.process.pid)


def test_starts_again_what_has_died_and_says_so(family: Family, said: list[str]) -> None:
    child = family.start(Command(name="one", argv=SLEEPER, env=ENV))
    first = child.process.pid
    child.process.kill()

    assert comes_true(lambda: (family.watch(), child.process.pid != first)[1], seconds=5)
    assert is_running(child.process.pid)
    assert len(said) == 1
    assert "one" in said[0]


def test_waits_longer_each_time_but_never_over_five_seconds(
    family: Family, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    child = family.start(Command(name="one", argv=["false"], env=ENV))
    for _ in range(8):
        child.process.wait()
        family.watch()
        child.next_start_at = 1e-9
        family.watch()

    delays = [float(found) for line in said for found in re.findall(r"in ([\d.]+) s", line)]

    assert delays == sorted(delays)
    assert delays[0] <= 1
    assert delays[-1] <= 5


def test_leaves_no_child_when_the_launcher_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from portal.launcher.children import Command, Family;"
        f"family = Family(var=Path({str(tmp_path)!r}), cwd=Path('.'), say=print);"
        f"child = family.start(Command(name='one', argv={SLEEPER!r}, env={{}}));"
        "print(child.process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        pid = int(killed.stdout.readline())
        assert is_running(pid)
        killed.kill()

    Family(var=tmp_path, cwd=tmp_path, say=print).end_leftovers()

    assert comes_true(lambda: not is_running(pid))


def test_never_ends_a_process_it_did_not_start(tmp_path: Path, family: Family) -> None:
    with subprocess.Popen(SLEEPER) as stranger:
        (tmp_path / "pids" / "web").write_text(f"{stranger.pid} of another birth", encoding="utf-8")

        family.end_leftovers()

        assert stranger.poll() is None
        assert birth_of(stranger.pid) not in {"", "of another birth"}
        stranger.kill()
    assert list((tmp_path / "pids").iterdir()) == []


def test_writes_keys_once_for_the_owner_only(tmp_path: Path) -> None:
    first = keys.demo_keys(tmp_path)

    assert keys.demo_keys(tmp_path) == first
    assert (tmp_path / "demo.env").stat().st_mode & 0o777 == 0o600
    assert set(first) == {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS", "SMS_SECRET", "IDENTITY_SECRET"}


def test_makes_keys_that_production_refuses(tmp_path: Path) -> None:
    made = keys.demo_keys(tmp_path)

    for name in ("FIELD_KEYS", "INDEX_KEYS"):
        assert re.fullmatch(rf"1:{GENERATED_KEY_PREFIX}[0-9a-f]{{56}}", made[name])
    assert made["SECRET_KEY"].startswith("demo")
    assert len(made["SECRET_KEY"]) >= 50
    assert made["SMS_SECRET"].startswith("demo")


def test_hands_the_hall_its_side_of_the_cashiers_keys_only(tmp_path: Path) -> None:
    family, ports = Family(var=tmp_path, cwd=ROOT, say=print), launcher.ports_from(9000)
    assert keys.cashier_keys(tmp_path) == {}

    launcher.make_outside_keys(family, var=tmp_path)
    made = keys.cashier_keys(tmp_path)
    launcher.make_outside_keys(family, var=tmp_path)
    env = launcher.environment(var=tmp_path, ports=ports, given={})
    commands = {one.name: one for one in launcher.web_and_simulators(env=env, ports=ports, var=tmp_path)}

    assert keys.cashier_keys(tmp_path) == made
    assert all(made[f"{name}_KEY"].startswith("demo:") for name in ("ALIPAY", "WECHATPAY", "UNIONPAY"))
    assert made.items() <= commands["web"].env.items()
    assert not made.keys() & commands["cashier"].env.keys()
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "cashier").iterdir()} == {0o600}


def test_says_that_the_hall_is_running_already(tmp_path: Path) -> None:
    with checks.take_lock(tmp_path), pytest.raises(checks.StartError, match=f"already running.*{os.getpid()}"):
        checks.take_lock(tmp_path)

    checks.take_lock(tmp_path).close()


def test_names_the_port_that_is_taken() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(checks.StartError, match=f"Port {port} \\(phone\\) is taken"):
            checks.check_ports({"web": 0, "phone": port})


def test_says_that_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED_MB", 10**9)

    with pytest.raises(checks.StartError, match="Not enough disk"):
        checks.make_var(tmp_path)


def test_says_that_the_directory_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file", encoding="utf-8")

    with pytest.raises(checks.StartError, match="Cannot write"):
        checks.make_var(tmp_path / "var")


def test_finds_the_bundled_server() -> None:
    found = broker.bundled_server()

    assert found is not None
    assert "Valkey" in subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout


def test_says_what_to_do_without_any_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker.shutil, "which", lambda _name: None)
    monkeypatch.setattr(broker, "bundled_server", lambda: None)

    with pytest.raises(checks.StartError, match="set REDIS_URL"):
        broker.find_server()


def test_prefers_the_broker_it_is_given(family: Family, tmp_path: Path) -> None:
    url = broker.start_broker(family, var=tmp_path, env={"REDIS_URL": "redis://somewhere:6379/0"})

    assert url == "redis://somewhere:6379/0"
    assert family.children == []


@pytest.mark.parametrize("is_bundled", [True, False])
def test_starts_a_broker_that_answers_and_survives_a_broken_file(
    family: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_bundled: bool
) -> None:
    if is_bundled:
        monkeypatch.setattr(broker.shutil, "which", lambda _name: None)
    broken = tmp_path / "broker" / "appendonlydir"
    broken.mkdir(parents=True)
    (broken / "appendonly.aof.manifest").write_text("this is not a manifest\n", encoding="ascii")

    url = broker.start_broker(family, var=tmp_path, env=ENV)

    assert url.startswith("unix://")
    assert len(family.children) == 1
    broker.forget_socket(tmp_path)


@pytest.mark.parametrize("folder", ["d" * 120, "my hall", "网厅"])
def test_keeps_the_socket_away_from_a_path_no_address_can_name(tmp_path: Path, folder: str) -> None:
    paths = broker.socket_paths(tmp_path / folder)

    assert [path.parent.parent == Path(tempfile.gettempdir()) for path in paths] == [True, True]
    broker.forget_socket(tmp_path / folder)


def test_keeps_the_socket_with_the_data(tmp_path: Path) -> None:
    assert broker.socket_paths(tmp_path)[0] == tmp_path / "broker.sock"
    broker.forget_socket(tmp_path)


def test_refuses_a_socket_directory_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker.tempfile, "gettempdir", lambda: str(tmp_path))
    broker.socket_dir(tmp_path).chmod(0o777)

    with pytest.raises(checks.StartError, match="belongs to somebody else"):
        broker.socket_dir(tmp_path)


def test_leaves_nothing_in_the_temporary_directory(family: Family, tmp_path: Path) -> None:
    broker.start_broker(family, var=tmp_path, env=ENV)
    folder = broker.socket_dir(tmp_path)
    family.stop(seconds=3)

    broker.forget_socket(tmp_path)

    assert not folder.exists()


def test_tells_the_children_where_everything_is(tmp_path: Path) -> None:
    ports = launcher.ports_from(9000)

    env = launcher.environment(var=tmp_path, ports=ports, given={"HALL_MODE": "production", "BASE_URL": "http://hall"})
    phone = next(one for one in launcher.web_and_simulators(env=env, ports=ports, var=tmp_path) if one.name == "phone")
    worker, bulk, beat = launcher.workers(env=env, var=tmp_path)

    assert (env["HALL_MODE"], env["BASE_URL"]) == ("demo", "http://hall")
    assert (env["SMS_URL"], env["EMAIL_URL"]) == ("http://127.0.0.1:9001", "smtp://127.0.0.1:9002")
    assert env["MAILBOX_PAGE_URL"] == "http://127.0.0.1:9003/"
    assert "HALL_IS_WORKER" not in env
    assert {one.env["HALL_IS_WORKER"] for one in (worker, bulk, beat)} == {"1"}
    assert (env["ALIPAY_URL"], env["WECHATPAY_URL"]) == ("http://127.0.0.1:9005/gateway.do", "http://127.0.0.1:9005")
    assert phone.env["SMS_SECRET"] == env["SMS_SECRET"]
    assert not {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS"} & set(phone.env)
    assert "bulk" not in worker.argv[worker.argv.index("-Q") + 1]


def test_prepares_again_only_when_something_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    family = Family(var=tmp_path, cwd=tmp_path, say=print)
    done: list[str] = []
    monkeypatch.setattr(family, "run", lambda command: done.append(command.name))
    (tmp_path / "hall.sqlite3").touch()

    for env in ({}, {}, {"DATABASE_URL": "postgres://elsewhere/hall"}):
        launcher.prepare(family, var=tmp_path, env=env)

    assert done == ["prepare", "prepare"]


def test_resets_only_what_the_demo_wrote(tmp_path: Path) -> None:
    keys.demo_keys(tmp_path)
    (tmp_path / "media").mkdir()
    (tmp_path / "hall.sqlite3").touch()
    (tmp_path / "mine.txt").touch()

    launcher.reset(var=tmp_path, env={})

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_resets_no_database_of_others(tmp_path: Path) -> None:
    keys.demo_keys(tmp_path)

    with pytest.raises(checks.StartError, match="var/ only"):
        launcher.reset(var=tmp_path, env={"DATABASE_URL": "postgres://db/hall"})

    assert (tmp_path / "demo.env").exists()


def test_uses_the_standard_library_only() -> None:
    for path in (ROOT / "portal" / "launcher").glob("*.py"):
        found = re.findall(r"^(?:from|import) ([\w.]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        foreign = [name for name in found if name.split(".")[0] not in sys.stdlib_module_names]

        assert [name for name in foreign if not name.startswith("portal.launcher")] == [], path.name


def test_refuses_an_old_python_in_one_sentence(tmp_path: Path) -> None:
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        old = tmp_path / "bin" / name
        old.parent.mkdir(exist_ok=True)
        old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n', encoding="ascii")
        old.chmod(0o755)
    (tmp_path / "run").write_bytes((ROOT / "run").read_bytes())

    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    asked = subprocess.run(["sh", "run"], cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True, check=False)

    assert asked.returncode == 1
    assert "Python 3.11" in asked.stderr
    assert "Python 3.9.2" in asked.stderr
    assert len(asked.stderr.strip().splitlines()) == 1
