"""滞纳金 of a unit that pays late, and the amount for a month it did not declare (domain rule 2.4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.policy.amounts import Line, percent
from portal.errors import Reason
from portal.money import share

ART_86 = "社会保险法第86条"
ART_62 = "社会保险法第62条"
DAILY_RATE = Decimal("0.0005")
UNDECLARED = Decimal("1.10")


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFee:
    """Days late and what they cost, in fen; rounded once. `reason` is the sum in words."""

    days: int
    amount_fen: int
    reason: Reason

    def line(self, *, principal_fen: int, rate: Decimal = DAILY_RATE) -> Line:
        """The same as a line of a statement."""
        return Line(part="late_fee", amount_fen=self.amount_fen, reason=self.reason, base_fen=principal_fen, rate=rate)


def days_late(*, due_on: date, paid_on: date) -> int:
    """The due day is not counted, the day of payment is; the due day does not move for a weekend."""
    return max((paid_on - due_on).days, 0)


def late_fee(
    principal_fen: int, *, due_on: date, paid_on: date, rate: Decimal = DAILY_RATE, is_capped: bool = True
) -> LateFee:
    """What a unit pays on top of `principal_fen` still unpaid; never more than that where the cap is on."""
    days = days_late(due_on=due_on, paid_on=paid_on)
    full_fen = share(principal_fen, rate=rate * days)
    params = {"principal_fen": principal_fen, "rate": percent(rate), "days": days, "amount_fen": full_fen}
    if is_capped and full_fen > principal_fen:
        capped = {**params, "amount_fen": principal_fen}
        return LateFee(days=days, amount_fen=principal_fen, reason=Reason("bill.late-fee-capped", capped, ART_86))
    return LateFee(days=days, amount_fen=full_fen, reason=Reason("bill.late-fee", params, ART_86))


def undeclared_line(last_month_fen: int, *, factor: Decimal = UNDECLARED) -> Line:
    """The one line of a month that a unit did not declare: the last month's amount times the factor."""
    params = {"last_fen": last_month_fen, "factor": percent(factor)}
    return Line(
        part="unit",
        amount_fen=share(last_month_fen, rate=factor),
        reason=Reason("bill.undeclared", params, ART_62),
    )
