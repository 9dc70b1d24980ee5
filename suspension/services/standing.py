"""How a staff member stands to a case: in charge of it, its holder, and neither its applicant nor close to them."""

from datetime import date

from django.db.models import Q

from insured.models import EmployerAgent, Enrollment, FamilyRelation, InsuredPerson, StaffAssignment
from payments.models import BankAccount
from portal.accounts.models import User
from portal.crypto import blind_index_candidates
from portal.errors import BusinessRuleError, ConflictError, Reason
from suspension import labels
from suspension.models import Application, ApplicationEvent
from suspension.policy.desk import ReviewerFacts, check_reviewer
from suspension.policy.transitions import Role


def check_holder(application: Application, *, by: User) -> None:
    """Only the caseworker who took the case goes on with it."""
    if application.taken_by_id == by.pk:
        return
    if application.taken_by is None:
        raise ConflictError(
            Reason("case.not-possible", {"state": labels.STATES[application.state], "action": "办理（尚未接办）"})
        )
    raise ConflictError(Reason("case.not-yours", {"who": application.taken_by.display_name}))


def reviewer_reasons(
    application: Application, *, by: User, role: Role, on: date, area_id: int | None = None
) -> tuple[Reason, ...]:
    """Why this staff member may not handle the case: not their area, their own, a relative's, a colleague's, or their
    phone or account stands on it.

    `area_id` is another area that does a part of it.
    """
    return check_reviewer(
        ReviewerFacts(
            has_role=has_role(application, by=by, role=role, on=on, area_id=area_id),
            is_applicant=by.pk in (application.applicant_id, application.person.user_id)
            or _has_the_id(application.person, by=by)
            or _acted_at_the_counter(application, by=by),
            is_relative=_is_relative(application, by=by),
            is_colleague=_is_colleague(application.enrollment, by=by, on=on),
            is_contact=_is_contact(application, by=by),
        )
    )


def has_role(application: Application, *, by: User, role: Role, on: date, area_id: int | None = None) -> bool:
    """Whether the role is held on that day in the area of the case, or in that one."""
    return StaffAssignment.objects.held_by(by, on=on).filter(area=area_id or application.area_id, role=role).exists()


def check_may_handle(application: Application, *, by: User, role: Role, on: date, area_id: int | None = None) -> None:
    """BusinessRuleError with every reason of reviewer_reasons."""
    if reasons := reviewer_reasons(application, by=by, role=role, on=on, area_id=area_id):
        raise BusinessRuleError(*reasons)


def _has_the_id(person: InsuredPerson, *, by: User) -> bool:
    """The person is the staff member, though nobody has tied the account to the person of the register."""
    return bool(by.id_index) and by.id_index in blind_index_candidates(person.id_number, purpose="resident-id")


def _is_contact(application: Application, *, by: User) -> bool:
    """The phone of the application or of its person is the staff member's, or a refund would go to their account."""
    if by.phone and by.phone in (application.contact_phone, application.person.phone):
        return True
    if not application.refund_account:
        return False
    same = blind_index_candidates(application.refund_account, purpose="bank-account")
    return BankAccount.objects.visible_to(by).filter(number_index__in=same).exists()


def _is_relative(application: Application, *, by: User) -> bool:
    """Of the person or of whoever applied for them; to end a consent makes nobody a stranger, to be refused does."""
    one = Q(relative__user=by) & (Q(person=application.person_id) | Q(person__user=application.applicant_id))
    other = Q(person__user=by) & (Q(relative=application.person_id) | Q(relative__user=application.applicant_id))
    known = FamilyRelation.objects.exclude(declined_at__isnull=False, consented_at__isnull=True)
    return known.filter(one | other).exists()


def _is_colleague(enrollment: Enrollment, *, by: User, on: date) -> bool:
    """Of the same ordinary unit, as a member or as its agent; a virtual unit makes nobody colleagues."""
    if enrollment.employer.is_virtual:
        return False
    return (
        Enrollment.objects.active().filter(employer=enrollment.employer_id, person__user=by).exists()
        or EmployerAgent.objects.valid_on(on).filter(user=by, employer=enrollment.employer_id).exists()
    )


def _acted_at_the_counter(application: Application, *, by: User) -> bool:
    """Whoever entered, corrected or took in papers for the person at the counter is not the one who decides."""
    if application.channel != "window":
        return False
    return ApplicationEvent.objects.filter(application=application, actor=by, role=Role.COUNTER).exists()
