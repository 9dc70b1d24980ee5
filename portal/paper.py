"""What the hall prints: a PDF from a Typst template with the embedded Chinese font, the QR code, and the proof in it.

A code is "<subject>-<proof>". The proof is an HMAC of the subject: only the hall can make it, and nothing is stored.
"""

import hmac
import json
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import segno
import typst
from django.conf import settings
from pylopdf_fonts_zh_cn import sans_path

from portal import clock
from portal.crypto import blind_index, blind_index_candidates

PROOF_LENGTH = 22
"""Characters of base64: 132 bits of the HMAC."""
INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Control characters; those of private use stay, since names contain them."""
Ranges = tuple[tuple[int, ...], tuple[int, ...]]


def proof_of(subject: str, *, purpose: str) -> str:
    """What proves that the hall printed a paper about `subject`; good while its key is kept."""
    return _proof(blind_index(subject, purpose=purpose))


def is_proof(proof: str, *, subject: str, purpose: str) -> bool:
    """Whether the hall made this proof, with any key of the ring."""
    candidates = [_proof(one) for one in blind_index_candidates(subject, purpose=purpose)]
    return any(hmac.compare_digest(proof.encode(), one.encode()) for one in candidates)


def _proof(index: str) -> str:
    return index.partition("$")[2][:PROOF_LENGTH]


def qr_code(address: str) -> str:
    """The address as an SVG picture."""
    return str(segno.make(address, error="m").svg_inline(scale=4, border=2))


def compiled(template: str, data: Mapping[str, object]) -> bytes:
    """The PDF of a template under templates/. What was typed is data for it, never its markup."""
    shared = {
        "agency": settings.AGENCY_NAME,
        "hall": settings.HALL_NAME,
        "hotline": settings.HOTLINE,
        "printed": moment(clock.now()),
        "is_demo": settings.DEMO,
    }
    compiler = typst.Compiler(
        _source(template),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**shared, **data})},
    )
    made = compiler.compile(format="pdf", timestamp=clock.now().replace(microsecond=0))
    if not isinstance(made, bytes):
        raise TypeError("one paper makes one document")
    return made


def moment(at: datetime) -> str:
    """Day and minute here."""
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def printable(text: str) -> str:
    """The text without control characters."""
    return "".join(char for char in text if unicodedata.category(char) not in INVISIBLE)


def lacking(texts: Iterable[str]) -> str:
    """The names of the characters that the font cannot draw, "U+20BB7、U+30EDD"; empty when it draws them all."""
    missing = sorted({char for text in texts for char in text if not has_glyph(char)})
    return "、".join(f"U+{ord(char):04X}" for char in missing)


def has_glyph(char: str) -> bool:
    """Whether the font can draw the character."""
    starts, ends = _ranges()
    place = bisect_right(starts, ord(char)) - 1
    return place >= 0 and ord(char) <= ends[place]


@cache
def _source(template: str) -> bytes:
    return (Path(settings.BASE_DIR) / "templates" / template).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(sans_path().parent)])


@cache
def _ranges() -> Ranges:
    """First and last code points of the font's character map: the groups of its format-12 table."""
    with sans_path().open("rb") as font:
        (count,) = struct.unpack(">4xH6x", font.read(12))
        tables = {tag: offset for tag, _, offset, _ in struct.iter_unpack(">4sIII", font.read(16 * count))}
        start = tables[b"cmap"]
        font.seek(start)
        (count,) = struct.unpack(">2xH", font.read(4))
        for _, _, offset in struct.iter_unpack(">HHI", font.read(8 * count)):
            font.seek(start + offset)
            (kind,) = struct.unpack(">H", font.read(2))
            if kind == 12:
                (count,) = struct.unpack(">10xI", font.read(14))
                groups = list(struct.iter_unpack(">III", font.read(12 * count)))
                return tuple(first for first, _, _ in groups), tuple(last for _, last, _ in groups)
    raise ValueError("the font has no table of all characters")
