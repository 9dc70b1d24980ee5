"""Who stands too close to a case to handle it."""

from datetime import date

import pytest

from insured.models import EmployerAgent, InsuredPerson
from portal.accounts.models import User
from portal.crypto import blind_index
from portal.errors import BusinessRuleError
from suspension.admin.buttons import next_number
from suspension.models import Application
from suspension.policy.transitions import State
from tests import factories
from tests.payments import collecting
from tests.suspension.cases import filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


class TestConflictOfInterest:
    def caseworker_who_is(self, person: InsuredPerson, area: factories.PoolingArea) -> User:
        account = factories.account_of(person)
        account.is_staff = True
        account.save()
        factories.StaffAssignment.objects.create(user=account, area=area, role="caseworker", starts_on=date(2020, 1, 1))
        return account

    def test_keeps_one_from_ones_own_case(self, resident: InsuredPerson, area: factories.PoolingArea) -> None:
        with pytest.raises(BusinessRuleError) as refused:
            taken(filed(resident), by=self.caseworker_who_is(resident, area))

        assert refused.value.reasons[0].code == "desk.own-case"

    def test_knows_ones_own_case_by_the_id_where_nobody_tied_the_account_to_the_person(
        self, resident: InsuredPerson, caseworker: User
    ) -> None:
        User.objects.filter(pk=caseworker.pk).update(id_index=resident.id_index)
        caseworker.refresh_from_db()

        with pytest.raises(BusinessRuleError) as refused:
            taken(filed(resident), by=caseworker)

        assert [reason.code for reason in refused.value.reasons] == ["desk.own-case"]
        assert next_number(caseworker) == ""

    def test_keeps_one_from_a_case_with_ones_own_phone(self, resident: InsuredPerson, caseworker: User) -> None:
        application = filed(resident)
        caseworker.phone = application.contact_phone
        caseworker.phone_index = blind_index(caseworker.phone or "", purpose="phone")
        User.objects.exclude(pk=caseworker.pk).update(phone=None, phone_index=None)
        caseworker.save()

        with pytest.raises(BusinessRuleError) as refused:
            taken(application, by=caseworker)

        assert [reason.code for reason in refused.value.reasons] == ["desk.own-contact"]

    def test_keeps_one_from_a_refund_to_ones_own_account(
        self, resident: InsuredPerson, area: factories.PoolingArea
    ) -> None:
        insured = factories.resident(area=area, name="周同")
        other = self.caseworker_who_is(insured, area)
        number = collecting.account(insured).number
        application = filed(resident)
        Application.objects.filter(pk=application.pk).update(refund_account=number)

        with pytest.raises(BusinessRuleError) as refused:
            taken(application, by=other)

        assert [reason.code for reason in refused.value.reasons] == ["desk.own-contact"]

    @pytest.mark.parametrize("is_reversed", [False, True])
    def test_keeps_one_from_a_relatives_case(
        self, resident: InsuredPerson, area: factories.PoolingArea, is_reversed: bool
    ) -> None:
        relative = factories.resident(area=area, name="苏明")
        pair = (relative, resident) if is_reversed else (resident, relative)
        factories.relation(person=pair[0], relative=pair[1])

        with pytest.raises(BusinessRuleError) as refused:
            taken(filed(resident), by=self.caseworker_who_is(relative, area))

        assert refused.value.reasons[0].code == "desk.relatives-case"

    def test_keeps_a_colleague_of_the_unit_out(self, area: factories.PoolingArea) -> None:
        unit = factories.employer(area=area)
        applicant, colleague = factories.flexible(area=area), factories.employee(of=unit, name="周同")
        applicant.enrollments.update(employer=unit)

        with pytest.raises(BusinessRuleError) as refused:
            taken(filed(applicant, stop_month=date(2026, 3, 1)), by=self.caseworker_who_is(colleague, area))

        assert refused.value.reasons[0].code == "desk.colleagues-case"

    def test_keeps_the_units_agent_out(self, area: factories.PoolingArea, caseworker: User) -> None:
        unit = factories.employer(area=area)
        applicant = factories.flexible(area=area)
        applicant.enrollments.update(employer=unit)
        EmployerAgent.objects.create(user=caseworker, employer=unit, starts_on=date(2020, 1, 1))

        with pytest.raises(BusinessRuleError) as refused:
            taken(filed(applicant, stop_month=date(2026, 3, 1)), by=caseworker)

        assert refused.value.reasons[0].code == "desk.colleagues-case"

    def test_does_not_take_flexible_workers_for_colleagues(self, area: factories.PoolingArea) -> None:
        other = self.caseworker_who_is(factories.flexible(area=area, name="周同"), area)

        application = taken(filed(factories.flexible(area=area), stop_month=date(2026, 3, 1)), by=other)

        assert application.state == State.UNDER_REVIEW
