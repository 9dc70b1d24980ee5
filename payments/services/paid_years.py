"""The coverage years of a resident's record that are paid for and not given back; a return costs none of them again."""

from collections.abc import Sequence
from datetime import date

from insured.models import CoveragePeriod, Enrollment
from insured.policy.comeback import PaidYear
from payments.models import Bill, ContributionRecord
from payments.services.history import GIVEN_BACK
from payments.services.refundable import asked_back


def paid_years(enrollment: Enrollment, *, since: int, besides: str = "") -> dict[int, PaidYear]:
    """From that coverage year on; what the bill of the application `besides` was paid with does not count.

    One statement where nothing is paid, at most five.
    """
    rows = ContributionRecord.objects.filter(
        enrollment=enrollment, scheme="390", is_received=True, period_starts_on__gte=date(since, 1, 1)
    )
    records = list(rows.exclude(kind__in=GIVEN_BACK).order_by("pk"))
    if not records:
        return {}
    own = _years_of(besides)
    gone = asked_back(records)
    paid = {
        row.period_starts_on.year: row.paid_on
        for row in records
        if not row.personal_fen or gone[row.pk] < row.personal_fen
    }
    begun = _begun(enrollment, years=sorted(paid))
    return {
        year: PaidYear(paid_on=on, begins_on=begun.get(year)) for year, on in sorted(paid.items()) if year not in own
    }


def _years_of(basis: str) -> set[int]:
    if not basis:
        return set()
    bills = Bill.objects.exclude(status=Bill.VOID).filter(basis=basis)
    return {first.year for first in bills.values_list("period_starts_on", flat=True)}


def _begun(enrollment: Enrollment, *, years: Sequence[int]) -> dict[int, date]:
    """Coverage year → the first day that was covered in it, or would have been but for a stop."""
    periods = list(CoveragePeriod.objects.filter(enrollment=enrollment).values_list("starts_on", "ends_on"))
    begun: dict[int, date] = {}
    for year in years:
        touching = [first for first, last in periods if first.year <= year and (last is None or last.year >= year)]
        if touching:
            begun[year] = max(min(touching), date(year, 1, 1))
    return begun
