"""连续和累计缴费年限: how many months somebody has paid for, counted from the periods of the payments."""

from collections.abc import Iterable
from dataclasses import dataclass

from insured.policy.dates import Length, Month, MonthSpan, months_between


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidSpan:
    """Months, both ends included, and what was received for them in all, in fen; a refund takes it back to nothing."""

    first: Month
    last: Month
    received_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidYears:
    """累计 and 连续 up to a month; `ahead` are months paid for beyond it, which count when they come."""

    total: Length
    continuous: Length
    since: Month | None
    until: Month | None
    ahead: int

    @property
    def run(self) -> MonthSpan | None:
        """The months of 连续, to be read; None when there are none."""
        return MonthSpan(self.since, self.until) if self.since and self.until else None


def paid_years(spans: Iterable[PaidSpan], *, through: Month) -> PaidYears:
    """Every month counts once, whatever the scheme and however often it was paid.

    连续 is the run of months without a missing one that ends with the newest month paid for, up to `through`.
    """
    months: set[Month] = set()
    for span in spans:
        if span.received_fen > 0:
            months.update(months_between(span.first, span.last))
    due = {month for month in months if month <= through}
    until = max(due, default=None)
    since = until
    while since is not None and since + -1 in due:
        since = since + -1
    run = until.months_after(since) + 1 if until and since else 0
    return PaidYears(
        total=Length(len(due)), continuous=Length(run), since=since, until=until, ahead=len(months) - len(due)
    )
