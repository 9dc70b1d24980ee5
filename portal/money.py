"""Money is whole fen; this is the only place where it becomes or comes from a text, or is shared by a rate."""

import re
from decimal import ROUND_HALF_UP, Decimal


def yuan(fen: int) -> str:
    """132990 → "1,329.90"."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def parse_yuan(text: str) -> int:
    """ "1329.9" → 132990 fen. ValueError for anything but digits with at most two decimals."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text):
        raise ValueError("Not an amount in yuan.")
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def share(base_fen: int, *, rate: Decimal) -> int:
    """`rate` of an amount, rounded half up to the fen, once per person and line."""
    return int((Decimal(base_fen) * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))
