"""The coverage years of a resident's record that are paid for and not given back; a return costs none of them again."""

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
    begun = _begun(enrollment, since=since)
    return {
        year: PaidYear(paid_on=on, begins_on=begun.get(year)) for year, on in sorted(paid.items()) if year not in own
    }


def _years_of(basis: str) -> set[int]:
    if not basis:
        return set()
    bills = Bill.objects.exclude(status=Bill.VOID).filter(basis=basis)
    return {first.year for first in bills.values_list("period_starts_on", flat=True)}


def _begun(enrollment: Enrollment, *, since: int) -> dict[int, date]:
    """Coverage year → the first day that was covered in it, or would have been but for a stop."""
    found: dict[int, date] = {}
    periods = CoveragePeriod.objects.filter(enrollment=enrollment, ends_on__gte=date(since, 1, 1))
    for starts_on, ends_on in periods.values_list("starts_on", "ends_on"):
        for year in range(max(starts_on.year, since), ends_on.year + 1):
            begins = max(starts_on, date(year, 1, 1))
            found[year] = min(found.get(year, begins), begins)
    return found
