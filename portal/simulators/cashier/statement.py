"""The lines of a platform's bill file for one day, with the faults that are switched on."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from portal.simulators.book import SHANGHAI
from portal.simulators.cashier.till import TRADE_NO_LENGTHS, Till


@dataclass(frozen=True)
class Line:
    """A payment, or a refund when `refund_number` is set."""

    trade_no: str
    number: str
    subject: str
    fen: int
    total_fen: int
    at: datetime
    refund_number: str = ""
    refund_trade_no: str = ""


def lines(till: Till, *, gateway: str, day: date, faults: Collection[str]) -> list[Line]:
    """What happened on the day, nothing before it is over. Each fault touches one line, as far as there are lines."""
    if day >= till.now().date():
        return []
    found = _true_lines(till, gateway=gateway, day=day)
    if "late" in faults:
        before = _true_lines(till, gateway=gateway, day=day - timedelta(days=1))
        found = [*before[-1:], *found[:-1]]
    if "missing" in faults:
        found = found[1:]
    if "wrong" in faults and found:
        found[0] = replace(found[0], fen=found[0].fen + 1)
    if "doubled" in faults and found:
        found.append(found[-1])
    if "extra" in faults:
        at = datetime.combine(day, time(12), tzinfo=SHANGHAI)
        number = f"{at:%Y%m%d}".ljust(TRADE_NO_LENGTHS[gateway], "9")
        found.append(Line(trade_no=number, number="STRANGE0", subject="", fen=100, total_fen=100, at=at))
    return found


def _true_lines(till: Till, *, gateway: str, day: date) -> list[Line]:
    found = []
    for sale, refund in till.on(day, gateway=gateway):
        line = Line(sale.trade_no, sale.number, sale.subject, sale.fen, sale.fen, sale.paid_at or till.now())
        if refund:
            line = replace(
                line, fen=refund.fen, at=refund.at, refund_number=refund.number, refund_trade_no=refund.trade_no
            )
        found.append(line)
    return found
