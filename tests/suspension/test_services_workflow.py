"""Moving a case: the state and the version stand in the WHERE, whatever the service looked at before."""

import pytest

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.errors import ConflictError
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import Action, Role, State
from suspension.services import desk
from suspension.services.workflow import Actor, move
from tests.suspension import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


def test_a_stale_case_is_not_moved_though_its_state_is_the_same(resident: InsuredPerson, caseworker: User) -> None:
    stale = cases.filed(resident)
    taken = cases.taken(stale, by=caseworker)
    desk.release(number=taken.number or "", version=taken.version, by=caseworker)
    stale = Application(pk=stale.pk, number=stale.number, state=State.SUBMITTED, version=stale.version)

    with pytest.raises(ConflictError) as refused:
        move(stale, action=Action.TAKE, by=Actor(caseworker, Role.CASEWORKER))

    assert refused.value.reasons[0].code == "case.somebody-first"
    assert refused.value.reasons[0].params["did"] == "退回待办"
    assert ApplicationEvent.objects.filter(application=stale).count() == 3


def test_a_case_whose_state_changed_is_not_moved_though_its_version_is_the_same(
    resident: InsuredPerson, caseworker: User
) -> None:
    found = cases.filed(resident)
    Application.objects.filter(pk=found.pk).update(state=State.WITHDRAWN)

    with pytest.raises(ConflictError):
        move(found, action=Action.TAKE, by=Actor(caseworker, Role.CASEWORKER))

    found.refresh_from_db()
    assert (found.state, found.version) == (State.WITHDRAWN, 2)


def test_an_edge_that_is_not_drawn_is_refused(resident: InsuredPerson, caseworker: User) -> None:
    found = cases.filed(resident)

    with pytest.raises(ConflictError) as refused:
        move(found, action=Action.APPROVE, by=Actor(caseworker, Role.CASEWORKER))

    assert refused.value.reasons[0].code == "case.not-possible"


def test_another_role_cannot_take_the_edge(resident: InsuredPerson, caseworker: User) -> None:
    found = cases.filed(resident)

    with pytest.raises(PermissionError):
        move(found, action=Action.TAKE, by=Actor(caseworker, Role.REVIEWER))


def test_an_edge_that_needs_a_reason_wants_one(resident: InsuredPerson, caseworker: User) -> None:
    found = cases.taken(cases.filed(resident), by=caseworker)

    with pytest.raises(ValueError, match="needs a reason"):
        move(found, action=Action.REJECT, by=Actor(caseworker, Role.CASEWORKER))
