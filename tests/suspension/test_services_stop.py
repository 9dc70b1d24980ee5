"""What the applicant does: submit, withdraw, correct."""

import secrets
from datetime import date

import pytest
import time_machine
from django.db import connection

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from portal.notifications.models import Delivery, Message
from suspension.models import Application, ApplicationEvent, Revision
from suspension.policy.transitions import Action, State
from suspension.services import stop
from tests import factories
from tests.suspension.cases import decided, filed, prove, stop_request, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


def draft(person: InsuredPerson, **changes: object) -> Application:
    return stop.save_draft(
        stop_request(**changes), enrollment_id=person.enrollments.get().pk, by=factories.account_of(person)
    )


def send(person: InsuredPerson, *, revision: int = 1, token: str = "") -> Application:
    return stop.submit(
        enrollment_id=person.enrollments.get().pk,
        revision=revision,
        token=token or secrets.token_urlsafe(24),
        by=factories.account_of(person),
    )


class TestSubmit:
    def test_gives_a_number_a_promised_day_an_event_and_a_message(self, resident: InsuredPerson) -> None:
        draft(resident)

        application = send(resident)

        application.refresh_from_db()
        assert application.state == State.SUBMITTED
        assert application.number is not None
        assert application.number.startswith("YB20260310")
        assert application.due_on == date(2026, 3, 17)
        event = ApplicationEvent.objects.get()
        assert (event.action, event.from_state, event.to_state, event.version) == ("submit", "draft", "submitted", 2)
        assert Message.objects.get().recipient == resident.user
        assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "sms"]

    def test_leaves_coverage_untouched(self, resident: InsuredPerson) -> None:
        draft(resident)

        send(resident)

        assert resident.enrollments.get().status == "1"
        assert resident.periods.get().ends_on == date(2026, 12, 31)

    def test_keeps_what_was_sent_encrypted(self, resident: InsuredPerson) -> None:
        draft(resident, contact_phone="13912345678")
        prove("13912345678", by=factories.account_of(resident))

        send(resident)

        assert '"contact_phone": "13912345678"' in Revision.objects.get().content
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM suspension_revision")
            assert b"13912345678" not in bytes(cursor.fetchone()[0])

    def test_sent_twice_leads_to_the_first_result(self, resident: InsuredPerson) -> None:
        draft(resident)
        token = secrets.token_urlsafe(24)
        first = send(resident, token=token)

        with pytest.raises(AlreadyDone) as repeated:
            send(resident, token=token)

        assert repeated.value.address == f"/applications/{first.number}/submitted/"
        assert Application.objects.count() == 1

    def test_refuses_a_draft_that_changed_in_another_window(self, resident: InsuredPerson) -> None:
        draft(resident)
        draft(resident, reason_code="leave")

        with pytest.raises(ConflictError):
            send(resident, revision=1)

        assert Application.objects.get().state == State.DRAFT

    def test_refuses_a_second_open_application(self, resident: InsuredPerson) -> None:
        first = filed(resident)
        draft(resident)

        with pytest.raises(BusinessRuleError) as refused:
            send(resident)

        assert [reason.code for reason in refused.value.reasons] == ["stop.already-open"]
        assert refused.value.reasons[0].params["number"] == first.number

    def test_refuses_an_employee_and_names_the_unit(self, area: factories.PoolingArea) -> None:
        person = factories.employee(of=factories.employer(area=area))
        draft(person, stop_month=date(2026, 3, 1))

        with pytest.raises(BusinessRuleError) as refused:
            send(person)

        assert refused.value.reasons[0].code == "stop.through-unit"
        assert refused.value.reasons[0].params["unit"] == "示例市青禾软件有限公司"

    def test_refuses_after_coverage_was_stopped(self, resident: InsuredPerson, caseworker: User) -> None:
        decided(taken(filed(resident), by=caseworker), by=caseworker)
        draft(resident)

        with pytest.raises(BusinessRuleError) as refused:
            send(resident)

        assert refused.value.reasons[0].code == "stop.already-stopped"

    def test_refuses_somebody_else(self, resident: InsuredPerson, stranger: User) -> None:
        draft(resident)

        with pytest.raises(PermissionError):
            stop.submit(
                enrollment_id=resident.enrollments.get().pk, revision=1, token=secrets.token_urlsafe(24), by=stranger
            )

        assert ApplicationEvent.objects.count() == 0

    def test_keeps_to_its_budget(self, resident: InsuredPerson, assert_statements) -> None:
        draft(resident)

        with assert_statements(16):
            send(resident)

    def test_a_draft_is_kept_once_per_person(self, resident: InsuredPerson) -> None:
        first = draft(resident)

        second = draft(resident, note="改了主意")

        assert second.pk == first.pk
        assert second.note == "改了主意"
        assert second.revision == 2


