"""A dated effect that many workers find at once is written once; so is a lapse."""

from datetime import date
from functools import partial

import pytest
import time_machine

from insured.models import CoveragePeriod, PoolingArea
from portal.accounts.models import User
from portal.notifications.models import Message
from suspension.models import Application
from suspension.policy.transitions import Action, State
from suspension.services import effect
from tests import factories
from tests.races.crowd import Outcome, at_most, crowd, shown
from tests.results import Report, size
from tests.suspension.cases import decided, filed, taken

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
MARCH = date(2026, 3, 1)


def approved(area: PoolingArea, *, by: User) -> Application:
    """Approved, to take effect on 2026-04-01."""
    case = decided(taken(filed(factories.flexible(area=area), stop_month=MARCH), by=by), by=by)
    assert case.state == State.APPROVED
    return case


def test_one_effect_applied_by_many_is_written_once(report: Report, area: PoolingArea, caseworker: User) -> None:
    at_once, rounds, total = at_most(16), size(plain=3, full=30), Outcome()
    cases = [approved(area, by=caseworker) for _ in range(rounds)]

    with time_machine.travel("2026-06-02T02:00:00Z", tick=True), crowd(at_once) as people:
        for case in cases:
            outcome = people.run([partial(effect.apply_effect, case.number or "")] * at_once)
            assert sorted(outcome.won, key=bool) == [False] * (at_once - 1) + [True]
            outcome.won = [won for won in outcome.won if won]
            total.add(outcome)

    for case in cases:
        enrollment = case.person.enrollments.get()
        assert (enrollment.status, enrollment.version) == ("2", 2)
        assert case.events.filter(action=Action.COMPLETE).count() == 1
        assert CoveragePeriod.objects.get(enrollment=enrollment).closed_by == case.number
    assert Message.objects.filter(dedupe_key__contains=":5:").count() == rounds
    shown(report, "apply an effect", at_once=at_once, rounds=rounds, outcome=total)


def test_two_workers_with_the_same_list_do_each_effect_once(
    report: Report, area: PoolingArea, caseworker: User
) -> None:
    at_once, count = at_most(4), size(plain=10, full=60)
    cases = [approved(area, by=caseworker) for _ in range(count)]

    with time_machine.travel("2026-06-02T02:00:00Z", tick=True), crowd(at_once) as people:
        outcome = people.run([effect.apply_due_effects] * at_once)

    done = [won for won in outcome.won if isinstance(won, int)]
    assert sum(done) == count
    assert {case.events.filter(action=Action.COMPLETE).count() for case in cases} == {1}
    outcome.won = list(range(sum(done)))
    shown(
        report, f"apply_due_effects of {count} ({'+'.join(map(str, done))})", at_once=at_once, rounds=1, outcome=outcome
    )


def test_one_returned_case_lapses_once(report: Report, area: PoolingArea, caseworker: User) -> None:
    at_once, rounds, total = at_most(16), size(plain=3, full=20), Outcome()
    cases = [
        decided(
            taken(filed(factories.resident(area=area)), by=caseworker),
            by=caseworker,
            action="return",
            fields=("contact_phone",),
            text="请核对联系电话。",
        )
        for _ in range(rounds)
    ]

    with time_machine.travel("2026-06-02T02:00:00Z", tick=True), crowd(at_once) as people:
        for case in cases:
            outcome = people.run([partial(effect.lapse, case.number or "")] * at_once)
            assert outcome.won.count(True) == 1
            outcome.won = [won for won in outcome.won if won]
            total.add(outcome)
            assert case.events.filter(action=Action.LAPSE).count() == 1

    shown(report, "lapse", at_once=at_once, rounds=rounds, outcome=total)
