"""生效前取消: filed, decided, and too late."""

import secrets
from datetime import date

import pytest
import time_machine

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError, ConflictError
from portal.notifications.models import Delivery, Message
from suspension.models import Application
from suspension.policy.cancel import CancelFacts, check_cancel
from suspension.policy.transitions import State
from suspension.services import effect, stop
from tests import factories
from tests.suspension.cases import approved, cancel_filed, decided, filed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.mark.parametrize(
    ("state", "effective_on", "codes"),
    [
        ("approved", date(2026, 3, 11), []),
        ("approved", date(2026, 3, 10), ["cancel.too-late"]),
        ("completed", date(2026, 3, 10), ["cancel.too-late"]),
        ("submitted", None, ["cancel.nothing-to-cancel"]),
        ("voided", date(2026, 4, 1), ["cancel.nothing-to-cancel"]),
        ("voided", date(2026, 3, 1), ["cancel.nothing-to-cancel", "cancel.too-late"]),
    ],
)
def test_only_a_stop_that_waits_for_its_day_is_cancelled(state: str, effective_on: date, codes: list[str]) -> None:
    facts = CancelFacts(state=state, state_name="…", effective_on=effective_on, filed_on=date(2026, 3, 10))

    assert [reason.code for reason in check_cancel(facts)] == codes


