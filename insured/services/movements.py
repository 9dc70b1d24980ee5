"""Read what changed in a person's coverage: 账户变动, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from insured.models import CoveragePeriod
from insured.policy.dates import next_day
from insured.services.overview import Coverage
from portal.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One change on a day; `number` is the application behind it, or empty."""

    day: date
    reason: Reason
    tone: str
    number: str = ""


def movements(coverages: Iterable[Coverage], *, day: date) -> tuple[Movement, ...]:
    """Everything that has happened up to that day, from periods that were already read: no statement."""
    found: list[Movement] = []
    for one in coverages:
        periods = list(one.enrollment.periods.all())
        renewed = {period.starts_on for period in periods}
        for period in periods:
            found += _of_period(period, scheme=one.enrollment.get_scheme_display(), renewed=renewed)
    return tuple(sorted((one for one in found if one.day <= day), key=lambda one: one.day, reverse=True))


def _of_period(period: CoveragePeriod, *, scheme: str, renewed: set[date]) -> Iterator[Movement]:
    """Its beginning, and its end unless the next period follows without a day between."""
    yield Movement(day=period.starts_on, reason=Reason("movement.began", {"scheme": scheme}), tone="ok")
    if period.ends_on is None or next_day(period.ends_on) in renewed:
        return
    params = {"scheme": scheme, "last": period.ends_on}
    code = "movement.stopped" if period.closed_by else "movement.expired"
    yield Movement(day=next_day(period.ends_on), reason=Reason(code, params), tone="warn", number=period.closed_by)
