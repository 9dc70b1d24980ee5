"""批量审核: green cases in one go, each by the service that decides one; a share is kept back."""

from datetime import date

import pytest

from insured.models import Enrollment
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError
from portal.notifications.models import Message
from suspension.models import Application, ApplicationEvent, BulkApproval
from suspension.policy.desk import sample_size
from suspension.policy.transitions import State
from suspension.services import bulk, desk
from tests import factories
from tests.suspension.cases import filed, taken
from tests.suspension.desk_locking import prepared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.fixture
def eleven(area: factories.PoolingArea, caseworker: User) -> list[Application]:
    """As many green cases in the caseworker's hands as make a share of ten percent two."""
    return [taken(filed(factories.resident(area=area)), by=caseworker) for _ in range(11)]


def outcomes(chosen: BulkApproval) -> dict[str, str]:
    return dict(chosen.lines.values_list("application__number", "outcome"))


@pytest.mark.parametrize(
    ("count", "percent", "expected"), [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (50, 10, 5), (3, 0, 0)]
)
def test_the_share_is_rounded_up_and_never_none(count: int, percent: int, expected: int) -> None:
    assert sample_size(count, percent=percent) == expected


class TestRun:
    def test_approves_all_but_the_share_that_is_kept_back(self, eleven: list[Application], caseworker: User) -> None:
        chosen = prepared(*eleven, by=caseworker)

        bulk.run(chosen.number, by=caseworker)

        states = [Application.objects.get(pk=case.pk).state for case in eleven]
        assert (states.count(State.COMPLETED), states.count(State.UNDER_REVIEW)) == (9, 2)
        assert sorted(outcomes(chosen).values()) == ["approved"] * 9 + ["kept_back"] * 2
        kept = Application.objects.get(pk=chosen.lines.filter(outcome="kept_back")[0].application_id)
        assert kept.kept_back_at is not None
        assert kept.events.latest("version").action == "keep_back"

    def test_called_again_does_nothing_twice(self, eleven: list[Application], caseworker: User) -> None:
        chosen = prepared(*eleven, by=caseworker)
        bulk.run(chosen.number, by=caseworker)
        before, told = outcomes(chosen), Message.objects.count()

        bulk.run(chosen.number, by=caseworker)

        assert outcomes(chosen) == before
        assert Message.objects.count() == told
        assert ApplicationEvent.objects.filter(action="approve").count() == 9

    def test_goes_on_where_it_was_left(self, eleven: list[Application], caseworker: User) -> None:
        chosen = prepared(*eleven, by=caseworker)
        bulk.start(chosen.number, by=caseworker)
        first = bulk.lines_of(chosen)[0]
        bulk.settle(first, by=caseworker)
        assert list(outcomes(chosen).values()).count("waiting") == 10

        bulk.run(chosen.number, by=caseworker)

        assert "waiting" not in outcomes(chosen).values()
        assert ApplicationEvent.objects.filter(action="approve").count() == 9

    def test_keeps_at_least_one_back(self, eleven: list[Application], caseworker: User) -> None:
        chosen = prepared(eleven[0], by=caseworker)

        bulk.run(chosen.number, by=caseworker)

        assert list(outcomes(chosen).values()) == ["kept_back"]

    def test_of_what_was_kept_back_is_refused(self, eleven: list[Application], caseworker: User) -> None:
        bulk.run(prepared(eleven[0], by=caseworker).number, by=caseworker)
        again = prepared(Application.objects.get(pk=eleven[0].pk), by=caseworker)

        bulk.run(again.number, by=caseworker)

        assert list(outcomes(again).values()) == ["refused"]

    def test_passes_over_what_is_not_green_and_says_why(
        self, eleven: list[Application], area: factories.PoolingArea, caseworker: User
    ) -> None:
        red, odd, lost = eleven[:3]
        Enrollment.objects.filter(pk=red.enrollment_id).update(status="2", paused_on=date(2026, 3, 1))
        Application.objects.filter(pk=odd.pk).update(reason_code="retire")
        chosen = prepared(*eleven, by=caseworker)
        desk.release(number=lost.number or "", version=lost.version, by=caseworker)
        taken(Application.objects.get(pk=lost.pk), by=factories.staff(area=area, name="孙经办"))

        bulk.run(chosen.number, by=caseworker)

        found = {line.application_id: line for line in chosen.lines.all()}
        assert [found[case.pk].outcome for case in (red, odd, lost)] == ["refused", "refused", "lost"]
        assert "已经从2026年3月1日起停缴" in found[red.pk].text
        assert "请留意" in found[odd.pk].text
        assert "孙经办" in found[lost.pk].text
        assert sorted(outcomes(chosen).values()).count("kept_back") == 1

    def test_never_approves_what_needs_a_second_person(
        self, area: factories.PoolingArea, caseworker: User, march_10
    ) -> None:
        case = taken(filed(factories.flexible(area=area), stop_month=date(2026, 3, 1)), by=caseworker)
        march_10.move_to("2026-04-08T02:00:00Z")
        chosen = prepared(case, by=caseworker)

        bulk.run(chosen.number, by=caseworker)

        line = chosen.lines.get()
        assert (line.outcome, Application.objects.get(pk=case.pk).state) == ("refused", State.UNDER_REVIEW)
        assert "复核人" in line.text


class TestPrepare:
    def test_passes_over_cases_of_another_area(self, eleven: list[Application], caseworker: User) -> None:
        elsewhere = factories.area(code="119902", name="邻市")
        foreign = filed(factories.resident(area=elsewhere))

        chosen = prepared(eleven[0], foreign, by=caseworker)

        assert set(outcomes(chosen)) == {eleven[0].number}
        with pytest.raises(BusinessRuleError) as refused:
            prepared(foreign, by=caseworker)
        assert refused.value.reasons[0].code == "desk.nothing-chosen"

    def test_leaves_a_colleague_s_case_alone(self, area: factories.PoolingArea, caseworker: User) -> None:
        theirs = taken(filed(factories.resident(area=area)), by=factories.staff(area=area, name="孙经办"))
        chosen = prepared(theirs, by=caseworker)

        bulk.run(chosen.number, by=caseworker)

        assert list(outcomes(chosen).values()) == ["refused"]
        assert Application.objects.get(pk=theirs.pk).state == State.UNDER_REVIEW

    def test_sent_twice_leads_to_the_first(self, eleven: list[Application], caseworker: User) -> None:
        picks = [bulk.Pick(eleven[0].number or "", eleven[0].version)]
        chosen = bulk.prepare(picks, token="t" * 24, by=caseworker)

        with pytest.raises(AlreadyDone) as done:
            bulk.prepare(picks, token="t" * 24, by=caseworker)

        assert chosen.number in done.value.address

    def test_takes_no_more_than_fifty(self, area: factories.PoolingArea, caseworker: User) -> None:
        many = [filed(factories.resident(area=area)) for _ in range(bulk.MAX_CASES + 1)]

        with pytest.raises(BusinessRuleError) as refused:
            prepared(*many, by=caseworker)

        assert refused.value.reasons[0].code == "desk.too-many"

    def test_is_run_by_nobody_else(
        self, eleven: list[Application], area: factories.PoolingArea, caseworker: User
    ) -> None:
        chosen = prepared(eleven[0], by=caseworker)

        with pytest.raises(BulkApproval.DoesNotExist):
            bulk.run(chosen.number, by=factories.staff(area=area, name="孙经办"))
