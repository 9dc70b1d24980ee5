"""PostgreSQL is restarted at once under load: each submit exists with all that belongs to it, or not at all."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.faults.processes import ROOT, Postgres, binaries, python, wait_until
from tests.faults.world import read_lines
from tests.results import Report, size

# It needs no database of the test's own, but tests without one would run after all others, apart from its report.
pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
THREADS = 4
LEFT_OUT = "LEFT OUT: PostgreSQL restarted under load: no initdb and pg_ctl on this machine"
RECOVERY_SECONDS = 10.0
PARTS = """
SELECT t.token, a.state, a.number,
    (SELECT count(*) FROM suspension_applicationevent e WHERE e.application_id = a.id),
    (SELECT count(*) FROM suspension_revision r WHERE r.application_id = a.id),
    (SELECT count(*) FROM notifications_message m WHERE m.subject_number = a.number),
    (SELECT count(*) FROM notifications_delivery d WHERE d.subject_number = a.number)
FROM audit_formtoken t LEFT JOIN suspension_application a ON split_part(t.address, '/', 3) = a.number
"""
WHOLE = ("submitted", 1, 1, 1, 2)


@pytest.fixture
def server() -> Iterator[Postgres | None]:
    """A server of our own; None, said loudly, where its programs are missing, and a failure under CI=true."""
    if binaries() is None:
        assert os.environ.get("CI") != "true", "no PostgreSQL programs to restart"
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="hall-pg-"))
    found = Postgres(folder)
    try:
        found.create()
        yield found
        found.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def counts(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg2.connect(url) as opened, opened.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall()
    opened.close()
    return found


def test_a_restart_leaves_no_half_submit(
    report: Report, server: Postgres | None, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    if server is None:
        report.note(LEFT_OUT)
        with capsys.disabled():
            print(f"\n!!! {LEFT_OUT}")
        return
    count, restarts, chance = size(plain=120, full=600), size(plain=2, full=5), random.Random(seed)
    tokens = [f"restart-{seed:06d}-{no:06d}-{chance.getrandbits(16):04x}" for no in range(count)]
    env = {**os.environ, "DATABASE_URL": server.url, "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True, timeout=180)
    plan, history = tmp_path / "plan", tmp_path / "history.jsonl"
    plan.write_text(json.dumps({"tokens": tokens, "threads": THREADS, "pause": 0.1}), encoding="utf-8")

    with (tmp_path / "driver.log").open("wb") as words:
        driver = subprocess.Popen(
            python("tests.faults", "submit", str(plan), str(history)), cwd=ROOT, env=env, stderr=words
        )
        try:
            wait_until(lambda: bool(read_lines(history)), what="the people are ready", seconds=180)
            back_at = restarted(server, driver=driver, times=restarts, chance=chance)
            assert driver.wait(180) == 0, (tmp_path / "driver.log").read_text()[-2000:]
        finally:
            driver.kill()
            driver.wait()

    check_and_show(report, server.url, lines=read_lines(history), seed=seed, tokens=tokens, back_at=back_at)


def restarted(server: Postgres, *, driver: "subprocess.Popen[bytes]", times: int, chance: random.Random) -> list[float]:
    """The moments at which the server was back."""
    found = []
    for _ in range(times):
        time.sleep(chance.uniform(0.8, 2.5))
        assert driver.poll() is None, "the load ended before the last restart"
        server.control("restart", "-m", "immediate")
        found.append(time.time())
    return found


def check_and_show(
    report: Report, url: str, *, lines: list[dict[str, Any]], seed: int, tokens: list[str], back_at: list[float]
) -> None:
    """The history against the tables."""
    last = {line["key"]: line["state"] for line in lines if line["op"] == "submit"}
    said = Counter(line["state"] for line in lines if line["op"] == "submit")
    parts = {row[0]: (row[1], *row[3:]) for row in counts(url, PARTS)}
    half = {token: found for token, found in parts.items() if found != WHOLE}
    answered = {token for token, state in last.items() if state in {"ok", "already"}}
    unknown = {token for token, state in last.items() if state == "unknown"}
    orphans = counts(url, "SELECT count(*) FROM suspension_application WHERE number IS NOT NULL")[0][0] - len(parts)
    loose = counts(
        url,
        "SELECT (SELECT count(*) FROM notifications_message), (SELECT count(*) FROM notifications_delivery),"
        " (SELECT count(*) FROM suspension_applicationevent), (SELECT count(*) FROM suspension_revision)",
    )[0]
    waits = [
        min((line["at"] - at for line in lines if line.get("state") == "ok" and line["at"] >= at), default=-1.0)
        for at in back_at
    ]
    report.table(
        f"PostgreSQL restarted with -m immediate under load (seed {seed})",
        *("submits", "restarts", "answered", "answers unknown", "left unknown", "of these done", "half done", "orphans",
          "first success after, s"),
    ).add(
        len(tokens), len(back_at), len(answered), said["unknown"], len(unknown), len(unknown & set(parts)), len(half),
        orphans, f"{max(waits):.2f}",
    )  # fmt: skip
    assert set(last) == set(tokens)
    assert not half
    assert orphans == 0
    assert answered <= set(parts)
    assert set(parts) <= answered | unknown
    assert loose == (len(parts), 2 * len(parts), len(parts), len(parts))
    assert said["refused"] == 0
    assert all(0 <= wait <= RECOVERY_SECONDS for wait in waits)
    assert said["unknown"] > 0, "no restart hit anybody: the check proves nothing"
