"""Tables of what the campaigns measured: shown at the end of a run and, at full size, kept in docs/results."""

import os
import platform
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

IS_FULL = os.environ.get("HALL_FULL") == "1"
FOLDER = Path(os.environ.get("HALL_RESULTS_DIR") or Path(__file__).resolve().parent.parent / "docs" / "results")


def size(*, plain: int, full: int) -> int:
    """How often, by the size of the run."""
    return full if IS_FULL else plain


@dataclass
class Table:
    """Rows under a title, as Markdown."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """One row; a float is shown with one decimal."""
        assert len(cells) == len(self.columns)
        self.rows.append(tuple(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells))

    def __str__(self) -> str:
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        return f"## {self.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass
class Report:
    """The tables and sentences of one campaign."""

    name: str
    title: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self, title: str, *columns: str) -> Table:
        """The table of this title, made when it is first asked for."""
        for table in self.tables:
            if table.title == title:
                return table
        self.tables.append(Table(title, columns))
        return self.tables[-1]

    def note(self, sentence: str) -> None:
        """A sentence that stands below the tables."""
        self.notes.append(f"- {sentence}")

    def __str__(self) -> str:
        parts = [f"# {self.title}", where(), *map(str, self.tables), "\n".join(self.notes)]
        return "\n\n".join(part for part in parts if part) + "\n"

    def finish(self) -> None:
        """Show it, and keep it when it was a run at full size."""
        if not self.tables:
            return
        print(f"\n{self}")
        if IS_FULL:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{self.name}.md").write_text(str(self), encoding="utf-8")


def where() -> str:
    """On what it was measured."""
    server = f"SQLite {sqlite3.sqlite_version}"
    if connection.vendor == "postgresql":
        number = connection.pg_version
        server = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {'full' if IS_FULL else 'small'} size, {os.cpu_count()} cores, "
        f"load average {load}, Python {platform.python_version()}, {server}."
    )
