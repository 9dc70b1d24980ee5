"""Take, approve, reject and withdraw at the same moment: one outcome each, and everybody else is told why not."""

import secrets
from collections import Counter
from datetime import date
from functools import partial
from typing import Any

import pytest

from insured.models import InsuredPerson, PoolingArea, StaffAbsence
from portal.accounts.models import User
from portal.notifications.models import Delivery, Message
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import Action, State
from suspension.services import assigning, bulk, desk, stop
from tests import factories
from tests.races.crowd import Call, Outcome, at_most, crowd, shown
from tests.results import Report, size
from tests.suspension.cases import filed, taken

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]
OTHERS: dict[str, dict[str, Any]] = {
    "reject": {"code": "not-eligible", "text": "材料与系统记录不一致。"},
    "return": {"fields": ("contact_phone",), "text": "请核对联系电话。"},
}


def under_review(area: PoolingArea, *, by: User) -> Application:
    return taken(filed(factories.resident(area=area)), by=by)


def decision(application: Application, *, by: User, action: str = "approve", token: str = "", **more: Any) -> Call:
    return partial(
        desk.decide,
        desk.Decision(action=Action(action), **more),
        number=application.number or "",
        version=application.version,
        token=token or secrets.token_urlsafe(24),
        by=by,
    )


def messages(application: Application, *, after: int) -> int:
    """Messages in the hall about steps after this version."""
    keys = Message.objects.filter(subject_number=application.number).values_list("dedupe_key", flat=True)
    return sum(int(key.split(":")[2]) > after for key in keys)


def test_64_approvals_of_one_application_have_one_winner(report: Report, area: PoolingArea, caseworker: User) -> None:
    at_once, rounds, total = at_most(size(plain=16, full=64)), size(plain=5, full=50), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            case = under_review(area, by=caseworker)
            outcome = people.run([decision(case, by=caseworker) for _ in range(at_once)])
            total.add(outcome)
            assert len(outcome.won) == 1
            assert case.events.filter(action=Action.APPROVE).count() == 1
            assert messages(case, after=case.version) == 1

    shown(report, "approve", at_once=at_once, rounds=rounds, outcome=total)
    assert len(total.won) == rounds
    assert ApplicationEvent.objects.filter(action=Action.APPROVE).count() == rounds
    assert sum(total.refused.values()) == rounds * (at_once - 1)
    assert Delivery.objects.filter(template="stop_approved").count() == 2 * rounds


@pytest.mark.parametrize("other", OTHERS)
def test_approve_against_another_decision_has_one_outcome(
    report: Report, area: PoolingArea, caseworker: User, other: str
) -> None:
    rounds, total, ended = size(plain=10, full=100), Outcome(), Counter[str]()

    with crowd(2) as people:
        for _ in range(rounds):
            case = under_review(area, by=caseworker)
            calls = [decision(case, by=caseworker), decision(case, by=caseworker, action=other, **OTHERS[other])]
            outcome = people.run(calls)
            total.add(outcome)
            assert len(outcome.won) == 1
            assert messages(case, after=case.version) == 1
            case.refresh_from_db()
            ended[case.state] += 1

    split = ", ".join(f"{state} {count}" for state, count in sorted(ended.items()))
    shown(report, f"approve against {other} ({split})", at_once=2, rounds=rounds, outcome=total)


def test_withdraw_against_the_desk_has_one_outcome(report: Report, area: PoolingArea, caseworker: User) -> None:
    """The desk takes and approves in one go while the applicant withdraws."""
    rounds, total, ended = size(plain=10, full=100), Outcome(), Counter[str]()

    def take_and_approve(case: Application) -> Application:
        return decision(taken(case, by=caseworker), by=caseworker)()

    with crowd(2) as people:
        for _ in range(rounds):
            case = filed(factories.resident(area=area))
            person = case.person
            withdrawal = partial(
                stop.withdraw, number=case.number or "", version=case.version, by=factories.account_of(person)
            )
            outcome = people.run([partial(take_and_approve, case), withdrawal])
            total.add(outcome)
            assert len(outcome.won) == 1
            case.refresh_from_db()
            ended[case.state] += 1
            is_withdrawn = case.state == State.WITHDRAWN
            assert person.enrollments.get().status == ("1" if is_withdrawn else "2" if case.completed_at else "1")
            assert messages(case, after=2) == 1

    split = ", ".join(f"{state} {count}" for state, count in sorted(ended.items()))
    shown(report, f"approve against withdraw ({split})", at_once=2, rounds=rounds, outcome=total)
    assert set(ended) <= {State.WITHDRAWN, State.APPROVED, State.COMPLETED}


