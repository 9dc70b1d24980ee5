"""What the staff do: take, release, decide."""

import secrets
from datetime import date

import pytest
import time_machine

from insured.models import AreaPolicy, InsuredPerson
from insured.policy.dates import Month
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from portal.notifications.models import Delivery, Message
from suspension.models import Application
from suspension.policy.transitions import Action, State
from suspension.services import desk, effect
from suspension.services.facts import read_stop_case
from tests import factories
from tests.suspension.cases import decided, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


class TestTake:
    def test_puts_a_name_on_the_case(self, resident: InsuredPerson, caseworker: User, assert_statements) -> None:
        application = filed(resident)

        with assert_statements(8):
            taken(application, by=caseworker)

        application.refresh_from_db()
        assert (application.state, application.taken_by) == (State.UNDER_REVIEW, caseworker)

    def test_is_refused_to_the_second(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        application = filed(resident)
        taken(application, by=caseworker)

        with pytest.raises(ConflictError) as refused:
            taken(application, by=factories.staff(area=area, name="孙经办"))

        assert refused.value.reasons[0].params["who"] == "何经办"

    def test_is_refused_in_another_area(self, resident: InsuredPerson) -> None:
        elsewhere = factories.staff(area=factories.area(code="119902", name="邻州市"))

        with pytest.raises(BusinessRuleError) as refused:
            taken(filed(resident), by=elsewhere)

        assert [reason.code for reason in refused.value.reasons] == ["desk.not-your-area"]

    def test_is_refused_to_a_reviewer(self, resident: InsuredPerson, reviewer: User) -> None:
        with pytest.raises(BusinessRuleError):
            taken(filed(resident), by=reviewer)

    def test_can_be_undone_by_its_holder_only(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        application = taken(filed(resident), by=caseworker)
        with pytest.raises(ConflictError):
            desk.release(number=application.number or "", version=application.version, by=factories.staff(area=area))

        desk.release(number=application.number or "", version=application.version, by=caseworker)

        application.refresh_from_db()
        assert (application.state, application.taken_by) == (State.SUBMITTED, None)


class TestApprove:
    def test_stops_a_resident_on_the_day_of_approval(self, resident: InsuredPerson, caseworker: User) -> None:
        """T1: filed 2026-03-10, approved 2026-03-11, effective at once."""
        application = taken(filed(resident), by=caseworker)

        with time_machine.travel("2026-03-11T02:00:00Z", tick=False):
            decided(application, by=caseworker)

        application.refresh_from_db()
        enrollment, period = resident.enrollments.get(), resident.periods.get()
        assert (application.state, application.effective_on) == (State.COMPLETED, date(2026, 3, 11))
        assert (enrollment.status, enrollment.paused_on) == ("2", date(2026, 3, 11))
        assert period.ends_on == date(2026, 3, 10)
        assert "2026年3月11日" in Message.objects.get(dedupe_key__contains=":4:").body

    def test_keeps_to_its_budget(self, resident: InsuredPerson, caseworker: User, assert_statements) -> None:
        application = taken(filed(resident), by=caseworker)

        with assert_statements(20):
            decided(application, by=caseworker)

    def test_tells_once_for_approval_with_effect(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)

        decided(application, by=caseworker)

        assert Message.objects.filter(subject_number=application.number).count() == 2
        assert Delivery.objects.filter(template="stop_approved", channel="sms").count() == 1

    def test_waits_for_a_later_month(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident, stop_month=date(2026, 4, 1)), by=caseworker)

        decided(application, by=caseworker)

        application.refresh_from_db()
        assert (application.state, application.effective_on) == (State.APPROVED, date(2026, 5, 1))
        assert resident.enrollments.get().status == "1"

    def test_takes_nothing_away_when_the_review_is_slow(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident, stop_month=date(2026, 3, 1)), by=caseworker)

        with time_machine.travel("2026-04-20T02:00:00Z", tick=False):
            decided(application, by=caseworker)

        application.refresh_from_db()
        assert application.effective_on == date(2026, 4, 20)
        assert resident.periods.get().ends_on == date(2026, 4, 19)

    def test_asks_the_rules_again(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)
        resident.enrollments.update(status="2")

        with pytest.raises(BusinessRuleError) as refused:
            decided(application, by=caseworker)

        assert refused.value.reasons[0].code == "stop.not-active"
        assert Application.objects.get(pk=application.pk).state == State.UNDER_REVIEW

    def test_sent_twice_has_one_outcome(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)
        token = secrets.token_urlsafe(24)
        decided(application, by=caseworker, token=token)

        with pytest.raises(AlreadyDone):
            decided(application, by=caseworker, token=token)

    def test_is_refused_to_who_did_not_take_the_case(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        application = taken(filed(resident), by=caseworker)

        with pytest.raises(ConflictError) as refused:
            decided(application, by=factories.staff(area=area, name="孙经办"))

        assert refused.value.reasons[0].code == "case.not-yours"

    def test_is_refused_before_anybody_took_the_case(self, resident: InsuredPerson, caseworker: User) -> None:
        with pytest.raises(ConflictError):
            decided(filed(resident), by=caseworker)

    def test_is_refused_on_a_stale_page(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)
        application.version -= 1

        with pytest.raises(ConflictError):
            decided(application, by=caseworker)


class TestReturnAndReject:
    def test_a_return_names_the_fields_and_the_last_day(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)

        decided(application, by=caseworker, action="return", fields=("material",), text="身份证照片不清楚")

        application.refresh_from_db()
        assert application.state == State.RETURNED
        assert application.returned_fields == ["material"]
        assert application.correction_due_on == date(2026, 3, 31)
        assert "证明材料" in Message.objects.get(dedupe_key__contains=":4:").body

    @pytest.mark.parametrize(
        ("fields", "text"), [((), "不清楚"), (("material",), ""), (("state",), "不清楚"), (("applicant",), "x")]
    )
    def test_a_return_without_fields_or_words_is_refused(
        self, resident: InsuredPerson, caseworker: User, fields: tuple[str, ...], text: str
    ) -> None:
        application = taken(filed(resident), by=caseworker)

        with pytest.raises(BusinessRuleError):
            decided(application, by=caseworker, action="return", fields=fields, text=text)

    def test_a_rejection_tells_the_reason_and_leaves_coverage(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)

        decided(application, by=caseworker, action="reject", code="reason-mismatch", text="您已退休，请办理在职转退休")

        application.refresh_from_db()
        assert application.state == State.REJECTED
        assert resident.enrollments.get().status == "1"
        assert "停缴原因不符" in Message.objects.get(dedupe_key__contains=":4:").body

    def test_a_rejection_needs_code_and_words(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)

        with pytest.raises(BusinessRuleError):
            decided(application, by=caseworker, action="reject", code="", text="不行")

    def test_only_decisions_are_taken(self, resident: InsuredPerson, caseworker: User) -> None:
        application = taken(filed(resident), by=caseworker)

        with pytest.raises(ValueError, match="no decision"):
            decided(application, by=caseworker, action=Action.COMPLETE)


class TestEffect:
    def approved(self, resident: InsuredPerson, caseworker: User) -> Application:
        return decided(taken(filed(resident, stop_month=date(2026, 4, 1)), by=caseworker), by=caseworker)

    def test_is_written_when_its_day_comes(self, resident: InsuredPerson, caseworker: User) -> None:
        application = self.approved(resident, caseworker)
        with time_machine.travel("2026-04-30T15:59:00Z", tick=False):
            assert effect.apply_due_effects() == 0

        with time_machine.travel("2026-04-30T16:01:00Z", tick=False):
            assert effect.apply_due_effects() == 1

        application.refresh_from_db()
        assert application.state == State.COMPLETED
        assert resident.enrollments.get().paused_on == date(2026, 5, 1)
        assert resident.periods.get().ends_on == date(2026, 4, 30)

    def test_waits_for_its_day_even_when_it_is_asked_for(self, resident: InsuredPerson, caseworker: User) -> None:
        application = self.approved(resident, caseworker)

        assert not effect.apply_effect(application.number or "")

        application.refresh_from_db()
        assert application.state == State.APPROVED
        assert resident.enrollments.get().status == "1"

    def test_keeps_its_day_when_the_job_runs_late(self, resident: InsuredPerson, caseworker: User) -> None:
        self.approved(resident, caseworker)

        with time_machine.travel("2026-05-09T02:00:00Z", tick=False):
            effect.apply_due_effects()

        assert resident.periods.get().ends_on == date(2026, 4, 30)

    def test_is_written_once(self, resident: InsuredPerson, caseworker: User) -> None:
        application = self.approved(resident, caseworker)

        with time_machine.travel("2026-05-01T02:00:00Z", tick=False):
            assert effect.apply_effect(application.number or "")
            assert not effect.apply_effect(application.number or "")

        assert application.events.filter(action="complete").count() == 1

    def test_becomes_void_when_the_rules_no_longer_allow_it(self, resident: InsuredPerson, caseworker: User) -> None:
        application = self.approved(resident, caseworker)
        resident.is_deceased = True
        resident.save()

        with time_machine.travel("2026-05-01T02:00:00Z", tick=False):
            effect.apply_due_effects()

        application.refresh_from_db()
        assert application.state == State.VOIDED
        assert resident.enrollments.get().status == "1"

    def test_is_not_lost_to_filing_days_that_changed_meanwhile(
        self, resident: InsuredPerson, caseworker: User, area: factories.PoolingArea
    ) -> None:
        application = self.approved(resident, caseworker)
        AreaPolicy.objects.create(
            area=area, effective_from=date(2026, 5, 1), stop_filing_day_from=20, stop_filing_day_to=25
        )

        with time_machine.travel("2026-05-01T02:00:00Z", tick=False):
            effect.apply_due_effects()

        application.refresh_from_db()
        assert application.state == State.COMPLETED

    def test_of_others_is_written_although_one_case_breaks(self, resident: InsuredPerson, caseworker: User) -> None:
        elsewhere = factories.area(code="119902", name="邻市")
        broken = self.approved(factories.resident(area=elsewhere), factories.staff(area=elsewhere, name="许知行"))
        application = self.approved(resident, caseworker)
        AreaPolicy.objects.filter(area=elsewhere).delete()

        with time_machine.travel("2026-05-01T02:00:00Z", tick=False):
            assert effect.apply_due_effects() == 1

        broken.refresh_from_db()
        application.refresh_from_db()
        assert (broken.state, application.state) == (State.APPROVED, State.COMPLETED)

    def test_ends_a_flexible_workers_cover_with_the_paid_month(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = factories.flexible(area=area)
        decided(taken(filed(person, stop_month=date(2026, 3, 1)), by=caseworker), by=caseworker)

        with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
            effect.apply_due_effects()

        assert person.enrollments.get().status == "2"
        assert person.periods.get().ends_on == date(2026, 3, 31)

    def test_cancels_a_prepaid_year_that_never_begins(self, resident: InsuredPerson, caseworker: User) -> None:
        factories.period(of=resident.enrollments.get(), starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))

        decided(taken(filed(resident), by=caseworker), by=caseworker)

        assert resident.periods.get(starts_on=date(2027, 1, 1)).cancelled_at is not None


class TestLapse:
    def test_closes_what_was_not_corrected_in_time(self, resident: InsuredPerson, caseworker: User) -> None:
        application = decided(
            taken(filed(resident), by=caseworker), by=caseworker, action="return", fields=("note",), text="请补充"
        )
        with time_machine.travel("2026-03-31T02:00:00Z", tick=False):
            assert effect.close_overdue() == 0

        with time_machine.travel("2026-04-01T02:00:00Z", tick=False):
            assert effect.close_overdue() == 1

        application.refresh_from_db()
        assert application.state == State.LAPSED


class TestHole:
    def test_closes_when_the_later_month_is_chosen(self, resident: InsuredPerson) -> None:
        """T1: 390 until 2026-03-31 and 310 from 2026-04-01 leave no day without cover."""
        case = read_stop_case(resident.enrollments.get(), today=date(2026, 3, 11))

        soonest, later = case.effect(None), case.effect(Month(2026, 3))

        assert case.hole(soonest).days == 21
        assert case.hole(soonest).better_stop_month == Month(2026, 3)
        assert case.hole(later).days == 0
