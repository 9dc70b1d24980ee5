"""Answers to questions that lower apps ask by a name in the settings, and whom a session acts for."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from insured.models import Employer, InsuredPerson, PoolingArea, StaffAssignment
from insured.policy.roles import Right, StaffRole
from insured.services.accounts import link_account
from insured.services.staff import duties_of
from portal import clock
from portal.accounts.models import User

ACTING_FOR = "acting_for"
"""Where a session keeps the 人员编号 of the relative; it goes with the session at the log-out."""
WORKING_FOR = "working_for"
"""Where a session keeps the 单位编号 of the unit it works for."""
RESETTING_ROLES = frozenset({"caseworker", "supervisor"})
STRANGER_ROLES = frozenset({"supervisor", "administrator"})
"""Who may reset an account that nobody in the register stands behind."""


def area_codes_of(user: User, *, right: str) -> frozenset[str]:
    """Codes of the pooling areas in which a post of today gives this right (settings.STAFF_AREA_CODES)."""
    return duties_of(user).codes_with(Right(right))


def roles_of(user: User, *, area_code: str = "") -> frozenset[str]:
    """Roles the staff member holds today in the area, or in any area without one (settings.STAFF_ROLES)."""
    duties = duties_of(user)
    if not area_code:
        return duties.roles
    area_id = PoolingArea.objects.filter(code=area_code).values_list("pk", flat=True).first()
    return frozenset(role for where, role in duties.pairs if where == area_id)


def area_code_of(user: User) -> str:
    """Code of the pooling area of the person behind the account; empty without one (settings.AREA_CODE_OF)."""
    found = InsuredPerson.objects.visible_to(user).filter(user=user).values_list("area__code", flat=True)
    return found.first() or ""


def area_names() -> dict[str, str]:
    """Code → name of every pooling area (settings.AREA_NAMES)."""
    return dict(PoolingArea.objects.order_by("code").values_list("code", "name"))


def audited_by(user: User) -> QuerySet[User]:
    """Who holds or held a post in the areas where the staff member is auditor today (settings.STAFF_AUDITED)."""
    areas = StaffAssignment.objects.held_by(user, on=clock.today()).filter(role=StaffRole.AUDITOR).values("area_id")
    return User.objects.filter(pk__in=StaffAssignment.objects.filter(area__in=areas).values("user_id"))


def may_reset(staff: User, *, account: User) -> bool:
    """Whether a caseworker or supervisor of the person's area may reset this account (settings.STAFF_MAY_RESET).

    The person is the one linked to the account, and the one with its ID: when they live in two areas, both are asked
    for. An account without any is reset by supervisors and system administrators only, of whichever area.
    """
    duties = duties_of(staff)
    behind = Q(user=account) | Q(id_index=account.id_index) if account.id_index else Q(user=account)
    areas = set(InsuredPerson.objects.filter(behind).values_list("area_id", flat=True))
    if not areas:
        return bool(duties.roles & STRANGER_ROLES)
    return areas <= {area_id for area_id, role in duties.pairs if role in RESETTING_ROLES}


def link_person(user: User, *, name: str, resident_id: str) -> None:
    """A new account is its insured person's, when there is one by this ID and name (settings.ACCOUNT_OPENED)."""
    link_account(user, name=name, resident_id=resident_id)


def unit_of(request: HttpRequest) -> Employer | None:
    """The unit this session works for: the chosen one, or the only one. The agency is asked at every request."""
    if not isinstance(request.user, User):
        return None
    mine = list(Employer.objects.visible_to(request.user).select_related("area").order_by("number"))
    if len(mine) == 1:
        return mine[0]
    return next((one for one in mine if one.number == request.session.get(WORKING_FOR)), None)


def work_for(request: HttpRequest, employer: Employer | None) -> None:
    """From now on this session works for the unit, or for none until one is chosen."""
    request.session[WORKING_FOR] = employer.number if employer else ""


def acting_person(request: HttpRequest) -> InsuredPerson | None:
    """The relative whom this session acts for (代办), None for oneself. The consent is asked at every request."""
    number = request.session.get(ACTING_FOR) if request.user.is_authenticated else None
    if not number or not isinstance(request.user, User):
        return None
    asked = vars(request)
    if "acting_person" not in asked:
        asked["acting_person"] = InsuredPerson.objects.acted_for_by(request.user).filter(number=number).first()
    person: InsuredPerson | None = asked["acting_person"]
    return person


def act_for(request: HttpRequest, person: InsuredPerson | None) -> None:
    """From now on this session acts for the relative, or for oneself again."""
    if person is None:
        request.session.pop(ACTING_FOR, None)
    else:
        request.session[ACTING_FOR] = person.number
