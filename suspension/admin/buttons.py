"""What somebody may do with a case at the desk, and which case comes next."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from insured.models import Enrollment, FamilyRelation
from insured.services.staff import duties_of
from portal.accounts.models import User
from suspension import items
from suspension.models import Application
from suspension.policy.transitions import Action, Role, State, actions
from suspension.services.desk import DECISIONS
from suspension.services.walk_in import CHANNEL, COUNTER_ITEMS

DESK_ACTIONS = frozenset({Action.TAKE, Action.RELEASE, Action.HAND_OVER, *DECISIONS})
"""The actions that the desk has a service for."""


REFUSALS = "refused_cases"
"""Where the session keeps the cases that this person may not handle, the last one first."""
MOST_REFUSALS = 50


def passed_over(request: HttpRequest, *numbers: str) -> list[str]:
    """These cases and those refused before: what comes next is none of them."""
    return list(dict.fromkeys([*numbers, *request.session.get(REFUSALS, [])]))


def pass_over(request: HttpRequest, number: str) -> None:
    """Keep in mind that this person was refused the case."""
    request.session[REFUSALS] = passed_over(request, number)[:MOST_REFUSALS]


def desk_actions(application: Application, *, user: User) -> frozenset[Action]:
    """The buttons: what the table allows the roles held in this area.

    After somebody took it, a caseworker's are theirs alone; a reviewer's are never theirs.
    """
    duties, is_holder = duties_of(user), application.taken_by_id == user.pk
    is_open_to = {
        Role.CASEWORKER: is_holder or application.taken_by_id is None,
        Role.REVIEWER: not is_holder,
        Role.SUPERVISOR: True,
    }
    possible = {
        action
        for role, is_open in is_open_to.items()
        if is_open and duties.has(role, area_id=application.area_id)
        for action in actions(application.state, role=role)
    }
    if not items.ITEMS[application.item].is_correctable:
        possible.discard(Action.RETURN)
    return DESK_ACTIONS & possible


def counter_actions(application: Application, *, user: User) -> frozenset[Action]:
    """What may be done for the person of a window case who comes again, by a caseworker of its area."""
    is_ours = application.channel == CHANNEL and application.item in COUNTER_ITEMS
    is_own = application.person.user_id == user.pk
    if not is_ours or is_own or not duties_of(user).has(Role.CASEWORKER, area_id=application.area_id):
        return frozenset()
    return frozenset(actions(application.state, role=Role.COUNTER))


def next_number(user: User, *, besides: Iterable[str] = ()) -> str:
    """The case to go on with: one's own first, then the waiting one that is due first, then what waits for a reviewer.

    Empty when none is left. One statement, by index, and only where one has the role; `besides` are passed over, and
    what is one's own, a relative's or a colleague's, which check_reviewer would refuse.
    """
    pairs = duties_of(user).pairs
    areas = {role: [area_id for area_id, held in pairs if held == role] for role in (Role.CASEWORKER, Role.REVIEWER)}
    cases = Application.objects.in_charge_of(user).exclude(number__in=besides).by_due_day()
    others = cases.exclude(applicant=user).exclude(person__user=user).exclude(_is_close_to(user))
    if user.id_index:
        others = others.exclude(person__id_index=user.id_index)
    waiting = others.filter(state=State.SUBMITTED, area_id__in=areas[Role.CASEWORKER])
    second = others.filter(state=State.SECOND_REVIEW, area_id__in=areas[Role.REVIEWER]).exclude(taken_by=user)
    mine = cases.filter(state=State.UNDER_REVIEW, taken_by=user)
    by_role = ((Role.CASEWORKER, mine), (Role.CASEWORKER, waiting), (Role.REVIEWER, second))
    lists = [found for role, found in by_role if areas[role]]
    if not lists:
        return ""
    firsts = [Subquery(found.values("number")[:1]) for found in lists]
    return str(User.objects.filter(pk=user.pk).values_list(Coalesce(*firsts, Value("")), flat=True).get())


def _is_close_to(user: User) -> Q:
    """The person or the applicant is a relative, or the person a member of the same ordinary unit."""
    known = FamilyRelation.objects.exclude(declined_at__isnull=False, consented_at__isnull=True)
    one, other = known.filter(relative__user=user), known.filter(person__user=user)
    colleagues = Enrollment.objects.active().filter(person__user=user, employer__kind="01")
    return (
        Q(Exists(one.filter(person=OuterRef("person"))))
        | Q(Exists(one.filter(person__user=OuterRef("applicant"))))
        | Q(Exists(other.filter(relative=OuterRef("person"))))
        | Q(Exists(other.filter(relative__user=OuterRef("applicant"))))
        | Q(Exists(colleagues.filter(employer=OuterRef("enrollment__employer"))))
    )
