"""应缴核定: everybody once, as policy says, in chunks that can be cut off; units, undeclared months and late fees."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import transaction

from insured.models import Enrollment, PoolingArea
from insured.policy.dates import Month
from payments.models import AssessmentRun, Bill, BillLine, FundingCategory, FundingRecognition
from payments.policy.amounts import clamped_base, resident_lines, total
from payments.services import assessment, units
from payments.services.arrears import charge_late_fee
from payments.services.bills import lock_bills, open_bill, pay_bill
from payments.services.standards import Standard, set_standard
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from tests import factories
from tests.payments import owed
from tests.payments.records import contribution, year_of
from tests.payments.test_services_dues import rates

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def standards(area: PoolingArea) -> None:
    set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))
    rates(area)


@pytest.fixture
def finance(area: PoolingArea) -> User:
    return factories.staff(area=area, role="finance")


def start(area: PoolingArea, *, by: User, kind: str = "resident", period: date = NEXT_YEAR) -> AssessmentRun:
    with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
        return assessment.start_run(kind=kind, area=area, period=period, by=by)


def finish(run: AssessmentRun) -> AssessmentRun:
    """Chunk after chunk until nothing is left."""
    with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
        while assessment.advance(run.pk):
            pass
    run.refresh_from_db()
    return run


def resident(area: PoolingArea, **more: Any) -> Enrollment:
    return factories.enrollment(of=factories.person(area=area), **more)


def test_everybody_who_owes_gets_one_bill_and_nobody_else(area: PoolingArea, finance: User) -> None:
    owing = {resident(area).pk for _ in range(3)}
    resident(area, status="2")
    year_of(resident(area).person, year=2027)
    open_bill(owed.resident_year(resident(area), year=2027))
    resident(factories.area(code="119902", name="邻州市"))

    run = finish(start(area, by=finance))

    opened = Bill.objects.filter(enrollment__in=owing)
    assert (run.total, run.done, run.opened, run.payable_fen) == (5, 5, 3, 120_000)
    assert run.finished_at is not None
    assert {bill.enrollment_id for bill in opened} == owing
    assert Bill.objects.count() == 4
    assert len({bill.number for bill in opened}) == 3


def test_a_bill_written_in_bulk_is_the_one_that_would_be_opened_alone(area: PoolingArea, finance: User) -> None:
    alone = open_bill(owed.resident_year(resident(area), year=2027, lines=_plain()))
    bulk_of = resident(area)

    finish(start(area, by=finance))

    bulk = Bill.objects.get(enrollment=bulk_of)
    own = {"id", "number", "person_id", "enrollment_id", "created_at", "_state"}
    assert {k: v for k, v in vars(bulk).items() if k not in own} == {
        k: v for k, v in vars(Bill.objects.get(pk=alone.pk)).items() if k not in own
    }
    lines = [
        {k: v for k, v in vars(line).items() if k not in {"id", "bill_id", "_state"}}
        for line in BillLine.objects.filter(bill__in=[alone, bulk]).order_by("bill_id", "position")
    ]
    assert lines[:2] == lines[2:]


def _plain() -> Any:
    return resident_lines(year=2027, personal_fen=40_000, fiscal_fen=70_000, source="演示")


def test_a_second_run_opens_nothing(area: PoolingArea, finance: User) -> None:
    resident(area)
    finish(start(area, by=finance))

    again = finish(start(area, by=finance))

    assert (again.total, again.opened) == (1, 0)
    assert Bill.objects.count() == 1


def test_the_same_run_is_not_started_twice_at_once(area: PoolingArea, finance: User) -> None:
    start(area, by=finance)

    with pytest.raises(BusinessRuleError, match=r"^assessment\.at-work$"):
        start(area, by=finance)


def test_a_year_without_a_standard_is_refused(area: PoolingArea, finance: User) -> None:
    with pytest.raises(BusinessRuleError, match=r"^standard\.not-set$"):
        start(area, by=finance, period=date(2028, 1, 1))
    with pytest.raises(BusinessRuleError, match=r"^standard\.not-set-month$"):
        start(area, by=finance, kind="flexible", period=date(2019, 1, 1))


def test_only_finance_and_supervisors_of_the_area_start_one(
    area: PoolingArea, caseworker: User, reviewer: User, agent: User, stranger: User
) -> None:
    elsewhere = factories.staff(area=factories.area(code="119902", name="邻州市"), role="finance")

    for user in (caseworker, reviewer, agent, stranger, elsewhere):
        with pytest.raises(BusinessRuleError, match=r"^assessment\.not-yours$"):
            start(area, by=user)


def test_a_run_that_is_cut_off_goes_on_where_it_stood(
    area: PoolingArea, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = [resident(area).pk for _ in range(5)]
    monkeypatch.setattr(assessment, "CHUNK", 2)
    run = start(area, by=finance)
    assessment.advance(run.pk)
    with transaction.atomic():
        assessment.advance(run.pk)
        transaction.set_rollback(True)
    run.refresh_from_db()
    assert (run.done, Bill.objects.count()) == (2, 2)

    finish(run)

    assert (run.done, run.opened) == (5, 5)
    assert sorted(Bill.objects.values_list("enrollment_id", flat=True)) == everybody


def test_who_joins_while_it_runs_is_done_too(area: PoolingArea, finance: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessment, "CHUNK", 1)
    resident(area)
    run = start(area, by=finance)
    assessment.advance(run.pk)
    resident(area)

    finish(run)

    assert (run.total, run.done, run.opened) == (2, 2, 2)


def test_a_chunk_sends_the_same_few_statements_for_5_and_50(
    area: PoolingArea, finance: User, assert_statements: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for count in (5, 45):
        for _ in range(count):
            resident(area)
        run = start(area, by=finance)

        with assert_statements(10):
            assessment.advance(run.pk)

        finish(run)


def test_random_people_owe_what_policy_says(area: PoolingArea, finance: User) -> None:
    rng = Random("assessment")
    categories = [
        FundingCategory.objects.create(
            area=area, name=f"类{n}", aid_fen=aid, is_full=not aid, first_year=2026, source="演"
        )
        for n, aid in enumerate((0, 34_500, 20_000, 1, 39_999, 90_000))
    ]
    expected: dict[int, int] = {}
    for _ in range(120):
        enrollment = resident(area)
        chosen = rng.sample(categories, k=rng.choice((0, 0, 1, 1, 2, 3)))
        FundingRecognition.objects.bulk_create(
            FundingRecognition(person=enrollment.person, category=one, recognised_on=date(2026, 4, 8)) for one in chosen
        )
        best = max((one.aid_of(40_000) for one in chosen), default=0)
        lines = resident_lines(year=2027, personal_fen=40_000, fiscal_fen=70_000, aid_fen=best)
        expected[enrollment.pk] = total(lines)

    run = finish(start(area, by=finance))

    assert dict(Bill.objects.values_list("enrollment_id", "payable_fen")) == expected
    assert run.payable_fen == sum(expected.values())
    assert not Bill.objects.exclude(fiscal_fen=70_000).exists()


def test_flexible_workers_get_the_month_they_have_not_paid(area: PoolingArea, finance: User) -> None:
    owing = factories.enrollment(of=factories.person(area=area), scheme="310", last_paid_month=date(2026, 10, 1))
    factories.enrollment(of=factories.person(area=area), scheme="310", last_paid_month=date(2026, 11, 1))
    factories.enrollment(of=factories.person(area=area), scheme="310", category="1203")
    factories.employee(of=factories.employer(area=area))

    run = finish(start(area, by=finance, kind="flexible", period=date(2026, 11, 5)))

    bill = Bill.objects.get()
    assert (run.total, run.opened) == (2, 1)
    assert (bill.enrollment_id, bill.payable_fen, bill.base_fen) == (owing.pk, 44_330, 443_300)
    assert (bill.period_starts_on, bill.due_on) == (date(2026, 11, 1), date(2026, 11, 30))


class TestUnits:
    def test_a_unit_pays_for_everybody_by_the_last_known_base(self, area: PoolingArea, finance: User) -> None:
        employer = factories.employer(area=area)
        known, new = factories.employee(of=employer), factories.employee(of=employer)
        contribution(of=known, first=date(2026, 10, 1), base_fen=920_000, personal_fen=18_400, unit_fen=69_000)
        factories.flexible(area=area)

        run = finish(start(area, by=finance, kind="unit", period=date(2026, 11, 1)))

        bill = Bill.objects.get()
        floor = clamped_base(0, floor_fen=443_300, cap_fen=2_216_500)
        assert (bill.employer, bill.person, bill.due_on) == (employer, None, date(2026, 11, 25))
        assert (bill.unit_fen, bill.personal_fen) == (69_000 + 33_248, 18_400 + 8_866)
        assert {(line.person_id, line.base_fen) for line in bill.lines.all()} == {(known.pk, 920_000), (new.pk, floor)}
        assert (run.total, run.done, run.opened) == (1, 1, 1)

    def test_an_undeclared_month_is_110_percent_of_the_one_before(self, area: PoolingArea, finance: User) -> None:
        employer = factories.employer(area=area)
        person = factories.employee(of=employer)
        before = open_bill(owed.unit_month(employer, people=[person], month=Month(2026, 10)))

        made = units.assess_undeclared(employer, month=Month(2026, 11), by=finance)

        assert before.payable_fen == 87_400
        assert (made.payable_fen, made.personal_fen) == (96_140, 0)
        with pytest.raises(BusinessRuleError, match=r"^assessment\.month-billed$"):
            units.assess_undeclared(employer, month=Month(2026, 11), by=finance)
        with pytest.raises(BusinessRuleError, match=r"^assessment\.no-month-before$"):
            units.assess_undeclared(employer, month=Month(2027, 2), by=finance)

    def test_only_finance_and_supervisors_assess(self, area: PoolingArea, caseworker: User) -> None:
        with pytest.raises(BusinessRuleError, match=r"^assessment\.not-yours$"):
            units.assess_undeclared(factories.employer(area=area), month=Month(2026, 11), by=caseworker)


def late(area: PoolingArea) -> Bill:
    employer = factories.employer(area=area)
    return open_bill(owed.unit_month(employer, people=[factories.employee(of=employer)], month=Month(2025, 3)))


def charged(bill: Bill, *, on: date) -> Bill:
    with transaction.atomic():
        (locked,) = lock_bills(Bill.objects.filter(pk=bill.pk))
        charge_late_fee(locked, on=on)
    return locked


def test_the_late_fee_is_that_of_the_day_it_is_paid(area: PoolingArea) -> None:
    bill = late(area)

    assert charged(bill, on=date(2025, 3, 25)).late_fee_fen == 0
    assert charged(bill, on=date(2025, 4, 4)).late_fee_fen == 437
    found = charged(bill, on=date(2025, 5, 9))

    assert (found.late_fee_fen, found.payable_fen) == (1_967, 87_400 + 1_967)
    assert [line.amount_fen for line in found.lines.filter(part="late_fee")] == [1_967]


def test_what_was_paid_in_between_keeps_its_fee(area: PoolingArea) -> None:
    bill = charged(late(area), on=date(2025, 4, 4))
    pay_bill(bill, amount_fen=40_000, paid_on=date(2025, 4, 4), way="02")

    found = charged(bill, on=date(2025, 5, 9))

    fees = [line.amount_fen for line in found.lines.filter(part="late_fee").order_by("position")]
    assert fees == [200, 1_067]
    assert found.left_fen == 87_400 - 40_000 + 1_267


def test_a_bill_that_was_given_back_is_owed_again(area: PoolingArea, finance: User) -> None:
    one = resident(area)
    record = year_of(one.person, year=2027)
    back = {"personal_fen": -record.personal_fen, "fiscal_fen": -record.fiscal_fen, "aid_fen": -record.aid_fen}
    contribution(of=one.person, kind="991", first=record.period_starts_on, last=record.period_ends_on, **back)
    bill = open_bill(owed.resident_year(one, year=2027))
    Bill.objects.filter(pk=bill.pk).update(status=Bill.REFUNDED)

    assert finish(start(area, by=finance)).opened == 1
