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


def owed(*, last_paid: Month | None, this_month: Month, monthly_fen: int) -> Owed:
    """The months after the last paid one that are over; the running month may still be paid. Nothing when unknown."""
    if last_paid is None or last_paid + 1 >= this_month:
        return Owed(months=(), monthly_fen=monthly_fen)
    return Owed(months=tuple(months_between(last_paid + 1, this_month + -1)), monthly_fen=monthly_fen)
