"""Staff say when they are away and when they are back; a supervisor says it for those who cannot."""

from datetime import date

from django.db.models import QuerySet

from insured.models import StaffAbsence, StaffAssignment
from insured.policy.roles import Right, StaffRole
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction


def supervised_by(user: User) -> QuerySet[User]:
    """The caseworkers of today in the areas where this person is supervisor, by name; oneself is none of them."""
    areas = StaffAssignment.objects.areas_with(user, Right.SUPERVISE)
    posts = StaffAssignment.objects.valid_on(clock.today()).filter(area__in=areas, role=StaffRole.CASEWORKER)
    found = User.objects.filter(pk__in=posts.values("user"), is_active=True).exclude(pk=user.pk)
    return found.order_by("display_name", "id")


@business_transaction
def mark_absent(*, starts_on: date, ends_on: date, by: User) -> StaffAbsence:
    """Be away from a day to a day, both included; said twice it stands once. BusinessRuleError for a day gone by."""
    return _mark(by, starts_on=starts_on, ends_on=ends_on, marked_by=None)[0]


@business_transaction
def mark_colleague_absent(user: User, *, starts_on: date, ends_on: date, by: User) -> StaffAbsence:
    """A supervisor says that a caseworker of their area is away; the caseworker is told."""
    _check_supervised(user, by=by)
    absence, is_new = _mark(user, starts_on=starts_on, ends_on=ends_on, marked_by=by)
    if is_new:
        _tell(absence, template="absence_marked", by=by)
    return absence


@business_transaction
def come_back(*, by: User) -> None:
    """End every absence of one's own that is in force or still to come."""
    StaffAbsence.objects.of(by).ahead(clock.today()).update(ended_at=clock.now())


@business_transaction
def end_colleagues_absence(absence: StaffAbsence, *, by: User) -> bool:
    """A supervisor says that a caseworker is back; who is told. False when it had ended before."""
    _check_supervised(absence.user, by=by)
    ahead = StaffAbsence.objects.ahead(clock.today()).filter(pk=absence.pk)
    if not ahead.update(ended_at=clock.now(), ended_by=by):
        return False
    _tell(absence, template="absence_ended", by=by)
    return True


def _mark(user: User, *, starts_on: date, ends_on: date, marked_by: User | None) -> tuple[StaffAbsence, bool]:
    if starts_on < clock.today() or ends_on < starts_on:
        raise BusinessRuleError(Reason("absence.dates"))
    return StaffAbsence.objects.get_or_create(
        user=user, starts_on=starts_on, ends_on=ends_on, ended_at=None, defaults={"marked_by": marked_by}
    )


def _check_supervised(user: User, *, by: User) -> None:
    if not supervised_by(by).filter(pk=user.pk).exists():
        raise BusinessRuleError(Reason("absence.not-yours"))


def _tell(absence: StaffAbsence, *, template: str, by: User) -> None:
    days = {"starts_on": absence.starts_on.isoformat(), "ends_on": absence.ends_on.isoformat()}
    tell(
        event_key=f"absence:{absence.pk}:{template}",
        template=template,
        params={"who": by.display_name, **days},
        to=Recipient(user=absence.user, phone=None, email=None, area_code=""),
        channels=(),
    )
