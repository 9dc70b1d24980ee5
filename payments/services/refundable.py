"""What of a person's payments is still theirs to ask back, and how far it is on its way."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from insured.models import CoveragePeriod
from insured.policy.dates import Month
from payments.models import Bill, ContributionRecord, OrderLine, Refund
from payments.policy.orders import State
from payments.services.history import GIVEN_BACK
from portal.errors import BusinessRuleError, Reason


def bill_of(record: ContributionRecord) -> Bill | None:
    """The bill that this record was paid by; None for what was paid before the hall kept bills."""
    return (
        Bill.objects.filter(
            enrollment=record.enrollment_id,
            kind=record.kind,
            period_starts_on=record.period_starts_on,
            period_ends_on=record.period_ends_on,
            paid_fen__gt=0,
        )
        .exclude(status=Bill.VOID)
        .order_by("-pk")
        .first()
    )


def goes_back_by_itself(records: Iterable[ContributionRecord]) -> bool:
    """Whether all of it goes back the way it came, so that no bank account is needed."""
    bills = [bill_of(one) for one in records]
    return all(bill is not None and _online_left(bill) >= bill.paid_fen - bill.refunded_fen for bill in bills)


def lines_of(bill: Bill) -> list[OrderLine]:
    """What platforms, banks and personal accounts have paid of it: each takes back its own."""
    paid = OrderLine.objects.filter(bill=bill, order__state=State.PAID)
    return list(paid.select_related("order").order_by("-pk"))


def _online_left(bill: Bill) -> int:
    return sum(line.amount_fen - line.refunded_fen for line in lines_of(bill))


def asked_back(records: Iterable[ContributionRecord], *, basis: str = "") -> Mapping[int, int]:
    """Key of each payment → fen of it that are back or on their way, other than by the application `basis`.

    Two statements. A payment of the same months after a refund stands again.
    """
    rows = list(records)
    found = Refund.objects.filter(record__in=rows).exclude(state=Refund.DROPPED)
    asked = list(found.exclude(state=Refund.RETURNED, replaced_by__isnull=False))
    given = ContributionRecord.objects.filter(
        enrollment__in={row.enrollment_id for row in rows}, kind__in=GIVEN_BACK
    ).values_list("enrollment_id", "period_starts_on", "period_ends_on", "pk", "personal_fen")
    back = list(given) if not basis or not any(one.basis == basis for one in asked) else []
    gone: dict[int, int] = {}
    for row in rows:
        others = [one for one in asked if one.record_id == row.pk and not (basis and one.basis == basis)]
        done = sum(one.amount_fen for one in others if one.state == Refund.DONE)
        booked = sum(
            -fen
            for enrollment_id, first, last, pk, fen in back
            if enrollment_id == row.enrollment_id
            and row.period_starts_on <= first
            and last <= row.period_ends_on
            and pk > row.pk
        )
        under_way = sum(one.amount_fen for one in others if one.state != Refund.DONE)
        gone[row.pk] = under_way + max(done, booked)
    return gone


def of_application(basis: str) -> list[Refund]:
    """The refunds of an application, those that others took the place of left out."""
    if not basis:
        return []
    return list(Refund.objects.filter(basis=basis, replaced_by__isnull=True).select_related("order").order_by("pk"))


def gone_to(record: ContributionRecord) -> tuple[str, ...]:
    """Where the money of a payment has gone back to, in words. One statement."""
    done = Refund.objects.filter(record=record, state=Refund.DONE).select_related("order").order_by("pk")
    return tuple(dict.fromkeys(one.goes_to for one in done))


def is_settled(basis: str) -> bool:
    """Everything that the application gives back has arrived."""
    return not Refund.objects.unsettled().filter(basis=basis).exists()


def given_back_fen(basis: str) -> int:
    """What has gone out on an application: less than was granted where finance has dropped a refund."""
    return sum(one.amount_fen for one in of_application(basis) if one.state == Refund.DONE)


def check_cover(bill: Bill, *, amount_fen: int) -> None:
    """BusinessRuleError for the last of what was paid for months that are covered: an application ends that, too."""
    covers = CoveragePeriod.objects.counting().filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=bill.period_starts_on),
        enrollment=bill.enrollment_id,
        starts_on__lte=Month.of(bill.period_ends_on).last_day,
    )
    is_last = amount_fen == bill.paid_fen - bill.refunded_fen
    if is_last and bill.enrollment_id is not None and covers.exists():
        raise BusinessRuleError(Reason("refund.cover-stands", {"most_fen": amount_fen - 1}))
