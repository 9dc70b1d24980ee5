"""What of a person's payments is still theirs to ask back."""

from collections.abc import Iterable

from payments.models import ContributionRecord
from payments.services.history import GIVEN_BACK


def asked_back(records: Iterable[ContributionRecord]) -> frozenset[int]:
    """Keys of those whose money is back; a payment of the same months after a refund stands again. One statement."""
    rows = list(records)
    given = ContributionRecord.objects.filter(
        enrollment__in={row.enrollment_id for row in rows}, kind__in=GIVEN_BACK
    ).values_list("enrollment_id", "period_starts_on", "period_ends_on", "pk")
    back = [(enrollment_id, first, last, pk) for enrollment_id, first, last, pk in given]
    return frozenset(
        row.pk
        for row in rows
        for enrollment_id, first, last, pk in back
        if enrollment_id == row.enrollment_id
        and row.period_starts_on <= first
        and last <= row.period_ends_on
        and pk > row.pk
    )
