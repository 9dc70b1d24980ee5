"""Takes the hall's guards away one at a time, in a copy, and looks whether a test turns red.

python tests/guards.py            run all; exit 1 when one can be taken away unnoticed
python tests/guards.py --check    only see that each guard still stands where this list says
python tests/guards.py --write    run all and write docs/results/guards.md
python tests/guards.py WORDS      run those with these words in their names
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "guards.toml"
PAGE = ROOT / "docs" / "results" / "guards.md"
HEAD = """# Guards taken away one at a time

Made by `python tests/guards.py --write`: each guard is removed in a copy of the tree, and the named test must turn red.

| guard | file | test | result | seconds |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Guard:
    """Text that stands once in a file, what takes its place, and the test that must notice, on SQLite or PostgreSQL."""

    name: str
    file: str
    old: str
    new: str
    test: str
    is_of_postgresql: bool = False


GUARDS = tuple(Guard(**row) for row in tomllib.loads(LIST.read_text(encoding="utf-8"))["guard"])
SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
"""Where PostgreSQL answers: some guards are a matter of that database alone."""
SCHEMA = ("/migrations/", "portal/triggers.py")
"""What is built into the database: a guard in one of these is looked at in a database of its own."""


def misplaced() -> list[str]:
    """Guards whose text does not stand exactly once in its file, or whose test is gone."""
    found = []
    for guard in GUARDS:
        count = (ROOT / guard.file).read_text(encoding="utf-8").count(guard.old)
        path, _, name = guard.test.partition("::")
        test = name.rpartition("::")[2]
        if count != 1:
            found.append(f"{guard.name}: stands {count} times in {guard.file}")
        elif f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"):
            found.append(f"{guard.name}: no test {guard.test}")
    return found


@contextmanager
def copy_of_the_tree() -> Iterator[Path]:
    """The tree without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    with tempfile.TemporaryDirectory(prefix="hall-guards-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder)
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        yield copy


def status(copy: Path, *tests: str, is_anew: bool = False, server: str = "") -> int:
    """How pytest ends in the copy: 0 green, 1 red, anything else is no answer. The database is kept, or made anew.

    It is SQLite unless the address of a server is given.
    """
    var = copy / ("anew" if is_anew else "var")
    (var / "static").mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "REDIS_URL"))}
    env |= {"VAR_DIR": str(var), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"DATABASE_URL": server, "TEST_DB_SUFFIX": "guards"} if server else {}
    argv = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    argv += ["--create-db" if is_anew else "--reuse-db", *tests]
    return subprocess.run(argv, cwd=copy, env=env, capture_output=True, check=False).returncode


def is_noticed(guard: Guard, *, copy: Path) -> bool:
    """Take the guard away, run its test, put the guard back."""
    path = copy / guard.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(guard.old, guard.new), encoding="utf-8")
    try:
        server = SERVER if guard.is_of_postgresql else ""
        return status(copy, guard.test, is_anew=any(part in guard.file for part in SCHEMA), server=server) == 1
    finally:
        path.write_text(text, encoding="utf-8")


def run(guards: Sequence[Guard]) -> tuple[str, int]:
    """The table's lines, and how many guards can be taken away unnoticed."""
    lines, survivors = [], 0
    with copy_of_the_tree() as copy:
        if status(copy, *(guard.test for guard in guards)):
            raise SystemExit("A test is red with every guard in its place; nothing can be said.")
        for guard in guards:
            started = time.monotonic()
            noticed = is_noticed(guard, copy=copy)
            survivors += not noticed
            result = "red, as it must be" if noticed else "GREEN: NOT NOTICED"
            test = guard.test.replace("tests/", "", 1)
            lines.append(f"| {guard.name} | `{guard.file}` | `{test}` | {result} | {time.monotonic() - started:.0f} |")
            print(lines[-1], flush=True)
    return "\n".join(lines), survivors


def main(args: list[str]) -> int:
    """See the module's first lines."""
    if found := misplaced():
        print(*found, sep="\n")
        return 1
    if "--check" in args:
        return 0
    words = [one for one in args if not one.startswith("--")]
    table, survivors = run([guard for guard in GUARDS if not words or any(one in guard.name for one in words)])
    if "--write" in args and not words:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        summary = f"\n{len(GUARDS)} guards, {survivors} taken away unnoticed.\n"
        PAGE.write_text(f"{HEAD}{table}\n{summary}", encoding="utf-8")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
