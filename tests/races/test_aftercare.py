"""A cancellation against the effect it wants to forestall, and the same urging twice."""

from functools import partial

import pytest
import time_machine

from insured.models import PoolingArea
from portal.accounts.models import User
from portal.notifications.models import Message
from suspension.models import Application
from suspension.policy.transitions import Action, State
from suspension.services import aftercare, effect
from tests import factories
from tests.races.crowd import Outcome, at_most, crowd, shown
from tests.races.test_decisions import decision
from tests.results import Report, size
from tests.suspension.cases import approved, cancel_filed, filed, taken

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]


def test_a_cancellation_against_the_effect_has_one_outcome(report: Report, area: PoolingArea, caseworker: User) -> None:
    """Around midnight; in every other round the day has begun already, so that the cancellation comes too late."""
    rounds, total, ended = size(plain=10, full=60), Outcome(), {State.VOIDED: 0, State.COMPLETED: 0}

    with crowd(2) as people:
        for no in range(rounds):
            stopped = approved(factories.resident(area=area), by=caseworker)
            own = taken(cancel_filed(stopped), by=caseworker)
            Application.objects.filter(pk=stopped.pk).update(effective_on="2026-03-10" if no % 2 else "2026-03-11")
            with time_machine.travel("2026-03-10T15:59:59.99Z", tick=True):
                calls = [decision(own, by=caseworker), partial(effect.apply_effect, stopped.number or "")]
                outcome = people.run(calls)
            total.add(outcome)
            stopped.refresh_from_db()
            own.refresh_from_db()
            status = stopped.person.enrollments.get().status
            if stopped.state == State.VOIDED:
                assert (own.state, status) == (State.COMPLETED, "1")
            else:
                assert (stopped.state, own.state, status) in [
                    (State.COMPLETED, State.UNDER_REVIEW, "2"),
                    (State.APPROVED, State.UNDER_REVIEW, "1"),
                ]
            assert stopped.events.filter(action__in=[Action.VOID, Action.COMPLETE]).count() <= 1
            if stopped.state in ended:
                ended[State(stopped.state)] += 1

    split = ", ".join(f"{state} {count}" for state, count in ended.items())
    total.won = list(range(sum(ended.values())))
    shown(report, f"cancel against effect ({split})", at_once=2, rounds=rounds, outcome=total)
    assert total.reasons <= {"cancel.too-late", "cancel.nothing-to-cancel"}


def test_urging_twice_at_once_is_one_urging(report: Report, area: PoolingArea, caseworker: User) -> None:
    at_once, rounds, total = at_most(8), size(plain=3, full=30), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            case = taken(filed(factories.resident(area=area)), by=caseworker)
            by = factories.account_of(case.person)
            with time_machine.travel("2026-03-18T02:00:00Z", tick=True):
                outcome = people.run([partial(aftercare.urge, number=case.number or "", by=by)] * at_once)
            total.add(outcome)
            assert len(outcome.won) == 1
            assert Message.objects.filter(recipient=caseworker, subject_number=case.number).count() == 1

    shown(report, "urge", at_once=at_once, rounds=rounds, outcome=total)
    assert set(total.refused) == {"ConflictError"}
