"""连续和累计缴费年限: how many months somebody has paid for, counted from the periods of the payments."""

from collections.abc import Iterable
from dataclasses import dataclass

from insured.policy.dates import Length, Month, MonthSpan, months_between
from insured.policy.years import TRANSFER, Credit, months_of, run_until, sort_months

BASIC = ("310", "390")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidSpan:
    """Months, both ends included, and what was received for them in all, in fen; a refund takes it back to nothing."""

    first: Month
    last: Month
    received_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidYears:
    """累计 and 连续 up to a month; `ahead` are months paid for beyond it, which count when they come.

    `total` is made of what was paid in this hall, what was transferred in and what is deemed; each month is in one of
    them. `bridged` are missing months between what was transferred and what was paid here that break nothing.
    """

    total: Length
    own: Length
    transferred: Length
    deemed: Length
    continuous: Length
    since: Month | None
    until: Month | None
    ahead: int
    bridged: int = 0

    @property
    def paid(self) -> Length:
        """实际缴费: here or elsewhere."""
        return Length(self.own.months + self.transferred.months)

    @property
    def has_credits(self) -> bool:
        """Whether anything counts that was not paid in this hall."""
        return self.paid.months + self.deemed.months > self.own.months

    @property
    def run(self) -> MonthSpan | None:
        """The months of 连续, to be read; None when there are none."""
        return MonthSpan(self.since, self.until) if self.since and self.until else None


def paid_years(
    spans: Iterable[PaidSpan], *, through: Month, credited: Iterable[Credit] = (), grace: int = 0
) -> PaidYears:
    """Every month counts once, whatever the scheme, the source, and however often it was paid.

    连续 is the run of months without a missing one that ends with the newest month paid for, up to `through`; at most
    `grace` missing months behind a transfer break nothing. 视同缴费 counts for 累计 only.
    """
    months: set[Month] = set()
    for span in spans:
        if span.received_fen > 0:
            months.update(months_between(span.first, span.last))
    due = {month for month in months if month <= through}
    rows = list(credited)
    found = sort_months(due, credited=rows, schemes=BASIC)
    until = max(found.paid, default=None)
    transferred = months_of(rows, source=TRANSFER, schemes=BASIC)
    run = run_until(until, months=found.paid, transferred=transferred, grace=grace)
    return PaidYears(
        total=Length(len(found.total)),
        own=Length(len(found.own)),
        transferred=Length(len(found.transferred)),
        deemed=Length(len(found.deemed)),
        continuous=Length(run.months),
        since=run.since,
        until=until,
        ahead=len(months) - len(due),
        bridged=run.bridged,
    )
