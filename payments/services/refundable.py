"""What of a person's payments is still theirs to ask back, and how far it is on its way."""

from collections.abc import Iterable

from payments.models import ContributionRecord, Refund
from payments.services.history import GIVEN_BACK


def asked_back(records: Iterable[ContributionRecord], *, basis: str = "") -> frozenset[int]:
    """Keys of those whose money is back or on its way, other than by the application `basis`. Two statements.

    A payment of the same months after a refund stands again.
    """
    rows = list(records)
    asked = Refund.objects.filter(record__in=rows).exclude(state=Refund.DROPPED)
    under_way = asked.exclude(basis=basis) if basis else asked
    given = ContributionRecord.objects.filter(
        enrollment__in={row.enrollment_id for row in rows}, kind__in=GIVEN_BACK
    ).values_list("enrollment_id", "period_starts_on", "period_ends_on", "pk")
    back = list(given) if not basis or not asked.filter(basis=basis).exists() else []
    return frozenset(under_way.values_list("record_id", flat=True)) | frozenset(
        row.pk
        for row in rows
        for enrollment_id, first, last, pk in back
        if enrollment_id == row.enrollment_id
        and row.period_starts_on <= first
        and last <= row.period_ends_on
        and pk > row.pk
    )


def of_application(basis: str) -> list[Refund]:
    """The refunds of an application, those that others took the place of left out."""
    if not basis:
        return []
    return list(Refund.objects.filter(basis=basis, replaced_by__isnull=True).order_by("pk"))


def is_settled(basis: str) -> bool:
    """Everything that the application gives back has arrived."""
    return not Refund.objects.unsettled().filter(basis=basis).exists()
