"""Read what a stop leaves: what is overdue before it, what is still to be paid after it, and what comes back."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from insured.models import Enrollment
from payments.models import Bill, ContributionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrears:
    """欠费 of one enrollment on a day, oldest first."""

    bills: tuple[Bill, ...]

    @property
    def total_fen(self) -> int:
        return sum(bill.left_fen for bill in self.bills)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """After a stop: `left_fen` is owed for the time until it, `back_fen` was paid for the time behind it."""

    left_fen: int
    back_fen: int


def arrears_of(enrollment: Enrollment, *, today: date) -> Arrears:
    """One statement."""
    bills = Bill.objects.overdue(today).filter(enrollment=enrollment, basis="")
    return Arrears(bills=tuple(bills.order_by("period_starts_on", "pk")))


def settlement_of(enrollment: Enrollment, *, last_covered_on: date, decided_on: date) -> Settlement:
    """Two statements. A year of the resident scheme that had begun when the stop was decided does not come back."""
    owed = Bill.objects.payable().filter(enrollment=enrollment, basis="", period_starts_on__lte=last_covered_on)
    behind = decided_on if enrollment.scheme == "390" else last_covered_on
    paid = ContributionRecord.objects.filter(enrollment=enrollment, is_received=True, period_starts_on__gt=behind)
    return Settlement(
        left_fen=sum(bill.left_fen for bill in owed),
        back_fen=max(paid.aggregate(total=Sum("personal_fen"))["total"] or 0, 0),
    )
