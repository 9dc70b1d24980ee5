"""The commands of docs/running.md bring back every row and every trigger."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from portal import triggers
from portal.accounts.models import User

GUIDE = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Contents:
    """What a restored database must have again."""

    rows: dict[str, int]
    triggers: set[tuple[str, str]]


def contents_of(database: BaseDatabaseWrapper) -> Contents:
    with database.cursor() as cursor:
        tables = database.introspection.table_names(cursor)
        rows: dict[str, int] = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {database.ops.quote_name(table)}")
            rows[table] = cursor.fetchone()[0]
    return Contents(rows=rows, triggers=set(triggers.installed(database)))


def do_as_written(name: str, *, cwd: Path, url: str = "") -> None:
    """Execute one block of the guide; its python3 is the one that runs the tests."""
    found = re.search(rf"```sh {name}\n(.*?)```", GUIDE, re.DOTALL)
    assert found, f"docs/running.md has no block {name}"
    path = f"{cwd / 'bin'}:{os.environ['PATH']}"
    (cwd / "bin").mkdir(exist_ok=True)
    (cwd / "bin" / "python3").unlink(missing_ok=True)
    (cwd / "bin" / "python3").symlink_to(sys.executable)
    done = subprocess.run(
        ["sh", "-euc", found[1]],
        cwd=cwd,
        env={**os.environ, "PATH": path, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def url_of(name: str) -> str:
    """The address of a database on the server of the tests."""
    about = connection.settings_dict
    password = f":{quote(about['PASSWORD'])}" if about["PASSWORD"] else ""
    return f"postgres://{about['USER']}{password}@{about['HOST']}:{about['PORT'] or 5432}/{name}"


def opened(name: str) -> BaseDatabaseWrapper:
    about = {**settings.DATABASES["default"], "NAME": name}
    return ConnectionHandler({"default": about})["default"]


def restored_on_sqlite(tmp_path: Path) -> str:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "hall.sqlite3").symlink_to(connection.settings_dict["NAME"])
    do_as_written("backup-sqlite", cwd=tmp_path)
    (tmp_path / "var" / "hall.sqlite3-wal").touch()
    do_as_written("restore-sqlite", cwd=tmp_path)
    return str(tmp_path / "var" / "hall.sqlite3")


def restored_on_postgresql(tmp_path: Path) -> str:
    source = connection.settings_dict["NAME"]
    name = f"{source}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)}")
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0")
    do_as_written("backup-postgresql", cwd=tmp_path, url=url_of(source))
    do_as_written("restore-postgresql", cwd=tmp_path, url=url_of(name))
    return name


RESTORED: dict[str, Callable[[Path], str]] = {"sqlite": restored_on_sqlite, "postgresql": restored_on_postgresql}


@pytest.fixture
def _committed(transactional_db: None) -> Iterator[None]:
    """Rows that other processes see; append-only tables can be flushed afterwards, and get their triggers back."""
    yield
    triggers.drop(connection)


@pytest.mark.usefixtures("_committed")
def test_brings_back_every_row_and_every_trigger(tmp_path: Path) -> None:
    for number in range(3):
        User.objects.create(handle=f"backup-{number}", display_name="备份", password=make_password(None))
    before = contents_of(connection)

    database = opened(RESTORED[connection.vendor](tmp_path))
    with closing(database):
        after = contents_of(database)

    assert before.rows["accounts_user"] == 3
    assert after == before
    assert after.triggers >= set(triggers.expected(connection.vendor))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(database.settings_dict['NAME'])}")
