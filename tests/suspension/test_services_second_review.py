"""A second pair of eyes: referring, confirming, sending back; and the supervisor who puts a case back."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from portal.notifications.models import Delivery
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import desk
from tests import factories
from tests.suspension.cases import decided, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


class TestSecondReview:
    def referred(self, resident: InsuredPerson, caseworker: User) -> Application:
        return decided(taken(filed(resident), by=caseworker), by=caseworker, action="refer", text="请复核")

    def test_is_confirmed_by_a_reviewer(self, resident: InsuredPerson, caseworker: User, reviewer: User) -> None:
        application = decided(self.referred(resident, caseworker), by=reviewer, action="confirm")

        application.refresh_from_db()
        assert (application.state, application.decided_by) == (State.COMPLETED, reviewer)
        assert resident.enrollments.get().status == "2"
        assert Delivery.objects.filter(template="stop_approved").count() == 2

    def test_goes_back_to_the_caseworker_with_a_reason(
        self, resident: InsuredPerson, caseworker: User, reviewer: User
    ) -> None:
        application = self.referred(resident, caseworker)
        with pytest.raises(BusinessRuleError):
            decided(application, by=reviewer, action="send_back")

        application = decided(application, by=reviewer, action="send_back", text="请核对参保时段")

        assert (application.state, application.taken_by) == (State.UNDER_REVIEW, caseworker)

    def test_is_never_done_by_who_referred_it(self, resident: InsuredPerson, caseworker: User) -> None:
        """The posts clash, but somebody may change over from one to the other with the case still theirs."""
        application = self.referred(resident, caseworker)
        caseworker.assignments.update(role="reviewer")

        with pytest.raises(BusinessRuleError) as refused:
            decided(application, by=caseworker, action="confirm")

        assert refused.value.reasons[0].code == "desk.second-reviewer"

    def test_is_refused_to_a_caseworker(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        with pytest.raises(BusinessRuleError) as refused:
            decided(self.referred(resident, caseworker), by=factories.staff(area=area), action="confirm")

        assert refused.value.reasons[0].code == "desk.not-your-area"

    def test_asks_the_rules_again(self, resident: InsuredPerson, caseworker: User, reviewer: User) -> None:
        application = self.referred(resident, caseworker)
        resident.enrollments.update(status="2")

        with pytest.raises(BusinessRuleError):
            decided(application, by=reviewer, action="confirm")


class TestForcedReview:
    """A stop month that is over when the desk decides takes cover away that the person has had."""

    @pytest.fixture
    def late(self, area: factories.PoolingArea, caseworker: User) -> Iterator[Application]:
        person = factories.flexible(area=area)
        case = taken(filed(person, stop_month=date(2026, 3, 1)), by=caseworker)
        with time_machine.travel("2026-04-08T02:00:00Z", tick=False):
            yield case

    def test_turns_an_approval_into_a_referral_with_its_reason(self, late: Application, caseworker: User) -> None:
        decided(late, by=caseworker, text="材料齐全")

        late.refresh_from_db()
        event = late.events.get(version=late.version)
        assert (late.state, late.decided_by) == (State.SECOND_REVIEW, None)
        assert (event.action, event.reason_code, event.text) == ("refer", "second.back-dated", "材料齐全")
        assert late.enrollment.status == "1"
        assert not Delivery.objects.filter(template="stop_approved").exists()

    def test_is_ended_by_another_person_only(self, late: Application, caseworker: User, reviewer: User) -> None:
        referred = decided(late, by=caseworker)
        caseworker.assignments.update(role="reviewer")

        with pytest.raises(BusinessRuleError) as refused:
            decided(referred, by=caseworker, action="confirm")
        confirmed = decided(referred, by=reviewer, action="confirm")

        assert refused.value.reasons[0].code == "desk.second-reviewer"
        assert (confirmed.state, confirmed.decided_by) == (State.COMPLETED, reviewer)

    def test_is_asked_for_again_after_it_was_sent_back(
        self, late: Application, caseworker: User, reviewer: User
    ) -> None:
        back = decided(decided(late, by=caseworker), by=reviewer, action="send_back", text="请核对停缴月份")

        assert decided(back, by=caseworker).state == State.SECOND_REVIEW


def test_a_supervisor_puts_anybodys_case_back(
    resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
) -> None:
    application = taken(filed(resident), by=caseworker)

    released = desk.release(
        number=application.number or "",
        version=application.version,
        by=factories.staff(area=area, role="supervisor", name="钱主管"),
    )

    assert (released.state, released.events.get(version=released.version).role) == (State.SUBMITTED, "supervisor")


def test_the_desk_offers_each_role_its_buttons(
    resident: InsuredPerson, caseworker: User, reviewer: User, area: factories.PoolingArea, client_of
) -> None:
    supervisor = factories.staff(area=area, role="supervisor", name="钱主管")
    application = taken(filed(resident), by=caseworker)

    def offered(who: User) -> set[str]:
        page = client_of(who).get(f"/admin/suspension/application/{application.number}/review/")
        return set(page.context["case"].actions)

    under_review = {who.display_name: offered(who) for who in (reviewer, supervisor)}
    decided(application, by=caseworker, action="refer")

    assert under_review == {reviewer.display_name: set(), supervisor.display_name: {"release", "hand_over"}}
    assert offered(reviewer) == {"confirm", "send_back"}
    assert offered(caseworker) == offered(supervisor) == set()
