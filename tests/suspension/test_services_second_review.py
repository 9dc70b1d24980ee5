"""A second pair of eyes: referring, confirming, sending back; and the supervisor who puts a case back."""

from datetime import date

import pytest

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

    def test_is_never_done_by_who_referred_it(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        factories.StaffAssignment.objects.create(
            user=caseworker, area=area, role="reviewer", starts_on=date(2020, 1, 1)
        )

        with pytest.raises(BusinessRuleError) as refused:
            decided(self.referred(resident, caseworker), by=caseworker, action="confirm")

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

    assert under_review == {reviewer.display_name: set(), supervisor.display_name: {"release"}}
    assert offered(reviewer) == {"confirm", "send_back"}
    assert offered(caseworker) == offered(supervisor) == set()
