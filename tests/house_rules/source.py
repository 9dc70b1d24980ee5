"""The hall's own source, as files and as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("portal", "insured", "payments", "suspension")
APPS = (
    "insured",
    "payments",
    "suspension",
    "portal/accounts",
    "portal/audit",
    "portal/demo",
    "portal/help",
    "portal/notifications",
)


@cache
def files() -> tuple[Path, ...]:
    """What git tracks or would track, as paths from the root. A copy without git is taken as it lies there."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    found = [Path(name) for name in names] or [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    hidden = {".venv", "var", "__pycache__"}
    return tuple(sorted(path for path in found if (ROOT / path).is_file() and not hidden & set(path.parts)))


def python_files(*, under: tuple[str, ...] = PACKAGES) -> tuple[Path, ...]:
    """Python files below these folders, migrations left out: they are generated."""
    return tuple(
        path
        for path in files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and any(path.as_posix() == folder or path.as_posix().startswith(f"{folder}/") for folder in under)
    )


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(text(path))


@cache
def text(path: Path) -> str:
    """A file's text; nothing for what is no text."""
    return (ROOT / path).read_text(encoding="utf-8", errors="ignore")


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call below a node."""
    return (found for found in ast.walk(node) if isinstance(found, ast.Call))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names; what else stands in it is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted(node.func)
    return node.id if isinstance(node, ast.Name) else ""
