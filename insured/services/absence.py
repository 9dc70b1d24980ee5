"""Staff say when they are away and when they are back."""

from datetime import date

from insured.models import StaffAbsence
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction


@business_transaction
def mark_absent(*, starts_on: date, ends_on: date, by: User) -> StaffAbsence:
    """Be away from a day to a day, both included; said twice it stands once. BusinessRuleError for a day gone by."""
    if starts_on < clock.today() or ends_on < starts_on:
        raise BusinessRuleError(Reason("absence.dates"))
    absence, _ = StaffAbsence.objects.get_or_create(user=by, starts_on=starts_on, ends_on=ends_on, ended_at=None)
    return absence


@business_transaction
def come_back(*, by: User) -> None:
    """End every absence of one's own that is in force or still to come."""
    StaffAbsence.objects.of(by).filter(ends_on__gte=clock.today(), ended_at__isnull=True).update(ended_at=clock.now())
