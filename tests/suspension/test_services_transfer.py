"""转移接续 from the application to the last leg: clocks, rights, messages, months, and every refusal."""

import secrets
from datetime import date

import pytest
import time_machine

from insured.models import CreditedMonths, Enrollment, HolidayOverride, InsuredPerson, PoolingArea
from insured.policy.comeback import History
from insured.policy.dates import Month
from insured.services.credits import Transferred, credit_transfer
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from portal.notifications.models import Delivery, Message
from suspension import items
from suspension.models import Application, TransferLeg
from suspension.policy.transfer import Way
from suspension.policy.transitions import State
from suspension.services import effect, legs, stop, transfer
from suspension.services.comeback import read_case
from tests import factories
from tests.payments.records import contribution
from tests.suspension import cases, transferring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


PAPER = ((Month(2021, 7), Month(2023, 12)),)
"""Thirty months, as another area's 信息表 says."""


@pytest.fixture
def there() -> PoolingArea:
    return transferring.neighbour()


@pytest.fixture
def mover(area: PoolingArea, there: PoolingArea) -> InsuredPerson:
    return transferring.mover(area=area, to=there)


@pytest.fixture
def here_staff(area: PoolingArea) -> User:
    return factories.staff(area=area, name="何经办")


@pytest.fixture
def there_staff(there: PoolingArea) -> User:
    return factories.staff(area=there, name="孙经办")


def told(template: str) -> int:
    return Delivery.objects.filter(template=template, channel="sms").count()


def test_runs_through_both_areas(mover: InsuredPerson, here_staff: User, there_staff: User) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)
    out = TransferLeg.objects.get(application=found, kind="out")

    assert (found.state, out.area.name, out.place, out.is_outside) == (State.APPROVED, "示例市", "示例市", False)
    assert out.due_on == date(2026, 3, 24)

    with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
        transferring.finished(found, "out", by=here_staff)
    out.refresh_from_db()
    coming = TransferLeg.objects.get(application=found, kind="in")
    assert (out.scheme, out.months, out.last_month) == ("310", 24, date(2025, 12, 1))
    assert (coming.area.name, coming.starts_on, coming.due_on) == ("邻州市", date(2026, 3, 20), date(2026, 3, 27))
    assert told("transfer_left") == 1

    with time_machine.travel("2026-03-23T02:00:00Z", tick=False):
        transferring.finished(found, "in", by=there_staff)
    found.refresh_from_db()
    combined = transfer.combined_of(found, out=out, today=date(2026, 3, 23))
    assert found.state == State.COMPLETED
    assert combined is not None
    assert (combined.total_months, combined.employee_months, combined.gap_months) == (26, 26, 1)
    assert combined.is_continuous
    assert (told("transfer_submitted"), told("transfer_approved"), told("transfer_completed")) == (1, 1, 1)


def test_changes_no_record(mover: InsuredPerson, here_staff: User, there_staff: User) -> None:
    before = list(Enrollment.objects.order_by("pk").values())

    found = transferring.accepted(transferring.between(mover), by=there_staff)
    transferring.finished(found, "out", by=here_staff)
    transferring.finished(found, "in", by=there_staff)

    assert list(Enrollment.objects.order_by("pk").values()) == before


def test_the_clock_skips_holidays_and_counts_working_saturdays(mover: InsuredPerson, there_staff: User) -> None:
    HolidayOverride.objects.create(day=date(2026, 3, 11), is_workday=False)
    HolidayOverride.objects.create(day=date(2026, 3, 14), is_workday=True)

    found = transferring.accepted(transferring.between(mover), by=there_staff)

    assert TransferLeg.objects.get(application=found).due_on == date(2026, 3, 24)


def test_refuses_a_record_that_is_not_stopped(area: PoolingArea) -> None:
    person = factories.resident(area=area)
    about = person.enrollments.get()

    with pytest.raises(BusinessRuleError) as refused:
        transferring.filed(person, about=about, transfer_from_id=about.pk, transfer_target="江苏省昆山市")

    assert [reason.code for reason in refused.value.reasons] == ["transfer.stop-first"]


def test_says_what_to_do_first(area: PoolingArea) -> None:
    person = factories.resident(area=area)

    found = {
        one.way: [reason.code for reason in one.reasons] for one in transfer.offers(person, today=date(2026, 3, 10))
    }

    assert found == {Way.OUT: ["transfer.stop-first"], Way.IN: []}


def test_a_stop_that_is_ahead_is_waited_for(mover: InsuredPerson) -> None:
    Enrollment.objects.filter(pk=transferring.old_of(mover).pk).update(paused_on=date(2026, 4, 1))

    with pytest.raises(BusinessRuleError) as refused:
        transferring.between(mover)

    assert [reason.code for reason in refused.value.reasons] == ["transfer.stop-ahead"]


def test_a_second_one_is_refused(mover: InsuredPerson) -> None:
    transferring.between(mover)

    with pytest.raises(BusinessRuleError) as refused:
        transferring.between(mover)

    assert [reason.code for reason in refused.value.reasons] == ["transfer.running"]