def test_64_who_take_one_case_leave_one_holder(report: Report, area: PoolingArea) -> None:
    at_once, rounds, total = at_most(size(plain=16, full=64)), size(plain=5, full=20), Outcome()
    staff = [factories.staff(area=area, name=f"何经办{no}") for no in range(at_once)]

    with crowd(at_once) as people:
        for _ in range(rounds):
            case = filed(factories.resident(area=area))
            outcome = people.run(
                [partial(desk.take, number=case.number or "", version=case.version, by=user) for user in staff]
            )
            total.add(outcome)
            (winner,) = outcome.won
            case.refresh_from_db()
            assert isinstance(winner, Application)
            assert case.taken_by_id == winner.taken_by_id
            assert case.events.filter(action=Action.TAKE).count() == 1

    shown(report, "take", at_once=at_once, rounds=rounds, outcome=total)
    assert set(total.refused) == {"ConflictError"}


def test_the_same_decision_from_two_tabs_goes_to_the_first_result(
    report: Report, area: PoolingArea, caseworker: User
) -> None:
    """One form sent twice carries one token; two tabs carry two. Both together, and each once more later."""
    rounds, total = size(plain=10, full=50), Outcome()

    with crowd(4) as people:
        for _ in range(rounds):
            case = under_review(area, by=caseworker)
            tokens = [secrets.token_urlsafe(24) for _ in range(2)]
            calls = [decision(case, by=caseworker, token=token) for token in tokens * 2]
            outcome, later = people.run(calls), people.run(calls)
            total.add(outcome)
            total.add(later)
            assert len(outcome.won) == 1
            assert not later.won
            assert messages(case, after=case.version) == 1

    shown(report, "two tabs × two clicks, and late", at_once=4, rounds=rounds, outcome=total)
    assert set(total.refused) == {"AlreadyDone", "ConflictError"}


def test_people_of_different_cases_do_not_wait_for_each_other(
    report: Report, area: PoolingArea, caseworker: User
) -> None:
    at_once, rounds, total = at_most(16), size(plain=2, full=10), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            cases = [under_review(area, by=caseworker) for _ in range(at_once)]
            outcome = people.run([decision(case, by=caseworker) for case in cases])
            total.add(outcome)

    shown(report, "approve, each another case", at_once=at_once, rounds=rounds, outcome=total)
    assert len(total.won) == at_once * rounds
    assert InsuredPerson.objects.count() == at_once * rounds


def test_one_bulk_run_by_many_decides_each_case_once(report: Report, area: PoolingArea, caseworker: User) -> None:
    """The button pressed twice, in two tabs, again after a crash: as many runs at once."""
    at_once, rounds, total = at_most(size(plain=4, full=16)), size(plain=2, full=10), Outcome()

    with crowd(at_once) as people:
        for _ in range(rounds):
            cases = [under_review(area, by=caseworker) for _ in range(5)]
            picks = [bulk.Pick(case.number or "", case.version) for case in cases]
            chosen = bulk.prepare(picks, token=secrets.token_urlsafe(24), by=caseworker)
            total.add(people.run([partial(bulk.run, chosen.number, by=caseworker)] * at_once))
            ended = Counter(chosen.lines.values_list("outcome", flat=True))
            assert ended == {"approved": 4, "kept_back": 1}
            assert sum(case.events.filter(action=Action.APPROVE).count() for case in cases) == 4
            assert sum(messages(case, after=case.version) for case in cases) == 4

    shown(report, "one bulk, run by many", at_once=at_once, rounds=rounds, outcome=total)


def test_free_against_decide_has_one_outcome(report: Report, area: PoolingArea, caseworker: User) -> None:
    """The sweep frees an absent holder's case while the holder, back again, decides it."""
    rounds, total, ended = size(plain=10, full=50), Outcome(), Counter[str]()

    with crowd(2) as people:
        for _ in range(rounds):
            case = under_review(area, by=caseworker)
            StaffAbsence.objects.get_or_create(
                user=caseworker, starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 12), ended_at=None
            )
            total.add(people.run([decision(case, by=caseworker), partial(assigning.free, case.number or "")]))
            case.refresh_from_db()
            ended[case.state] += 1
            assert case.events.filter(version__gt=case.version).count() == 0
            assert case.events.filter(action__in=[Action.APPROVE, Action.RELEASE]).count() == 1

    split = ", ".join(f"{state} {count}" for state, count in sorted(ended.items()))
    shown(report, f"approve against free ({split})", at_once=2, rounds=rounds, outcome=total)
    assert set(ended) <= {State.SUBMITTED, State.APPROVED, State.COMPLETED}
