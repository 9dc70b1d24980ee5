"""What a paid bill covers: T3, T6 and T13 of the rules, several bills at once, and cover that is there already."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from insured.models import CoveragePeriod, Enrollment, PoolingArea
from insured.policy.dates import Month
from insured.services.coverage import resume_coverage
from payments.models import Bill, ContributionRecord, FundingCategory, FundingRecognition
from payments.policy.amounts import flexible_lines, resident_lines
from payments.services.bills import NewBill, lock_bills, open_bill, pay_bill
from payments.services.dues import dues_of
from tests import factories
from tests.payments import owed

pytestmark = pytest.mark.django_db


def pay(found: Sequence[Bill], *, on: date) -> list[Bill]:
    """All of them in full, in one transaction, as an order does."""
    with transaction.atomic():
        locked = lock_bills(Bill.objects.filter(pk__in=[bill.pk for bill in found]))
        for bill in locked:
            pay_bill(bill, amount_fen=bill.left_fen, paid_on=on, way="02")
    return locked


def days_of(enrollment: Enrollment) -> list[tuple[date, date | None]]:
    return list(
        CoveragePeriod.objects.counting()
        .filter(enrollment=enrollment)
        .order_by("starts_on")
        .values_list("starts_on", "ends_on")
    )


def resident(area: PoolingArea, *years: int) -> Enrollment:
    """Covered by the resident scheme in those years."""
    person = factories.person(area=area)
    enrollment = factories.enrollment(of=person)
    for year in years:
        factories.period(of=enrollment, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
    return enrollment


@pytest.mark.parametrize(
    ("rules", "paid_on", "begins"),
    [
        ({}, date(2025, 10, 20), date(2026, 1, 1)),
        ({}, date(2026, 2, 20), date(2026, 2, 20)),
        ({"extension_start": "next_day"}, date(2026, 2, 20), date(2026, 2, 21)),
        ({}, date(2026, 3, 10), date(2026, 6, 10)),
    ],
)
def test_a_resident_year_begins_when_the_rules_say(rules: dict[str, str], paid_on: date, begins: date) -> None:
    enrollment = resident(factories.area(**rules), 2022, 2023, 2024, 2025)

    (bill,) = pay([open_bill(owed.resident_year(enrollment, year=2026))], on=paid_on)

    assert days_of(enrollment)[-1] == (begins, date(2026, 12, 31))
    assert (bill.benefit_starts_on, bill.benefit_ends_on) == (begins, date(2026, 12, 31))
    assert CoveragePeriod.objects.get(starts_on=begins).opened_by == bill.number
    assert Enrollment.objects.get().last_paid_month == date(2026, 12, 1)


def test_a_funded_person_pays_the_rest_and_does_not_wait(area: PoolingArea) -> None:
    enrollment = resident(area, 2024, 2025)
    category = FundingCategory.objects.create(
        area=area, name="低保对象", aid_fen=34_500, first_year=2026, source="演示"
    )
    FundingRecognition.objects.create(person=enrollment.person, category=category, recognised_on=date(2026, 4, 8))
    lines = resident_lines(year=2026, personal_fen=40_000, fiscal_fen=70_000, aid_fen=34_500)
    bill = open_bill(owed.resident_year(enrollment, year=2026, lines=lines))

    pay([bill], on=date(2026, 4, 15))

    record = ContributionRecord.objects.get()
    assert (record.personal_fen, record.aid_fen, record.fiscal_fen) == (5_500, 34_500, 70_000)
    assert days_of(enrollment)[-1] == (date(2026, 4, 16), date(2026, 12, 31))


def month_bill(enrollment: Enrollment, month: Month) -> Bill:
    return open_bill(
        NewBill(
            person_id=enrollment.person_id,
            enrollment_id=enrollment.pk,
            employer_id=enrollment.employer_id,
            area_id=enrollment.area_id,
            scheme="310",
            period_starts_on=month.first_day,
            period_ends_on=month.first_day,
            base_fen=443_300,
            due_on=month.last_day,
            lines=flexible_lines(months=[month], base_fen=443_300, rate=Decimal("0.1")),
        )
    )


def flexible(area: PoolingArea) -> Enrollment:
    """Paid through January 2025, cover ended with it."""
    enrollment = factories.enrollment(of=factories.person(area=area), scheme="310", last_paid_month=date(2025, 1, 1))
    factories.period(of=enrollment, starts_on=date(2024, 1, 1), ends_on=date(2025, 1, 31))
    return enrollment


def test_three_months_caught_up_at_once_are_retroactive(area: PoolingArea) -> None:
    enrollment = flexible(area)
    months = [Month(2025, 2), Month(2025, 3), Month(2025, 4)]

    paid = pay([month_bill(enrollment, month) for month in months], on=date(2025, 4, 12))

    assert sum(bill.paid_fen for bill in paid) == 132_990
    assert days_of(enrollment)[1:] == [(date(2025, 2, 1), None)]
    assert paid[-1].benefit_starts_on == date(2025, 4, 1)
    assert Enrollment.objects.get().last_paid_month == date(2025, 4, 1)


def test_one_month_of_three_gives_benefits_from_the_next_month(area: PoolingArea) -> None:
    enrollment = flexible(area)

    pay([month_bill(enrollment, Month(2025, 2))], on=date(2025, 4, 12))

    assert days_of(enrollment)[1:] == [(date(2025, 5, 1), None)]


def test_a_long_interruption_waits(area: PoolingArea) -> None:
    enrollment = flexible(area)

    pay([month_bill(enrollment, Month(2025, 6))], on=date(2025, 6, 12))

    assert days_of(enrollment)[1:] == [(date(2025, 12, 1), None)]


@pytest.mark.parametrize(
    ("last_paid", "covered_until", "first_paid", "waits_until"),
    [
        (Month(2025, 2), date(2025, 2, 28), date(2025, 8, 12), date(2026, 2, 1)),
        (None, None, date(2025, 8, 12), date(2026, 3, 1)),
    ],
)
def test_the_month_after_a_long_gap_or_a_first_one_ends_no_waiting(
    last_paid: Month | None, covered_until: date | None, first_paid: date, waits_until: date
) -> None:
    area = factories.area(flexible_first_waiting_months=6)
    enrollment = factories.enrollment(
        of=factories.person(area=area),
        scheme="310",
        last_paid_month=last_paid and last_paid.first_day,
        first_joined_on=date(2024, 1, 1) if last_paid else first_paid,
    )
    if covered_until:
        factories.period(of=enrollment, starts_on=date(2024, 1, 1), ends_on=covered_until)
    pay([month_bill(enrollment, Month(2025, 8))], on=first_paid)
    september = month_bill(enrollment, Month(2025, 9))

    (due,) = dues_of(enrollment.person, date(2025, 9, 12)).items
    (paid,) = pay([september], on=date(2025, 9, 12))

    assert days_of(enrollment)[-1] == (waits_until, None)
    assert (due.benefit_starts_on, paid.benefit_starts_on) == (waits_until, waits_until)
    assert [reason.code for reason in due.effect] == ["effect.waits-on"]


def test_the_month_after_a_return_ends_no_waiting(area: PoolingArea) -> None:
    enrollment = flexible(area)
    Enrollment.objects.filter(pk=enrollment.pk).update(status="2")
    enrollment.refresh_from_db()
    resume_coverage(
        enrollment,
        starts_on=date(2026, 2, 1),
        ends_on=None,
        paid_through=Month(2025, 8),
        joined_on=date(2025, 8, 12),
        basis="TB20250812ABC",
    )

    (paid,) = pay([month_bill(enrollment, Month(2025, 9))], on=date(2025, 9, 12))

    assert days_of(enrollment)[-1] == (date(2026, 2, 1), None)
    assert paid.benefit_starts_on == date(2026, 2, 1)


def test_a_small_gap_caught_up_while_waiting_ends_no_waiting(area: PoolingArea) -> None:
    enrollment = flexible(area)
    pay([month_bill(enrollment, Month(2025, 8))], on=date(2025, 8, 12))

    pay([month_bill(enrollment, month) for month in (Month(2025, 9), Month(2025, 10))], on=date(2025, 10, 12))

    assert days_of(enrollment)[1:] == [(date(2026, 2, 1), None)]


def test_a_small_gap_caught_up_in_the_last_month_of_a_wait_ends_no_waiting(area: PoolingArea) -> None:
    enrollment = flexible(area)
    pay([month_bill(enrollment, Month(2025, 8))], on=date(2025, 8, 12))
    for month in (9, 10, 11):
        pay([month_bill(enrollment, Month(2025, month))], on=date(2025, month, 12))
    last = [month_bill(enrollment, month) for month in (Month(2025, 12), Month(2026, 1))]

    due = dues_of(enrollment.person, date(2026, 1, 12)).items[-1]
    pay(last, on=date(2026, 1, 12))

    assert due.benefit_starts_on == date(2026, 2, 1)
    assert days_of(enrollment)[1:] == [(date(2026, 2, 1), None)]


def test_the_rest_of_a_short_gap_paid_the_next_day_is_retroactive_all_the_same(area: PoolingArea) -> None:
    enrollment = flexible(area)
    pay([month_bill(enrollment, Month(2025, 2))], on=date(2025, 4, 12))

    pay([month_bill(enrollment, month) for month in (Month(2025, 3), Month(2025, 4))], on=date(2025, 4, 13))

    assert days_of(enrollment)[1:] == [(date(2025, 3, 1), None)]


def test_a_month_paid_in_time_leaves_open_cover_as_it_is(area: PoolingArea) -> None:
    enrollment = factories.flexible(area=area).enrollments.get()

    pay([month_bill(enrollment, Month(2026, 4))], on=date(2026, 4, 12))

    assert days_of(enrollment) == [(date(2024, 1, 1), None)]
    assert Enrollment.objects.get().last_paid_month == date(2026, 4, 1)


def test_days_that_another_scheme_covers_are_not_covered_twice(area: PoolingArea) -> None:
    enrollment = resident(area, 2025)
    other = factories.enrollment(of=enrollment.person, scheme="310", status="2")
    factories.period(of=other, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31))

    pay([open_bill(owed.resident_year(enrollment, year=2026))], on=date(2025, 10, 20))

    assert days_of(enrollment)[-1] == (date(2026, 4, 1), date(2026, 12, 31))


def test_every_run_of_free_days_around_another_scheme_is_covered(area: PoolingArea) -> None:
    enrollment = resident(area, 2025)
    other = factories.enrollment(of=enrollment.person, scheme="310", status="2")
    for month in (3, 7):
        factories.period(of=other, starts_on=date(2026, month, 1), ends_on=date(2026, month, 31))

    pay([open_bill(owed.resident_year(enrollment, year=2026))], on=date(2025, 10, 20))

    assert days_of(enrollment)[1:] == [
        (date(2026, 1, 1), date(2026, 2, 28)),
        (date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 8, 1), date(2026, 12, 31)),
    ]


@pytest.mark.parametrize(("later_from", "begins"), [(date(2026, 6, 1), date(2026, 5, 1)), (date(2026, 5, 1),) * 2])
def test_own_later_cover_behind_another_scheme_is_not_drawn_across_it(
    area: PoolingArea, later_from: date, begins: date
) -> None:
    enrollment = resident(area, 2025)
    factories.period(of=enrollment, starts_on=later_from, ends_on=date(2026, 12, 31))
    other = factories.enrollment(of=enrollment.person, scheme="310", status="2")
    factories.period(of=other, starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 30))

    pay([open_bill(owed.resident_year(enrollment, year=2026))], on=date(2025, 10, 20))

    assert days_of(enrollment)[1:] == [(date(2026, 1, 1), date(2026, 2, 28)), (begins, date(2026, 12, 31))]


def test_a_bill_of_an_application_is_only_recorded(area: PoolingArea) -> None:
    enrollment = resident(area, 2025)

    (bill,) = pay([open_bill(owed.resident_year(enrollment, year=2026, basis="TB20260310ABC"))], on=date(2026, 1, 5))

    assert len(days_of(enrollment)) == 1
    assert bill.benefit_starts_on is None
    assert ContributionRecord.objects.count() == 1


def test_a_part_payment_covers_nothing_and_brings_no_fiscal_money(area: PoolingArea) -> None:
    enrollment = resident(area, 2025)
    bill = open_bill(owed.resident_year(enrollment, year=2026))

    pay_bill(bill, amount_fen=10_000, paid_on=date(2025, 10, 20), way="02")

    assert len(days_of(enrollment)) == 1
    assert not ContributionRecord.objects.filter(fiscal_fen__gt=0).exists()


def test_who_stopped_meanwhile_gets_a_record_and_no_cover(area: PoolingArea) -> None:
    enrollment = resident(area, 2025)
    bill = open_bill(owed.resident_year(enrollment, year=2026))
    Enrollment.objects.filter(pk=enrollment.pk).update(status="2")

    pay([bill], on=date(2025, 10, 20))

    assert len(days_of(enrollment)) == 1
    assert ContributionRecord.objects.count() == 1


def test_a_unit_month_becomes_a_record_of_everybody(area: PoolingArea) -> None:
    employer = factories.employer(area=area)
    people = [factories.employee(of=employer) for _ in range(3)]
    bill = open_bill(owed.unit_month(employer, people=people, month=Month(2026, 4)))

    pay([bill], on=date(2026, 4, 20))

    records = ContributionRecord.objects.order_by("person_id")
    assert [(one.person_id, one.unit_fen, one.personal_fen, one.base_fen) for one in records] == [
        (person.pk, 69_000, 18_400, 920_000) for person in people
    ]
    assert set(Enrollment.objects.values_list("last_paid_month", flat=True)) == {date(2026, 4, 1)}