class TestWithdraw:
    def test_takes_back_what_waits(self, resident: InsuredPerson, assert_statements) -> None:
        application = filed(resident)

        with assert_statements(8):
            stop.withdraw(
                number=application.number or "", version=application.version, by=factories.account_of(resident)
            )

        application.refresh_from_db()
        assert application.state == State.WITHDRAWN
        assert resident.enrollments.get().status == "1"

    def test_is_refused_after_approval_with_the_way_back(self, resident: InsuredPerson, caseworker: User) -> None:
        application = decided(taken(filed(resident), by=caseworker), by=caseworker)

        with pytest.raises(ConflictError) as refused:
            stop.withdraw(
                number=application.number or "", version=application.version, by=factories.account_of(resident)
            )

        assert refused.value.reasons[0].code == "case.withdraw-too-late"

    def test_is_refused_to_a_stranger(self, resident: InsuredPerson, stranger: User) -> None:
        application = filed(resident)

        with pytest.raises(PermissionError):
            stop.withdraw(number=application.number or "", version=application.version, by=stranger)

    def test_lets_a_new_application_be_filed(self, resident: InsuredPerson) -> None:
        application = filed(resident)
        stop.withdraw(number=application.number or "", version=application.version, by=factories.account_of(resident))

        again = filed(resident)

        assert again.number != application.number


class TestResubmit:
    def returned(
        self, resident: InsuredPerson, caseworker: User, *, fields: tuple[str, ...] = ("contact_phone",)
    ) -> Application:
        return decided(
            taken(filed(resident), by=caseworker),
            by=caseworker,
            action="return",
            fields=fields,
            text="电话打不通",
        )

    def again(self, application: Application, resident: InsuredPerson, **changes: object) -> Application:
        if "contact_phone" in changes:
            prove(str(changes["contact_phone"]), by=factories.account_of(resident))
        return stop.resubmit(
            stop_request(**changes),
            number=application.number or "",
            version=application.version,
            token=secrets.token_urlsafe(24),
            by=factories.account_of(resident),
        )

    def test_keeps_the_number_and_changes_only_the_named_fields(
        self, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = self.returned(resident, caseworker)

        self.again(application, resident, contact_phone="13911112222", reason_code="leave")

        application.refresh_from_db()
        assert application.state == State.SUBMITTED
        assert application.contact_phone == "13911112222"
        assert application.reason_code == "joined-310"
        assert application.taken_by is None
        assert application.revisions.count() == 2

    def test_takes_in_another_reason_and_gives_the_event_none(self, resident: InsuredPerson, caseworker: User) -> None:
        application = self.returned(resident, caseworker, fields=("reason_code",))

        self.again(application, resident, reason_code="other")

        application.refresh_from_db()
        assert application.reason_code == "other"
        assert application.events.get(action=Action.RESUBMIT).reason_code == ""

    def test_moves_the_promised_day_by_the_time_it_lay_with_the_applicant(
        self, resident: InsuredPerson, caseworker: User
    ) -> None:
        application = self.returned(resident, caseworker)

        with time_machine.travel("2026-03-24T02:00:00Z", tick=False):
            self.again(application, resident, contact_phone="13911112222")

        application.refresh_from_db()
        assert application.due_on == date(2026, 3, 31)

    def test_versions_run_without_a_gap(self, resident: InsuredPerson, caseworker: User) -> None:
        application = self.returned(resident, caseworker)
        self.again(application, resident, contact_phone="13911112222")

        versions = list(application.events.order_by("version").values_list("version", flat=True))

        assert versions == [2, 3, 4, 5]
