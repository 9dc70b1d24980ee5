"""Open an uploaded file in a process of its own, with bounded memory and time: a bad file harms nobody else.

Run as `python -m suspension.services.rendering` with the file on standard input. It imports nothing of the hall and
is given no environment, so that it knows no key.
"""

import io
import resource
import subprocess
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

MAX_PAGES = 20
MAX_PIXELS = 40_000_000
PAGE_WIDTH = 1400
MAX_RATIO = 4
"""A page may be so many times longer than wide."""
MAX_BYTES = 64 * 1024 * 1024
MAX_MEMORY = 1024 * 1024 * 1024
MAX_CPU_SECONDS = 20
TIMEOUT = 40
UNREADABLE, LOCKED, TOO_MANY_PAGES, TOO_LARGE = "unreadable", "locked", "too-many-pages", "too-large"
REFUSALS = frozenset({UNREADABLE, LOCKED, TOO_MANY_PAGES, TOO_LARGE})
HALL = Path(__file__).resolve().parents[2]


class RefusedError(Exception):
    """The file cannot be shown; the text is one of REFUSALS."""


def read_pages(data: bytes, *, is_pdf: bool, into: Path | None = None) -> int:
    """How many pages a file has; each is drawn to page-1.png … `into` a folder if one is given.

    RefusedError says why it cannot be shown, whatever happened to the process that opened it.
    """
    command = [sys.executable, "-E", "-s", "-m", "suspension.services.rendering", "pdf" if is_pdf else "image"]
    if into is not None:
        command.append(str(into.resolve()))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, the file on standard input
            command, input=data, capture_output=True, timeout=TIMEOUT, cwd=HALL, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise RefusedError(UNREADABLE) from None
    answer = done.stdout.decode("ascii", "replace").strip()
    if done.returncode == 0 and answer.isdigit() and int(answer) > 0:
        return int(answer)
    raise RefusedError(answer if answer in REFUSALS else UNREADABLE)


def pdf_pages(data: bytes, *, into: Path | None) -> int:
    """Look at a PDF's pages, or draw them; scripts, links, forms and embedded files are not looked at."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise RefusedError(LOCKED if "password" in str(error).lower() else UNREADABLE) from error
    count = len(document)
    if count > MAX_PAGES:
        raise RefusedError(TOO_MANY_PAGES)
    for index in range(count):
        page = document[index]
        width, height = max(page.get_width(), 1), max(page.get_height(), 1)
        if height > width * MAX_RATIO:
            raise RefusedError(TOO_LARGE)
        if into is not None:
            drawn = page.render(scale=min(PAGE_WIDTH / width, 4), draw_annots=False).to_pil()
            save(drawn.convert("RGB"), into / f"page-{index + 1}.png")
    return count


def image_page(data: bytes, *, into: Path | None) -> int:
    """Decode a picture as a whole and draw it upright on white; what it carries besides its pixels is left behind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        except Image.DecompressionBombError as error:
            raise RefusedError(TOO_LARGE) from error
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_RATIO * 4 * PAGE_WIDTH:
        raise RefusedError(TOO_LARGE)
    with image:
        image.draft(None, (PAGE_WIDTH, PAGE_WIDTH))
        image.load()
        if into is not None:
            save(on_white(image), into / "page-1.png")
    return 1


def on_white(image: Image.Image) -> Image.Image:
    """The picture in plain colours, as large as a page: deep grey made shallow, what is transparent made white."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        upright = upright.point(lambda value: value * (1 / 256)).convert("L")
    has_holes = upright.has_transparency_data
    upright = upright.convert("RGBA" if has_holes else "RGB")
    upright.thumbnail((PAGE_WIDTH, PAGE_WIDTH * MAX_RATIO))
    page = Image.new("RGB", upright.size, "white")
    page.paste(upright, mask=upright if has_holes else None)
    return page


def save(page: Image.Image, path: Path) -> None:
    """Pixels only: no profile, no text, no place."""
    page.info = {}
    page.save(path, "PNG")


def limit() -> None:
    """What this process may use from here on; a system that knows a limit not goes without it."""
    limits = (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_BYTES),
        (resource.RLIMIT_CORE, 0),
    )
    for which, most in limits:
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def main(arguments: Sequence[str]) -> int:
    """Say the number of pages, or why there are none."""
    limit()
    kind, *folder = arguments
    into = Path(folder[0]) if folder else None
    data = sys.stdin.buffer.read()
    try:
        pages = pdf_pages(data, into=into) if kind == "pdf" else image_page(data, into=into)
    except RefusedError as refused:
        sys.stdout.write(str(refused))
        return 1
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, MemoryError):
        sys.stdout.write(UNREADABLE)
        return 1
    sys.stdout.write(str(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
