"""How identifying values are shown, and the pattern that finds them where they must never stand."""

import re
import unicodedata

STAR = "*"
ID_LENGTH, PHONE_LENGTH = 18, 11
RESIDENT_ID = r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?!\d)"
MOBILE = r"(?<!\d)1[3-9]\d{9}(?!\d)"
GAP = r"[\s\-－—–_·.]?"
TYPED = re.compile(
    rf"(?<!\d)(?:\d{GAP}){{6}}(?:[1１]{GAP}[9９]|[2２]{GAP}[0０]){GAP}(?:\d{GAP}){{9}}[\dXxＸｘ](?!\d)"
    rf"|(?<!\d)(?:(?:[0０]{{2}})?[8８][6６]{GAP})?[1１]{GAP}[3-9３-９]{GAP}(?:\d{GAP}){{8}}\d(?!\d)"
)
"""An ID or a mobile as people type it: in groups, with dashes, with 86 in front, in full-width digits."""


def _middle(text: str, *, head: int, tail: int) -> str:
    """Keep `head` and `tail` characters; a text too short to hide anything is hidden whole."""
    hidden = len(text) - head - tail
    if hidden < 1:
        return STAR * len(text)
    return f"{text[:head]}{STAR * hidden}{text[len(text) - tail :]}"


def mask_id(text: str) -> str:
    """119901********0026"""
    return _middle(text, head=6, tail=4)


def mask_phone(text: str) -> str:
    """138****1234"""
    return _middle(text, head=3, tail=4)


def mask_name(text: str) -> str:
    """张*, 欧*娜, 欧**娜: the first character, and the last of three or more."""
    return _middle(text, head=1, tail=0 if len(text) < 3 else 1)


def mask_email(text: str) -> str:
    """z***@example.com; always three stars, so that the length stays hidden too."""
    name, at, domain = text.rpartition("@")
    if not at or not name or not domain:
        return STAR * len(text)
    return f"{name[0] if len(name) > 1 else ''}{STAR * 3}@{domain}"


def mask_text(text: str) -> str:
    """A sentence as it may be stored: resident IDs and mobiles that were typed into it are masked, spaced ones too."""
    return TYPED.sub(_masked_number, text)


def _masked_number(found: re.Match[str]) -> str:
    bare = re.sub(r"[^0-9Xx]", "", unicodedata.normalize("NFKC", found[0]))
    return mask_id(bare) if len(bare) == ID_LENGTH else mask_phone(bare[-PHONE_LENGTH:])


def canary_pattern(*values: str) -> re.Pattern[str]:
    """Find the given values, also spaced, dashed or in the other case; without values, any resident ID or mobile."""
    if not values:
        return re.compile(f"{RESIDENT_ID}|{MOBILE}")
    spread = (r"[\s-]?".join(re.escape(char) for char in value) for value in values if value)
    return re.compile("|".join(spread), re.IGNORECASE)
