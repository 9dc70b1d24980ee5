"""The file of a settlement day: fixed widths in a zip, deflated and in base64 inside a signed answer."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta

from payments.gateways import wire
from payments.gateways.base import StatementLine

COLUMNS = (3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21)
"""Widths up to the last column that is read; one character stands between two of them."""
CODE, TIME, AMOUNT, QUERY_ID, ORDER_ID, ORIGINAL_ID = 0, 4, 6, 9, 11, 26
SALE_CODE, REFUND_CODE = "S22", "S30"
PREFIX = "ZM_"
"""The file of one merchant's successful trades."""


def lines_of(content: str, *, day: date) -> list[StatementLine]:
    """Payments and refunds of the day. ValueError for a file that cannot be read whole."""
    try:
        packed = zlib.decompressobj().decompress(wire.from_base64(content), wire.FILE_LIMIT)
        with zipfile.ZipFile(io.BytesIO(packed)) as folder:
            name = next((one for one in folder.namelist() if PREFIX in one), None)
            if name is None or folder.getinfo(name).file_size > wire.FILE_LIMIT:
                raise ValueError("No such file.")
            text = folder.read(name).decode("gb18030")
    except (zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise ValueError("Not a bill file.") from error
    found = [list(_cells(line)) for line in text.splitlines() if line.strip()]
    return [_line(cells, day=day) for cells in found if cells[CODE] in {SALE_CODE, REFUND_CODE}]


def _cells(line: str) -> Iterator[str]:
    """The cells of one line; ValueError for one that is cut."""
    if len(line) < sum(COLUMNS) + len(COLUMNS) - 1:
        raise ValueError("A short line.")
    start = 0
    for width in COLUMNS:
        yield line[start : start + width].strip()
        start += width + 1


def _line(cells: list[str], *, day: date) -> StatementLine:
    """One line. Its time has no year: it is the day before at the earliest, for the settlement day begins at 23:00."""
    is_refund = cells[CODE] == REFUND_CODE
    year = (day - timedelta(days=1)).year if cells[TIME].startswith("12") else day.year
    return StatementLine(
        trade_no=cells[ORIGINAL_ID if is_refund else QUERY_ID],
        order_number="" if is_refund else cells[ORDER_ID],
        kind="refund" if is_refund else "payment",
        amount_fen=wire.digits_of(cells[AMOUNT]),
        at=wire.moment(f"{year}{cells[TIME]}", "%Y%m%d%H%M%S"),
        refund_number=cells[ORDER_ID] if is_refund else "",
    )
