"""Who holds a case: handed over, reassigned by a supervisor, freed when its holder is away."""

from datetime import date

import pytest
import time_machine

from insured.models import InsuredPerson, StaffAssignment
from insured.services import absence
from portal.accounts.models import SignIn, User
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Message
from suspension import tasks
from suspension.models import Application
from suspension.policy.desk import AwayFacts, is_away
from suspension.policy.transitions import State
from suspension.services import assigning
from tests import factories
from tests.suspension.cases import entered, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.fixture
def colleague(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, name="孙经办")


@pytest.fixture
def supervisor(area: factories.PoolingArea) -> User:
    return factories.staff(area=area, role="supervisor", name="钱主管")


def given(application: Application, *, to: User, by: User, text: str = "") -> Application:
    return assigning.hand_over(number=application.number or "", version=application.version, to=to, text=text, by=by)


class TestHandOver:
    def test_names_the_colleague_in_the_history_and_tells_them(
        self, mine: Application, caseworker: User, colleague: User
    ) -> None:
        handed = given(mine, to=colleague, text="下午请假", by=caseworker)

        event = handed.events.get(version=handed.version)
        message = Message.objects.get(recipient=colleague)
        assert (handed.state, handed.taken_by) == (State.UNDER_REVIEW, colleague)
        assert (event.action, event.actor, event.text) == ("hand_over", caseworker, "转交给孙经办：下午请假")
        assert (message.subject_number, "下午请假" in message.body) == (mine.number, True)

    def test_is_the_holder_s_only(self, mine: Application, colleague: User, reviewer: User) -> None:
        for stranger_to_it in (colleague, reviewer):
            with pytest.raises(ConflictError) as refused:
                given(mine, to=colleague, by=stranger_to_it)
            assert refused.value.reasons[0].code == "case.not-yours"

    def test_by_a_supervisor_reaches_waiting_and_held_cases(
        self, mine: Application, area: factories.PoolingArea, colleague: User, supervisor: User
    ) -> None:
        waiting = filed(factories.resident(area=area))

        assert given(mine, to=colleague, by=supervisor).taken_by == colleague
        assert given(waiting, to=colleague, by=supervisor).state == State.UNDER_REVIEW
        assert waiting.events.get(action="hand_over").role == "supervisor"

    def test_of_a_waiting_case_is_refused_to_a_caseworker(
        self, resident: InsuredPerson, caseworker: User, colleague: User
    ) -> None:
        with pytest.raises(ConflictError):
            given(filed(resident), to=colleague, by=caseworker)

    def test_refuses_who_cannot_decide_it(
        self, resident: InsuredPerson, area: factories.PoolingArea, caseworker: User, colleague: User
    ) -> None:
        case = taken(entered(resident, by=colleague), by=caseworker)
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻市"), name="周经办")
        reviewer = factories.staff(area=area, role="reviewer", name="赵复核")
        away = factories.staff(area=area, name="吴经办")
        absence.mark_absent(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 10), by=away)

        codes = []
        for to in (colleague, elsewhere, reviewer, away, caseworker):
            with pytest.raises(BusinessRuleError) as refused:
                given(case, to=to, by=caseworker)
            codes.append(refused.value.reasons[0].code)

        assert codes == ["desk.cannot-receive"] * 4 + ["desk.same-person"]
        case.refresh_from_db()
        assert case.taken_by == caseworker

    def test_on_a_stale_page_changes_nothing(self, mine: Application, caseworker: User, colleague: User) -> None:
        given(mine, to=colleague, by=caseworker)
        mine.version -= 1

        with pytest.raises(ConflictError):
            given(mine, to=caseworker, by=colleague)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"idle_workdays": 1}, False),
        ({"idle_workdays": 2}, True),
        ({"idle_workdays": 2, "limit": 3}, False),
        ({"is_marked_absent": True}, True),
        ({"has_role": False}, True),
    ],
)
def test_away_is_who_left_said_so_or_did_not_come(changes: dict[str, int], expected: bool) -> None:
    plain = {"has_role": True, "is_marked_absent": False, "idle_workdays": 0, "limit": 1}

    assert is_away(AwayFacts(**plain | changes)) is expected


@pytest.mark.usefixtures("march_10", "mine")
class TestFree:
    """2026-03-10 is a Tuesday; the area frees after one whole working day without a log-in."""

    def test_puts_the_cases_of_who_did_not_come_back_into_the_queue(self, mine: Application) -> None:
        with time_machine.travel("2026-03-11T10:00:00Z"):
            assert assigning.free_cases_of_absent() == 0
        with time_machine.travel("2026-03-11T16:10:00Z"):
            assert assigning.free_cases_of_absent() == 1
            assert assigning.free_cases_of_absent() == 0

        mine.refresh_from_db()
        event = mine.events.get(version=mine.version)
        assert (mine.state, mine.taken_by) == (State.SUBMITTED, None)
        assert (event.action, event.role, event.reason_code) == ("release", "system", "desk.absent")

    def test_counts_from_the_last_log_in(self, caseworker: User) -> None:
        with time_machine.travel("2026-03-11T01:00:00Z", tick=False) as clock:
            SignIn.objects.create(user=caseworker, session_key="s", method="password")
            clock.move_to("2026-03-12T02:00:00Z")
            assert assigning.free_cases_of_absent() == 0
            clock.move_to("2026-03-13T02:00:00Z")
            assert assigning.free_cases_of_absent() == 1

    def test_does_not_count_a_weekend(self, area: factories.PoolingArea, caseworker: User) -> None:
        with time_machine.travel("2026-03-13T02:00:00Z", tick=False) as clock:
            case = taken(filed(factories.resident(area=area)), by=caseworker)
            clock.move_to("2026-03-16T02:00:00Z")
            assert not assigning.free(case.number or "")

    def test_is_at_once_for_who_said_so_and_stops_when_they_are_back(self, caseworker: User) -> None:
        absence.mark_absent(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 12), by=caseworker)
        absence.come_back(by=caseworker)
        assert assigning.free_cases_of_absent() == 0

        absence.mark_absent(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 12), by=caseworker)
        assert assigning.free_cases_of_absent() == 1

    def test_is_at_once_for_who_lost_the_role(self, caseworker: User) -> None:
        StaffAssignment.objects.filter(user=caseworker).update(ends_on=date(2026, 3, 9))

        assert assigning.free_cases_of_absent() == 1

    def test_runs_once_an_hour_from_the_clock(self, mine: Application, caseworker: User) -> None:
        absence.mark_absent(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 12), by=caseworker)

        tasks.free_cases_of_absent(is_scheduled=True)
        tasks.free_cases_of_absent(is_scheduled=True)

        assert mine.events.filter(action="release").count() == 1


class TestAbsence:
    @pytest.mark.parametrize(("first", "last"), [(9, 12), (12, 11)])
    def test_of_days_gone_by_or_turned_round_is_refused(self, first: int, last: int, caseworker: User) -> None:
        with pytest.raises(BusinessRuleError) as refused:
            absence.mark_absent(starts_on=date(2026, 3, first), ends_on=date(2026, 3, last), by=caseworker)

        assert refused.value.reasons[0].code == "absence.dates"

    def test_said_twice_stands_once(self, caseworker: User) -> None:
        first, second = (
            absence.mark_absent(starts_on=date(2026, 3, 11), ends_on=date(2026, 3, 12), by=caseworker) for _ in range(2)
        )

        assert first.pk == second.pk
