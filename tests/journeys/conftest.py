"""A browser, visitors who complain about every error on a page, and the hall that ./test started."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.journeys.hall import Hall, Visitor

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
DESKTOP = {"width": 1200, "height": 860}


class Visit(Protocol):
    """Open the hall in a browser of one's own, as nobody or as somebody of the demo."""

    def __call__(self, name: str = "", *, is_scripted: bool = True) -> Visitor: ...


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, or the one that was named; it asks nobody outside for anything."""
    chromium = os.environ.get("PLAYWRIGHT_CHROMIUM") or "/usr/bin/chromium"
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def hall() -> Hall:
    """Where the hall is."""
    url = os.environ.get("HALL_URL", "")
    if not url:
        raise pytest.UsageError("HALL_URL is not set: run ./test tests/journeys, which starts a hall of its own.")
    return Hall(url.rstrip("/"))


@pytest.fixture(scope="session")
def base_url(hall: Hall) -> str:
    """What addresses without a host belong to."""
    return hall.url


@pytest.fixture
def visit(hall: Hall, new_context: Callable[..., BrowserContext]) -> Visit:
    """Visitors with nothing in common; each one keeps what its pages complained about."""
    expect.set_options(timeout=PATIENCE_MS)

    def open_page(name: str = "", *, is_scripted: bool = True) -> Visitor:
        context = new_context(
            java_script_enabled=is_scripted, locale="zh-CN", viewport=DESKTOP, reduced_motion="reduce"
        )
        visitor = Visitor(hall=hall, page=context.new_page())
        visitor.page.set_default_timeout(PATIENCE_MS)
        _listen(visitor.page, complaints=visitor.complaints)
        if name:
            visitor.enter_as(name)
        return visitor

    return open_page


def _listen(page: Page, *, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


@pytest.fixture
def picture() -> Callable[[Visitor, str], None]:
    """Keep the screen as docs/screenshots wants it, when HALL_PICTURES names a folder."""
    folder = os.environ.get("HALL_PICTURES", "")

    def keep(visitor: Visitor, name: str) -> None:
        if folder:
            visitor.keep_picture(Path(folder) / f"{name}.png")

    return keep


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], float]:
    """Ask until it is so; how many seconds that took."""

    def wait(is_so: Callable[[], bool], *, seconds: float = 15) -> float:
        started = time.monotonic()
        while not is_so():
            assert time.monotonic() - started < seconds, "did not happen in time"
            time.sleep(0.2)
        return time.monotonic() - started

    return wait