class TestFiling:
    def test_gives_a_number_and_a_promised_day_of_its_own(self, resident: InsuredPerson, caseworker: User) -> None:
        stopped = approved(resident, by=caseworker)

        own = cancel_filed(stopped)

        assert (own.state, own.item, own.refers_to_id) == (State.SUBMITTED, "cancel-stop", stopped.pk)
        assert own.number != stopped.number
        assert own.due_on == date(2026, 3, 17)
        assert Delivery.objects.filter(template="cancel-stop_submitted").count() == 2
        assert stopped.number in Message.objects.get(subject_number=own.number).body

    def test_keeps_to_its_budget(self, resident: InsuredPerson, caseworker: User, assert_statements) -> None:
        stopped = approved(resident, by=caseworker)

        with assert_statements(16):
            cancel_filed(stopped)

    def test_sent_twice_leads_to_the_first(self, resident: InsuredPerson, caseworker: User) -> None:
        stopped, token = approved(resident, by=caseworker), secrets.token_urlsafe(24)
        own = cancel_filed(stopped, token=token)

        with pytest.raises(AlreadyDone) as repeated:
            cancel_filed(stopped, token=token)

        assert own.number in repeated.value.address

    def test_is_refused_a_second_time(self, resident: InsuredPerson, caseworker: User) -> None:
        stopped = approved(resident, by=caseworker)
        cancel_filed(stopped)

        with pytest.raises(ConflictError) as refused:
            cancel_filed(stopped)

        assert refused.value.reasons[0].code == "stop.already-open"

    def test_is_refused_on_the_day(self, resident: InsuredPerson, caseworker: User) -> None:
        stopped = approved(resident, by=caseworker)

        with time_machine.travel("2026-05-01T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
            cancel_filed(stopped)

        assert refused.value.reasons[0].code == "cancel.too-late"

    def test_wants_a_reason(self, resident: InsuredPerson, caseworker: User) -> None:
        with pytest.raises(BusinessRuleError):
            cancel_filed(approved(resident, by=caseworker), note="  ")

    def test_is_not_for_a_case_that_is_no_stop(self, resident: InsuredPerson, caseworker: User) -> None:
        with pytest.raises(BusinessRuleError):
            cancel_filed(cancel_filed(approved(resident, by=caseworker)))

    def test_can_be_withdrawn_and_the_stop_goes_on(self, resident: InsuredPerson, caseworker: User) -> None:
        stopped = approved(resident, by=caseworker)
        own = cancel_filed(stopped)

        stop.withdraw(number=own.number or "", version=own.version, by=factories.account_of(resident))

        stopped.refresh_from_db()
        assert stopped.state == State.APPROVED


class TestApproval:
    def test_voids_the_stop_and_leaves_coverage(self, resident: InsuredPerson, caseworker: User) -> None:
        stopped = approved(resident, by=caseworker)

        own = decided(taken(cancel_filed(stopped), by=caseworker), by=caseworker)

        own.refresh_from_db()
        stopped.refresh_from_db()
        assert (own.state, stopped.state) == (State.COMPLETED, State.VOIDED)
        assert resident.enrollments.get().status == "1"
        assert resident.periods.get().ends_on == date(2026, 12, 31)
        assert Delivery.objects.filter(template="cancel-stop_approved").count() == 2
        assert "医保照常" in Message.objects.get(subject_number=stopped.number, title="停缴已取消").body

    def test_keeps_to_its_budget(self, resident: InsuredPerson, caseworker: User, assert_statements) -> None:
        own = taken(cancel_filed(approved(resident, by=caseworker)), by=caseworker)

        with assert_statements(20):
            decided(own, by=caseworker)

    def test_makes_room_for_another_stop(self, resident: InsuredPerson, caseworker: User) -> None:
        decided(taken(cancel_filed(approved(resident, by=caseworker)), by=caseworker), by=caseworker)

        assert filed(resident).state == State.SUBMITTED

    def test_is_in_time_on_a_late_desk_when_it_was_filed_in_time(
        self, resident: InsuredPerson, caseworker: User
    ) -> None:
        stopped = approved(resident, by=caseworker)
        own = taken(cancel_filed(stopped), by=caseworker)
        with time_machine.travel("2026-05-04T02:00:00Z", tick=False):
            assert effect.apply_due_effects() == 0

            decided(own, by=caseworker)
            assert effect.apply_due_effects() == 0

        stopped.refresh_from_db()
        assert stopped.state == State.VOIDED
        assert resident.enrollments.get().status == "1"
        assert resident.periods.get().ends_on == date(2026, 12, 31)

    def test_has_nothing_to_return(self, resident: InsuredPerson, caseworker: User) -> None:
        own = taken(cancel_filed(approved(resident, by=caseworker)), by=caseworker)

        with pytest.raises(BusinessRuleError) as refused:
            decided(own, by=caseworker, action="return", fields=("note",), text="请补充")

        assert refused.value.reasons[0].code == "desk.not-correctable"
        assert Application.objects.get(pk=own.pk).state == State.UNDER_REVIEW


class TestHold:
    """While a cancellation is open the stop waits, beyond its day."""

    def test_leaves_the_stop_when_it_is_asked_for_by_number(self, resident: InsuredPerson, caseworker: User) -> None:
        stopped = approved(resident, by=caseworker)
        cancel_filed(stopped)

        with time_machine.travel("2026-05-01T02:00:00Z", tick=False):
            assert not effect.apply_effect(stopped.number or "")

        stopped.refresh_from_db()
        assert stopped.state == State.APPROVED

    def test_takes_no_place_in_a_run(self, resident: InsuredPerson, caseworker: User) -> None:
        cancel_filed(approved(resident, by=caseworker))
        other = approved(factories.resident(area=resident.enrollments.get().area, name="周慧兰"), by=caseworker)

        with time_machine.travel("2026-05-01T02:00:00Z", tick=False):
            assert effect.apply_due_effects(limit=1) == 1

        other.refresh_from_db()
        assert other.state == State.COMPLETED

    @pytest.mark.parametrize("end", ["rejected", "withdrawn"])
    def test_ends_with_the_cancellation_and_the_day_stays(
        self, end: str, resident: InsuredPerson, caseworker: User
    ) -> None:
        stopped = approved(resident, by=caseworker)
        own = cancel_filed(stopped)
        with time_machine.travel("2026-05-04T02:00:00Z", tick=False):
            assert effect.apply_due_effects() == 0
            if end == "rejected":
                decided(taken(own, by=caseworker), by=caseworker, action="reject", code="other", text="材料不符。")
            else:
                stop.withdraw(number=own.number or "", version=own.version, by=factories.account_of(resident))

            assert effect.apply_due_effects() == 1

        stopped.refresh_from_db()
        assert stopped.state == State.COMPLETED
        assert resident.enrollments.get().paused_on == date(2026, 5, 1)
        assert resident.periods.get().ends_on == date(2026, 4, 30)
