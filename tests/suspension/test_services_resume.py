"""Coming back from filing to cover: bill, payment, first day, and what stands in the way."""

from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import CoveragePeriod, Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.services.enrolment import begin_enrollment
from insured.services.overview import is_covered
from payments.models import Bill, EmployeeStandard, FundingCategory, FundingRecognition, OrderLine, PaymentOrder
from payments.policy.amounts import Line, total
from payments.services.bills import NewBill, open_bill, pay_bill
from payments.services.opening import employee_month
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.notifications.models import Delivery, Message
from suspension import items
from suspension.models import Application
from suspension.services import effect
from tests import factories
from tests.payments import records
from tests.suspension import cases, returning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def prices(area: factories.PoolingArea) -> None:
    returning.standards(area)


def codes(error: Any) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def periods_of(application: Application) -> list[tuple[date, date | None]]:
    rows = CoveragePeriod.objects.counting().filter(person=application.person_id).order_by("starts_on")
    return list(rows.values_list("starts_on", "ends_on"))


class TestAResident:
    @pytest.mark.parametrize(
        ("repair", "fen", "begins"), [(0, 40_000, date(2027, 5, 1)), (1, 80_000, date(2027, 4, 1))]
    )
    def test_who_missed_two_years_pays_in_the_window_and_is_covered_from_the_published_day(
        self, area: factories.PoolingArea, caseworker: User, repair: int, fen: int, begins: date
    ) -> None:
        nianci = returning.paused_resident(area=area, name="季念慈")
        with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
            waiting = returning.approved(nianci, by=caseworker, coverage_year=2027, repair_years=repair)
            bill = returning.bill_of(waiting)
            assert (waiting.state, bill.payable_fen, bill.due_on) == ("approved", fen, date(2026, 12, 31))
            assert returning.enrollment_of(nianci).status == Enrollment.PAUSED

            done = returning.paid(waiting, on=date(2026, 11, 5))

        assert (done.state, done.effective_on) == ("completed", begins)
        row = returning.enrollment_of(nianci)
        assert (row.status, row.paused_on, row.joined_on) == (Enrollment.ACTIVE, None, date(2026, 11, 5))
        assert (begins, date(2027, 12, 31)) in periods_of(done)
        assert not is_covered(nianci, day=date(2027, begins.month - 1, 28))
        assert is_covered(nianci, day=begins)

    def test_who_comes_back_in_the_year_that_was_paid_pays_nothing_and_is_covered_from_the_approval(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        wenlan = returning.paused_resident(area=area, last=date(2026, 3, 10))
        records.year_of(wenlan, year=2026, paid_on=date(2025, 10, 20))
        with time_machine.travel("2026-05-06T02:00:00Z", tick=False):
            done = returning.approved(wenlan, by=caseworker)

        assert (done.state, done.effective_on) == ("completed", date(2026, 5, 6))
        assert not Bill.objects.filter(person=wenlan).exists()
        assert periods_of(done)[-1] == (date(2026, 5, 6), date(2026, 12, 31))
        told = Message.objects.filter(subject_number=done.number).latest("id")
        assert "不用缴费，2026年5月6日起享受医保待遇" in told.body

    def test_who_had_the_money_of_the_year_back_pays_and_waits_like_everybody(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        wenlan = returning.paused_resident(area=area, last=date(2026, 3, 10))
        records.year_of(wenlan, year=2026, paid_on=date(2025, 10, 20))
        records.year_of(wenlan, year=2026, paid_on=date(2026, 3, 20), personal_fen=-40_000, kind="991")
        with time_machine.travel("2026-05-06T02:00:00Z", tick=False):
            waiting = returning.approved(wenlan, by=caseworker)

        assert (waiting.state, waiting.effective_on) == ("approved", date(2026, 8, 6))
        assert returning.bill_of(waiting).payable_fen == 40_000

    def test_what_a_return_was_paid_with_shortens_no_wait_of_its_own(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        nianci = returning.paused_resident(area=area, name="季念慈")
        with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
            done = returning.paid(returning.approved(nianci, by=caseworker, coverage_year=2027), on=date(2026, 11, 5))
            stopped = cases.decided(cases.taken(cases.filed(nianci, stop_month=None), by=caseworker), by=caseworker)
            again = returning.approved(nianci, by=caseworker, coverage_year=2027)

        assert (done.effective_on, stopped.state) == (date(2027, 5, 1), "completed")
        assert (again.state, again.effective_on) == ("completed", date(2027, 5, 1))

    def test_who_pays_some_days_after_the_approval_waits_from_the_day_of_the_payment(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        jingxing = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            waiting = returning.approved(jingxing, by=caseworker, coverage_year=2026)
            assert waiting.effective_on == date(2026, 6, 10)
        with time_machine.travel("2026-03-12T02:00:00Z", tick=False):
            done = returning.paid(waiting, on=date(2026, 3, 12))

        assert done.effective_on == date(2026, 6, 12)
        assert Delivery.objects.filter(subject_number=done.number, template="resume_completed", channel="sms").exists()

    def test_who_does_not_pay_in_time_is_told_that_nothing_became_of_it(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, coverage_year=2026)
        with time_machine.travel("2026-03-25T02:00:00Z", tick=False):
            assert effect.void_unpaid() == 0
        with time_machine.travel("2026-03-26T02:00:00Z", tick=False):
            assert (effect.void_unpaid(), effect.void_unpaid()) == (1, 0)

        waiting.refresh_from_db()
        assert (waiting.state, returning.bill_of(waiting).status) == ("voided", Bill.VOID)
        assert returning.enrollment_of(person).status == Enrollment.PAUSED
        told = Message.objects.filter(recipient=person.user).order_by("-id").first()
        assert told is not None
        assert "没有缴费" in told.body

    def test_a_part_payment_brings_no_cover_yet(self, area: factories.PoolingArea, caseworker: User) -> None:
        person = returning.paused_resident(area=area, last=date(2025, 12, 31))
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker, coverage_year=2026)
            pay_bill(returning.bill_of(waiting), amount_fen=10_000, paid_on=date(2026, 3, 10), way="11")

            assert effect.apply_due_effects() == 0

        assert returning.bill_of(waiting).status == Bill.PART_PAID
        assert returning.enrollment_of(person).status == Enrollment.PAUSED

    def test_who_is_wholly_funded_pays_nothing_and_is_covered_from_the_next_day(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_resident(area=area, last=date(2024, 12, 31))
        category = FundingCategory.objects.create(area=area, name="特困供养", is_full=True, first_year=2025, source="x")
        FundingRecognition.objects.create(person=person, category=category, recognised_on=date(2026, 4, 8))
        with time_machine.travel("2026-04-15T02:00:00Z", tick=False):
            done = returning.approved(person, by=caseworker, coverage_year=2026)

        assert (done.state, done.effective_on) == ("completed", date(2026, 4, 16))
        bill = returning.bill_of(done)
        assert (bill.payable_fen, bill.aid_fen, bill.fiscal_fen, bill.status) == (0, 40_000, 70_000, Bill.PAID)


class TestAFlexibleWorker:
    def test_who_pays_three_missing_months_is_covered_without_a_gap(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        zhiyao = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1), name="陆知遥")
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            waiting = returning.approved(zhiyao, by=caseworker)
            bill = returning.bill_of(waiting)
            assert (bill.payable_fen, bill.kind, bill.due_on) == (132_990, "30", date(2025, 4, 30))
            done = returning.paid(waiting, on=date(2025, 4, 12))

        assert done.effective_on == date(2025, 4, 1)
        told = Message.objects.get(dedupe_key__startswith=f"application:{done.number}:{done.version}:")
        assert "2025年4月1日起享受医保待遇，2025年2月1日起中断期间看病住院的费用也可以补报销" in told.body
        assert "要自己付" not in told.body
        assert periods_of(done) == [(date(2024, 1, 1), date(2025, 1, 31)), (date(2025, 2, 1), None)]
        assert returning.enrollment_of(zhiyao).last_paid_month == date(2025, 4, 1)

    def test_who_pays_only_this_month_is_covered_from_the_next(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        zhiyao = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            done = returning.paid(returning.approved(zhiyao, by=caseworker, pays_gap=False), on=date(2025, 4, 12))

        assert done.effective_on == date(2025, 5, 1)
        told = Message.objects.get(dedupe_key__startswith=f"application:{done.number}:{done.version}:")
        assert "在这之前看病住院的费用要自己付" in told.body
        assert returning.bill_of(done).payable_fen == 44_330


class TestJoining:
    def test_a_first_enrolment_begins_with_nothing_and_ends_with_cover(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        newcomer = factories.person(area=area, user=factories.user(), born_on=date(1990, 1, 1))
        with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
            begun = begin_enrollment(person_id=newcomer.pk, scheme="390", today=date(2026, 11, 5))
            again = begin_enrollment(person_id=newcomer.pk, scheme="390", today=date(2026, 11, 5))
            assert begun == again
            waiting = returning.approved(
                newcomer, by=caseworker, item=items.RESIDENT_ENROLMENT, enrollment=begun, coverage_year=2027
            )
            done = returning.paid(waiting, on=date(2026, 11, 6))

        row = returning.enrollment_of(newcomer)
        assert (row.status, row.category, row.first_joined_on) == (Enrollment.ACTIVE, "1501", date(2026, 11, 6))
        assert periods_of(done) == [(date(2027, 1, 1), date(2027, 12, 31))]

    def test_an_employee_is_told_to_let_the_unit_stop_first(self, area: factories.PoolingArea) -> None:
        employee = factories.employee(of=factories.employer(area=area))
        begun = begin_enrollment(person_id=employee.pk, scheme="390", today=date(2026, 11, 5))

        with time_machine.travel("2026-11-05T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
            returning.filed(employee, item=items.RESIDENT_ENROLMENT, enrollment=begun, coverage_year=2027)

        assert codes(refused) == ["join.employed-already"]

    @pytest.mark.parametrize(("least", "refused"), [(16, False), (18, True)])
    def test_the_age_of_flexible_employment_is_the_areas(self, least: int, refused: bool) -> None:
        area = factories.area(code="119903", name="青岚市", flexible_min_age=least)
        returning.standards(area)
        young = factories.person(area=area, user=factories.user(), born_on=date(2009, 1, 1))
        begun = begin_enrollment(person_id=young.pk, scheme="310", today=date(2026, 3, 10))

        with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
            if refused:
                with pytest.raises(BusinessRuleError) as error:
                    returning.filed(young, item=items.FLEXIBLE_ENROLMENT, enrollment=begun)
                assert codes(error) == ["join.too-young"]
            else:
                found = returning.filed(young, item=items.FLEXIBLE_ENROLMENT, enrollment=begun)
                assert found.state == "submitted"


class TestInTheWay:
    def test_what_the_form_lacks_is_named_before_it_is_sent(self, area: factories.PoolingArea) -> None:
        person = returning.paused_resident(area=area)

        with time_machine.travel("2026-11-05T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
            returning.filed(person, coverage_year=2027, uses_credential=False, contact_phone="")

        assert codes(refused) == ["resume.phone-missing", "resume.id-missing", "resume.card-missing"]

    def test_a_payment_that_brings_nothing_this_year_is_not_taken(self, area: factories.PoolingArea) -> None:
        person = returning.paused_resident(area=area)

        with time_machine.travel("2026-11-05T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
            returning.filed(person, coverage_year=2026)

        assert codes(refused) == ["waiting.refused"]

    def test_a_year_without_a_standard_cannot_be_asked_for(self) -> None:
        area = factories.area(code="119902", name="邻州市")
        returning.standards(area, years=(2026,))
        person = returning.paused_resident(area=area)

        with time_machine.travel("2026-11-05T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
            returning.filed(person, coverage_year=2027)

        assert codes(refused) == ["planner.no-standard"]

    @pytest.mark.parametrize(
        ("change", "code"), [("is_deceased", "join.deceased"), ("is_disqualified", "join.disqualified")]
    )
    def test_the_register_may_stand_in_the_way(self, area: factories.PoolingArea, change: str, code: str) -> None:
        person = returning.paused_resident(area=area, **{change: True})

        with time_machine.travel("2026-11-05T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
            returning.filed(person, coverage_year=2027)

        assert codes(refused) == [code]

    def test_a_second_application_waits_for_the_first(self, area: factories.PoolingArea, caseworker: User) -> None:
        person = returning.paused_resident(area=area)
        with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
            first = returning.filed(person, coverage_year=2027)
            with pytest.raises((BusinessRuleError, ConflictError)) as open_still:
                returning.filed(person, coverage_year=2027)
            cases.decided(cases.taken(first, by=caseworker), by=caseworker)
            with pytest.raises(BusinessRuleError) as unpaid:
                returning.filed(person, coverage_year=2027)

        assert codes(open_still) == ["stop.already-open"]
        assert codes(unpaid) == ["resume.awaiting-payment"]

    def test_whoever_is_covered_need_not_come_back(self, area: factories.PoolingArea) -> None:
        with time_machine.travel("2026-03-10T02:00:00Z", tick=False), pytest.raises(BusinessRuleError) as refused:
            returning.filed(factories.resident(area=area), coverage_year=2026)

        assert "resume.still-covered" in codes(refused)


class TestAMonth:
    def test_costs_the_same_on_the_bill_of_a_return_as_on_the_bill_of_the_month(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        EmployeeStandard.objects.filter(area=area).update(extra_personal_fen=700)
        person = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            waiting = returning.approved(person, by=caseworker)

        month = employee_month(area.pk, month=Month(2025, 4))
        assert returning.bill_of(waiting).payable_fen == 3 * total(month.flexible()) == 3 * 45_030


class TestAnotherBill:
    """Somebody stopped with open bills of the months that a return is to pay."""

    def old_bill(self, person: InsuredPerson, *, months: tuple[date, date], kind: str = "10") -> Bill:
        return open_bill(
            NewBill(
                area_id=person.area_id,
                scheme="310",
                period_starts_on=months[0],
                period_ends_on=months[1],
                due_on=date(2025, 4, 25),
                lines=[Line(part="personal", amount_fen=44_330, reason=Reason("amount.personal"))],
                person_id=person.pk,
                enrollment_id=returning.enrollment_of(person).pk,
                kind=kind,
            )
        )

    @pytest.mark.parametrize(
        ("months", "kind"),
        [
            ((date(2025, 2, 1), date(2025, 2, 1)), "10"),
            ((date(2025, 4, 1), date(2025, 4, 1)), "10"),
            ((date(2025, 2, 1), date(2025, 4, 1)), "30"),
        ],
    )
    def test_that_nobody_touched_is_replaced_so_that_no_month_is_charged_twice(
        self, area: factories.PoolingArea, caseworker: User, months: tuple[date, date], kind: str
    ) -> None:
        person = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            old = self.old_bill(person, months=months, kind=kind)
            waiting = returning.approved(person, by=caseworker)

        old.refresh_from_db()
        assert (old.status, returning.bill_of(waiting).payable_fen) == (Bill.VOID, 132_990)
        assert Bill.objects.payable().filter(person=person).count() == 1

    def test_of_other_months_stays(self, area: factories.PoolingArea, caseworker: User) -> None:
        person = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            old = self.old_bill(person, months=(date(2024, 6, 1), date(2024, 6, 1)))
            returning.approved(person, by=caseworker)

        old.refresh_from_db()
        assert old.status == Bill.OPEN

    def test_that_is_paid_in_part_stands_in_the_way(self, area: factories.PoolingArea) -> None:
        person = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            old = self.old_bill(person, months=(date(2025, 3, 1), date(2025, 3, 1)))
            pay_bill(old, amount_fen=1_000, paid_on=date(2025, 4, 12), way="11")
            with pytest.raises(BusinessRuleError) as refused:
                returning.filed(person)

        assert codes(refused) == ["resume.bill-exists"]

    def test_that_is_being_paid_when_the_return_is_approved_refuses_it(
        self, area: factories.PoolingArea, caseworker: User
    ) -> None:
        person = returning.paused_flexible(area=area, last_paid=date(2025, 1, 1))
        with time_machine.travel("2025-04-12T02:00:00Z", tick=False):
            old = self.old_bill(person, months=(date(2025, 3, 1), date(2025, 3, 1)))
            case = cases.taken(returning.filed(person), by=caseworker)
            order = PaymentOrder.objects.create(
                number="DD20250412AAAAAAA",
                payer=factories.account_of(person),
                amount_fen=44_330,
                key="k" * 24,
                request_hash="h",
                created_at=clock.now(),
                expires_at=clock.now(),
                next_query_at=clock.now(),
            )
            OrderLine.objects.create(order=order, bill=old, amount_fen=44_330)
            with pytest.raises(BusinessRuleError) as refused:
                cases.decided(case, by=caseworker)

        assert codes(refused) == ["resume.bill-exists"]
