"""Hostile uploads, made here by script: files that lie, names that wander, forms that are broken."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

from tests.suspension import files

PAYLOAD = b"<script>alert('hostile-7f3a')</script>"
"""What must never come out of the hall again."""
ACCEPTED = ""
WRONG_KIND, UNREADABLE, LOCKED = "material.wrong-kind", "material.unreadable", "material.locked"
TOO_BIG, TOO_LARGE, TOO_MANY_PAGES = "material.too-big", "material.too-large", "material.too-many-pages"
BOUNDARY = b"hall-boundary"


@dataclass(frozen=True)
class Hostile:
    """A file, and the reason code it is refused with; "" when it is taken in."""

    label: str
    name: str
    data: bytes
    verdict: str


def jpeg() -> bytes:
    return bytes(files.picture().read())


def png() -> bytes:
    return bytes(files.picture("a.png", kind="PNG").read())


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG, its checksum right."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *, extra: bytes = b"") -> bytes:
    """A grey PNG that claims a size and holds one line."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"\0" * (width + 1), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def picture_in(mode: str, kind: str, **saved: object) -> bytes:
    """A picture in an unusual mode."""
    stream = io.BytesIO()
    Image.new(mode, (60, 40), 40000 if mode == "I;16" else None).save(stream, kind, **saved)
    return stream.getvalue()


def with_place() -> bytes:
    """A photo that tells where it was taken, with a script for a name."""
    exif = Image.Exif()
    exif[0x010E] = PAYLOAD.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return picture_in("RGB", "JPEG", exif=exif, comment=PAYLOAD)


def with_text() -> bytes:
    """A PNG that carries a program in its text."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<?php system($_GET['c']); ?>" + PAYLOAD.decode())
    return picture_in("RGB", "PNG", pnginfo=info)


def pdf_of(*objects: bytes, root: bytes = b"", trailer: bytes = b"", pages: int = 1) -> bytes:
    """A small PDF written by hand: catalogue, pages, and whatever else; readers mend the missing table."""
    kids = b" ".join(b"%d 0 R" % (100 + index) for index in range(pages))
    rows = [
        b"1 0 obj <</Type/Catalog/Pages 2 0 R " + root + b">> endobj",
        b"2 0 obj <</Type/Pages/Count %d/Kids[%s]>> endobj" % (pages, kids),
        *(b"%d 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>> endobj" % (100 + n) for n in range(pages)),
        *objects,
    ]
    return b"%PDF-1.7\n" + b"\n".join(rows) + b"\ntrailer <</Root 1 0 R " + trailer + b">>\n%%EOF\n"


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    lock = b"9 0 obj <</Filter/Standard/V 2/R 3/Length 128/P -4/O<%s>/U<%s>>> endobj" % (b"41" * 32, b"42" * 32)
    return pdf_of(lock, trailer=b"/Encrypt 9 0 R /ID[<00><00>]")


def zip_of(*, times: int = 1) -> bytes:
    """A zip; with many times a megabyte of nothing, a bomb."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(times):
            archive.writestr(f"{index}.html", PAYLOAD + b"\0" * 1024 * 1024)
    return stream.getvalue()


def strangers() -> dict[str, bytes]:
    """What is not a picture or a PDF, whatever its name says."""
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'>" + PAYLOAD + b"</svg>"
    squeezed = zlib.compressobj(wbits=31)
    return {
        "html": b"<!doctype html>" + PAYLOAD,
        "svg": svg,
        "svgz": squeezed.compress(svg) + squeezed.flush(),
        "exe": b"MZ" + b"\0" * 200,
        "elf": b"\x7fELF" + b"\0" * 200,
        "gif-js": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//",
        "php": b"<?php phpinfo(); ?>",
        "text": "身份证".encode(),
        "html-before-pdf": b"<html>" + PAYLOAD + b"</html>" + pdf_of(),
        "zip-bomb": zip_of(times=5),
    }


def refused() -> Iterator[Hostile]:
    """Every stranger under every good name, and good kinds that are broken or too much."""
    for kind, data in strangers().items():
        for suffix in ("jpg", "png", "pdf"):
            yield Hostile(f"{kind}-as-{suffix}", f"材料.{suffix}", data, WRONG_KIND)
    yield Hostile("cut-jpeg", "a.jpg", picture_in("RGB", "JPEG")[:-40], UNREADABLE)
    yield Hostile("cut-png", "a.png", png()[:60], UNREADABLE)
    yield Hostile("cut-pdf", "a.pdf", b"%PDF-1.7\n1 0 obj <</Type/Cat", UNREADABLE)
    yield Hostile("magic-only", "a.png", b"\x89PNG\r\n\x1a\n", UNREADABLE)
    yield Hostile("no-pages", "a.pdf", pdf_of(pages=0), UNREADABLE)
    yield Hostile("locked", "a.pdf", locked_pdf(), LOCKED)
    yield Hostile("10000-pages", "a.pdf", pdf_of(pages=10_000), TOO_MANY_PAGES)
    yield Hostile("21-pages", "a.pdf", pdf_of(pages=21), TOO_MANY_PAGES)
    yield Hostile("30000x30000", "a.png", png_of(30_000, 30_000), TOO_LARGE)
    yield Hostile("one-line", "a.png", png_of(1, 2_000_000), TOO_LARGE)
    text_bomb = chunk(b"zTXt", b"c\0\0" + zlib.compress(b"\0" * 8 * 1024 * 1024, 9))
    yield Hostile("text-bomb", "a.png", png_of(10, 1, extra=text_bomb), UNREADABLE)
    yield Hostile("oversize", "a.jpg", jpeg() + b"\0" * (10 * 1024 * 1024), TOO_BIG)