def test_to_an_area_outside_the_hall(area: PoolingArea, here_staff: User) -> None:
    person = factories.person(area=area, user=factories.user())
    old = factories.enrollment(of=person, status="2", paused_on=date(2026, 1, 1))
    factories.period(of=old, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    found = transferring.accepted(
        transferring.filed(person, about=old, transfer_from_id=old.pk, transfer_target="江苏省昆山市"), by=here_staff
    )

    transferring.finished(found, "out", by=here_staff)
    coming = TransferLeg.objects.get(application=found, kind="in")
    transferring.finished(found, "in", by=here_staff, note="昆山市医保中心来函已接续")

    found.refresh_from_db()
    assert (coming.place, coming.is_outside, coming.area) == ("江苏省昆山市", True, area)
    assert found.state == State.COMPLETED


def test_from_an_area_outside_the_hall_the_record_is_asked_for(area: PoolingArea, here_staff: User) -> None:
    person = factories.flexible(area=area)
    found = transferring.accepted(
        transferring.filed(person, about=person.enrollments.get(), transfer_source="江苏省昆山市"), by=here_staff
    )

    with pytest.raises(BusinessRuleError) as refused:
        transferring.finished(found, "out", by=here_staff)
    transferring.finished(found, "out", by=here_staff, scheme="310", months=30, spans=PAPER, balance_fen=123_45)
    transferring.finished(found, "in", by=here_staff)

    out = TransferLeg.objects.get(application=found, kind="out")
    combined = transfer.combined_of(found, out=out, today=date(2026, 3, 10))
    assert [reason.code for reason in refused.value.reasons] == ["transfer.record-needed"]
    assert (out.balance_fen, out.is_outside) == (12345, True)
    assert combined is not None
    assert (combined.total_months, combined.is_continuous) == (57, True)


def from_outside(area: PoolingArea, staff: User) -> Application:
    """Somebody covered here since 2024 whose record in another area is still to come."""
    person = factories.flexible(area=area)
    filed = transferring.filed(person, about=person.enrollments.get(), transfer_source="江苏省昆山市")
    return transferring.accepted(filed, by=staff)


@pytest.mark.parametrize(
    ("spans", "months", "codes"),
    [
        ((), 30, ["transfer.record-needed"]),
        (PAPER, 31, ["transfer.sum-differs"]),
        ((*PAPER, (Month(2023, 12), Month(2024, 1))), 32, ["transfer.spans-overlap"]),
        (((Month(2023, 12), Month(2021, 7)),), 0, ["transfer.span-backwards"]),
        (((Month(2026, 1), Month(2026, 4)),), 4, ["transfer.span-ahead"]),
        (((Month(1997, 1), Month(1997, 12)),), 12, ["transfer.span-too-early"]),
    ],
)
def test_a_paper_with_a_slip_is_refused(
    spans: tuple[tuple[Month, Month], ...], months: int, codes: list[str], area: PoolingArea, here_staff: User
) -> None:
    found = from_outside(area, here_staff)

    with pytest.raises(BusinessRuleError) as refused:
        transferring.finished(found, "out", by=here_staff, scheme="310", months=months, spans=spans)

    assert [reason.code for reason in refused.value.reasons] == codes
    assert TransferLeg.objects.get(application=found).done_at is None


class TestCredit:
    """What the paper says counts from the end of the transfer on."""

    def test_comes_with_the_last_step_once(self, area: PoolingArea, here_staff: User) -> None:
        found = from_outside(area, here_staff)

        transferring.finished(found, "out", by=here_staff, scheme="310", months=30, spans=PAPER)
        before = CreditedMonths.objects.count()
        transferring.finished(found, "in", by=here_staff)

        row = CreditedMonths.objects.get()
        assert before == 0
        assert (row.person, row.area, row.source, row.scheme) == (found.person, area, "transfer", "310")
        assert ((row.first, row.last), row.place, row.reference) == (PAPER[0], "江苏省昆山市", found.number)
        assert credit_transfer(said_of(row), by=here_staff) == 0
        assert CreditedMonths.objects.count() == 1

    def test_names_the_months_between_two_areas_of_the_hall(
        self, mover: InsuredPerson, there: PoolingArea, here_staff: User, there_staff: User
    ) -> None:
        found = transferring.accepted(transferring.between(mover), by=there_staff)

        transferring.finished(found, "out", by=here_staff)
        transferring.finished(found, "in", by=there_staff)

        row = CreditedMonths.objects.get()
        assert (row.area, row.first, row.last) == (there, Month(2024, 1), Month(2025, 12))

    def test_counts_what_was_paid_and_not_what_was_only_covered(
        self, mover: InsuredPerson, here_staff: User, there_staff: User
    ) -> None:
        old = transferring.old_of(mover)
        contribution(of=mover, first=date(2024, 6, 1), last=date(2025, 12, 1), enrollment=old)
        found = transferring.accepted(transferring.between(mover), by=there_staff)

        transferring.finished(found, "out", by=here_staff)

        out = TransferLeg.objects.get(application=found, kind="out")
        assert (out.months, out.spans) == (19, [["2024-06", "2025-12"]])

    def test_is_the_other_areas_where_somebody_leaves_the_hall(self, area: PoolingArea, here_staff: User) -> None:
        person = factories.person(area=area, user=factories.user())
        old = factories.enrollment(of=person, status="2", paused_on=date(2026, 1, 1))
        factories.period(of=old, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
        found = transferring.accepted(
            transferring.filed(person, about=old, transfer_from_id=old.pk, transfer_target="江苏省昆山市"),
            by=here_staff,
        )

        transferring.finished(found, "out", by=here_staff)
        transferring.finished(found, "in", by=here_staff)

        assert not CreditedMonths.objects.exists()

    def test_goes_on_with_the_next_transfer(self, area: PoolingArea, here_staff: User) -> None:
        found = from_outside(area, here_staff)
        transferring.finished(found, "out", by=here_staff, scheme="310", months=30, spans=PAPER)
        transferring.finished(found, "in", by=here_staff)

        scheme, months = transfer.record_in_hall(found.enrollment_id, until=date(2026, 3, 10))

        assert scheme == "310"
        assert {Month(2021, 7), Month(2023, 12), Month(2026, 3)} <= months

    def test_makes_the_planner_see_the_years(self, area: PoolingArea, here_staff: User) -> None:
        found = from_outside(area, here_staff)
        person = found.person

        def history() -> History:
            return read_case(items.RESUME, person=person, enrollment=found.enrollment, today=date(2026, 3, 10)).history

        before = history()
        transferring.finished(found, "out", by=here_staff, scheme="310", months=30, spans=PAPER)
        transferring.finished(found, "in", by=here_staff)

        after = history()
        assert after.covered_months == before.covered_months + 30
        assert set(after.covered_years) == {*before.covered_years, 2021, 2022, 2023}


def said_of(row: CreditedMonths) -> Transferred:
    """The same once more."""
    return Transferred(
        person_id=row.person_id,
        area_id=row.area_id,
        scheme=row.scheme,
        months=row.as_credit().months,
        place=row.place,
        number=row.reference,
    )


def test_only_the_area_of_a_step_records_it(mover: InsuredPerson, there_staff: User) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)

    with pytest.raises(BusinessRuleError) as refused:
        transferring.finished(found, "out", by=there_staff)

    assert [reason.code for reason in refused.value.reasons] == ["desk.not-your-area"]


def test_the_way_in_waits_for_the_way_out_and_each_is_done_once(
    mover: InsuredPerson, here_staff: User, there_staff: User
) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)

    with pytest.raises(ConflictError):
        transferring.finished(found, "in", by=there_staff)
    transferring.finished(found, "out", by=here_staff)
    with pytest.raises(ConflictError):
        transferring.finished(found, "out", by=here_staff)


