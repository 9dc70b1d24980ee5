"""How close a staff member stands to somebody whose money or case they handle: nobody decides for their own."""

from datetime import date

from django.db.models import Q

from insured.models import Employer, EmployerAgent, Enrollment, FamilyRelation, InsuredPerson
from portal.accounts.models import User
from portal.errors import Reason

SOURCE = "经办内控规则：利益回避"


def too_close(
    *, by: User, on: date, person: InsuredPerson | None = None, employer: Employer | None = None
) -> tuple[Reason, ...]:
    """Why this staff member leaves it to somebody else; empty when they may. A virtual unit makes no colleagues."""
    reasons = []
    if person is not None and person.user_id == by.pk:
        reasons.append(Reason("distance.own", source=SOURCE))
    if person is not None and _is_relative(person, by=by):
        reasons.append(Reason("distance.relative", source=SOURCE))
    if employer is not None and not employer.is_virtual and _is_colleague(employer, by=by, on=on):
        reasons.append(Reason("distance.colleague", source=SOURCE))
    return tuple(reasons)


def _is_relative(person: InsuredPerson, *, by: User) -> bool:
    """To end a consent makes nobody a stranger, to be refused does."""
    known = FamilyRelation.objects.exclude(declined_at__isnull=False, consented_at__isnull=True)
    return known.filter(Q(relative__user=by, person=person) | Q(person__user=by, relative=person)).exists()


def _is_colleague(employer: Employer, *, by: User, on: date) -> bool:
    """A member of the unit, or its agent."""
    return (
        Enrollment.objects.active().filter(employer=employer, person__user=by).exists()
        or EmployerAgent.objects.valid_on(on).filter(user=by, employer=employer).exists()
    )