def accepted() -> Iterator[Hostile]:
    """Good kinds with something hidden in them, taken in and drawn anew."""
    good = {"jpg": jpeg(), "png": png(), "pdf": pdf_of()}
    for kind, data in good.items():
        for suffix in ("jpg", "png", "pdf", "html", "exe", "svg"):
            yield Hostile(f"{kind}-as-{suffix}", f"材料.{suffix}", data, ACCEPTED)
    yield Hostile("png-php", "a.png", with_text(), ACCEPTED)
    yield Hostile("png-html-behind", "a.png", png() + PAYLOAD, ACCEPTED)
    yield Hostile("jpeg-zip", "a.jpg", jpeg() + zip_of(), ACCEPTED)
    yield Hostile("jpeg-place", "a.jpg", with_place(), ACCEPTED)
    yield Hostile("jpeg-cmyk", "a.jpg", picture_in("CMYK", "JPEG"), ACCEPTED)
    yield Hostile("png-16-bit", "a.png", picture_in("I;16", "PNG"), ACCEPTED)
    yield Hostile("png-see-through", "a.png", picture_in("RGBA", "PNG"), ACCEPTED)
    script = b"<</S/JavaScript/JS(app.alert\\('x'\\))>>"
    yield Hostile("pdf-script", "a.pdf", pdf_of(root=b"/OpenAction " + script), ACCEPTED)
    launch = b"/OpenAction <</S/Launch/F(cmd.exe)>>"
    yield Hostile("pdf-launch", "a.pdf", pdf_of(root=launch), ACCEPTED)
    inner = b"8 0 obj <</Type/EmbeddedFile/Length %d>> stream\n%s\nendstream endobj" % (len(PAYLOAD), PAYLOAD)
    names = b"/Names <</EmbeddedFiles<</Names[(x.html)<</F(x.html)/EF<</F 8 0 R>>>>]>>>>"
    yield Hostile("pdf-embedded", "a.pdf", pdf_of(inner, root=names), ACCEPTED)
    yield Hostile("pdf-html", "a.pdf", pdf_of() + b"<html>" + PAYLOAD, ACCEPTED)


NAMES = {
    "../../x": "x.jpg",
    "..\\x": "x.jpg",
    "/etc/passwd": "passwd.jpg",
    "C:\\Users\\x\\身份证.jpg": "身份证.jpg",
    "a\0b.jpg": "ab.jpg",
    "x" * 300 + ".jpg": "x" * 96 + ".jpg",
    "证" * 85: "证" * 85 + ".jpg",
    "cod\u202egpj.exe": "codgpj.exe.jpg",
    "CON": "CON.jpg",
    "证明.jpg.": "证明.jpg",
    "证明.jpg ": "证明.jpg",
    "a.jpg.html": "a.jpg.html.jpg",
    "a.html;.jpg": "a.html;.jpg",
    "it's.jpg": "it's.jpg",
    "&lt;img src=x onerror=alert(1)&gt;.jpg": "<img src=x onerror=alert(1)>.jpg",
    "😀.JPG": "😀.JPG",
}
"""What the sender calls a photo → what the hall calls it."""


def part(headers: bytes, data: bytes) -> bytes:
    """One part of a form."""
    return b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; " + headers + b"\r\n\r\n" + data + b"\r\n"


def file_part(filename: str | bytes, data: bytes, *, field: str = "file_id_card") -> bytes:
    """A file under a name that is sent as it stands."""
    raw = filename.encode() if isinstance(filename, str) else filename
    return part(b'name="%s"; filename="%s"\r\nContent-Type: text/html' % (field.encode(), raw), data)


def form_of(fields: dict[str, object], *parts: bytes) -> bytes:
    """The body of a request."""
    typed = [part(b'name="%s"' % name.encode(), str(value).encode()) for name, value in fields.items()]
    return b"".join([*typed, *parts]) + b"--" + BOUNDARY + b"--\r\n"