def test_a_step_that_cannot_be_done_ends_the_transfer(
    mover: InsuredPerson, here_staff: User, there_staff: User
) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)

    legs.give_up_leg(
        "out", number=found.number or "", why="原单位还有欠费没有缴清", token=secrets.token_urlsafe(24), by=here_staff
    )

    found.refresh_from_db()
    assert found.state == State.VOIDED
    assert "欠费" in Message.objects.get(title="转移接续没有办成").body
    assert transferring.between(mover).state == State.SUBMITTED


def test_a_late_step_alarms_the_desk_of_its_area_once(
    mover: InsuredPerson, area: PoolingArea, here_staff: User, there_staff: User
) -> None:
    boss = factories.staff(area=area, role="supervisor", name="主管")
    transferring.accepted(transferring.between(mover), by=there_staff)

    assert legs.alarm_late_legs() == 0
    with time_machine.travel("2026-03-25T02:00:00Z", tick=False):
        assert (legs.alarm_late_legs(), legs.alarm_late_legs()) == (1, 0)

    assert set(Message.objects.filter(title="转移接续超过时限").values_list("recipient", flat=True)) == {
        here_staff.pk,
        boss.pk,
    }


def test_does_not_stand_in_the_way_of_a_stop(mover: InsuredPerson, there_staff: User) -> None:
    transferring.accepted(transferring.between(mover), by=there_staff)
    new = transferring.new_of(mover)
    account = factories.account_of(mover)

    draft = stop.save_draft(
        cases.stop_request(contact_phone=mover.phone, reason_code="other", stop_month=date(2026, 3, 1)),
        enrollment_id=new.pk,
        by=account,
    )
    filed = stop.submit(enrollment_id=new.pk, revision=draft.revision, token=secrets.token_urlsafe(24), by=account)

    assert filed.state == State.SUBMITTED


def test_the_sweep_of_effects_leaves_it_alone(mover: InsuredPerson, there_staff: User) -> None:
    found = transferring.accepted(transferring.between(mover), by=there_staff)

    assert effect.apply_due_effects() == 0
    assert Application.objects.get(pk=found.pk).state == State.APPROVED
