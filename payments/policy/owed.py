"""What a person who pays month by month has not paid yet."""

from dataclasses import dataclass

from insured.policy.dates import Month, months_between


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Whole months without a payment, oldest first, and what they come to at the newest monthly amount, in fen."""

    months: tuple[Month, ...]
    monthly_fen: int

    @property
    def total_fen(self) -> int:
        return len(self.months) * self.monthly_fen


def unpaid_months(paid_through: Month | None, *, through: Month) -> tuple[Month, ...]:
    """The months up to that one which nobody has paid; nothing where it is not known what was paid."""
    return months_between(paid_through + 1, through) if paid_through else ()


def owed(*, last_paid: Month | None, this_month: Month, monthly_fen: int) -> Owed:
    """The months after the last paid one that are over; the running month may still be paid. Nothing when unknown."""
    return Owed(months=unpaid_months(last_paid, through=this_month + -1), monthly_fen=monthly_fen)
