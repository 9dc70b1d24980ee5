"""What day it is in the hall: Asia/Shanghai, and in demo mode moved by whole days kept in a file."""

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _file() -> Path:
    return Path(settings.VAR_DIR) / "demo-clock"


def _real_today() -> date:
    return datetime.now(SHANGHAI).date()


def offset_days() -> int:
    """How many days the demo clock is ahead of the real one; 0 outside demo mode."""
    if not settings.DEMO:
        return 0
    try:
        return int(_file().read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


def today() -> date:
    """The business day. Services read it once and hand it down; policy never asks for it."""
    return _real_today() + timedelta(days=offset_days())


def now() -> datetime:
    """The moment, aware, in UTC, moved like today()."""
    return datetime.now(UTC) + timedelta(days=offset_days())


def move_to(day: date) -> None:
    """Make `day` the business day for every process of this demo. RuntimeError outside demo mode."""
    _only_in_demo()
    _write(str((day - _real_today()).days))


def reset() -> None:
    """Go back to the real day. RuntimeError outside demo mode."""
    _only_in_demo()
    _file().unlink(missing_ok=True)


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise RuntimeError("The clock can be moved in demo mode only.")


def _write(text: str) -> None:
    """Replace the file in one step, so that no reader ever sees half a number."""
    target = _file()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".demo-clock-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
