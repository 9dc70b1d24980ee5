"""What of a person's payments is still theirs to ask back, and how far it is on its way."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from insured.models import CoveragePeriod
from insured.policy.dates import Month, months_between
from payments.models import Bill, ContributionRecord, OrderLine, Refund
from payments.policy.amounts import total
from payments.policy.corrections import Paid, check_correction
from payments.policy.orders import State
from payments.services.funding import fundings_of
from payments.services.history import GIVEN_BACK
from payments.services.opening import employee_month, resident_year
from portal import clock
from portal.errors import BusinessRuleError

ASSESSED = ("10", "30")
"""正常缴费 and 补收: what the standards of the area say again."""


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
    """BusinessRuleError when corrections would take what carries a cover that stands. The bill is locked.

    All of it goes back by an application, which ends the cover, too.
    """
    covers = CoveragePeriod.objects.counting().filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=bill.period_starts_on),
        enrollment=bill.enrollment_id,
        starts_on__lte=Month.of(bill.period_ends_on).last_day,
    )
    if bill.enrollment_id is None or not covers.exists():
        return
    paid = Paid(
        left_fen=bill.paid_fen - bill.refunded_fen,
        late_fee_fen=bill.late_fee_fen,
        billed_fen=bill.payable_fen - bill.late_fee_fen,
        cost_fen=_cost_of(bill),
    )
    if reasons := check_correction(paid, amount_fen=amount_fen):
        raise BusinessRuleError(*reasons)


def _cost_of(bill: Bill) -> int | None:
    """What the same contribution costs by the rows of today; None for what is not assessed by them."""
    if bill.kind not in ASSESSED:
        return None
    today = clock.today()
    try:
        if bill.scheme == "390":
            year = bill.period_starts_on.year
            paid_on = bill.paid_at.astimezone(clock.SHANGHAI).date() if bill.paid_at else today
            terms = resident_year(bill.area_id, year=year, today=today)
            options = fundings_of([bill.person_id or 0], year=year, on=paid_on).get(bill.person_id or 0, ())
            return total(terms.lines(terms.best(options)), "personal") + terms.personal_fen * bill.repair_years
        months = months_between(Month.of(bill.period_starts_on), Month.of(bill.period_ends_on))
        return sum(total(employee_month(bill.area_id, month=one).flexible(), "personal") for one in months)
    except BusinessRuleError:
        return None
