"""Two at the same moment: the database lets one application be open, and the other hears it as a conflict."""

from collections.abc import Callable

import pytest

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.errors import ConflictError
from suspension.models import Application
from suspension.services import cancel, stop
from tests.suspension.cases import approved, cancel_filed, entered, filed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


def _online(person: InsuredPerson, _by: User) -> Callable[[], object]:
    filed(person)
    return lambda: filed(person)


def _at_the_counter(person: InsuredPerson, by: User) -> Callable[[], object]:
    filed(person)
    return lambda: entered(person, by=by)


def _a_cancellation(person: InsuredPerson, by: User) -> Callable[[], object]:
    stopped = approved(person, by=by)
    cancel_filed(stopped)
    return lambda: cancel_filed(stopped)


@pytest.mark.parametrize("arrange", [_online, _at_the_counter, _a_cancellation])
def test_the_second_is_a_conflict_although_the_rules_saw_nothing(
    arrange: Callable[[InsuredPerson, User], Callable[[], object]],
    resident: InsuredPerson,
    caseworker: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    second = arrange(resident, caseworker)
    monkeypatch.setattr(stop, "check_stop", lambda *_args, **_more: ())
    monkeypatch.setattr(cancel, "OPEN_STATES", ())

    with pytest.raises(ConflictError) as refused:
        second()

    assert [reason.code for reason in refused.value.reasons] == ["stop.already-open"]
    assert Application.objects.open().count() == 1
