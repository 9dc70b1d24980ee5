"""The bill file of a day: CSV with a backtick before every cell, and totals at the end."""

import csv
from collections.abc import Mapping

from payments.gateways import wire
from payments.gateways.base import StatementLine

MOMENT = "%Y-%m-%d %H:%M:%S"


def lines_of(text: str) -> list[StatementLine]:
    """The lines above the totals; every cell begins with a backtick, so that no spreadsheet takes it for a number."""
    try:
        rows = list(csv.reader(text.splitlines()))
    except csv.Error as error:
        raise ValueError("Not a bill file.") from error
    end = next((place for place, row in enumerate(rows) if row and row[0].startswith("总交易单数")), None)
    if end is None:
        raise ValueError("No totals: the file is cut.")
    cells = [[cell.strip().removeprefix("`") for cell in row] for row in rows[:end]]
    return [_line(dict(zip(cells[0], row, strict=True))) for row in cells[1:]]


def _line(row: Mapping[str, str]) -> StatementLine:
    is_refund = row["交易状态"] == "REFUND"
    return StatementLine(
        trade_no=row["微信订单号"],
        order_number=row["商户订单号"],
        kind="refund" if is_refund else "payment",
        amount_fen=wire.fen_of(row["申请退款金额" if is_refund else "订单金额"]),
        at=wire.moment(row["交易时间"], MOMENT),
        refund_number=row["商户退款单号"] if is_refund else "",
    )
