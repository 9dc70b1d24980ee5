"""A simulator's own book: an append-only file of JSON lines, read back when it starts again."""

import json
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

SHANGHAI = timezone(timedelta(hours=8))


def now() -> str:
    """The moment as the pages show it, in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def shown(moment: str) -> str:
    """A moment of the book in Shanghai time for a page."""
    at = datetime.fromisoformat(moment).astimezone(SHANGHAI)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}"


class Book:
    """Lines are only ever added; a line cut short by a kill is ignored when the book is read again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            text = path.read_text(encoding="utf-8")
            self.lines = [line for line in map(_parse, text.splitlines()) if line is not None]
            if text and not text.endswith("\n"):
                with path.open("a", encoding="utf-8") as file:
                    file.write("\n")

    def add(self, **line: Any) -> dict[str, Any]:
        """Write one line to the file before anybody is told about it."""
        entry = {"at": now(), **line}
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self.lines.append(entry)
        return entry


def _parse(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
