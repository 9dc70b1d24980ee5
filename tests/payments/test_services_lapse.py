"""Unpaid months of flexible employment end the cover; catching up in time reaches back, later it waits."""

from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import CoveragePeriod, Enrollment, InsuredPerson, PoolingArea
from insured.policy.dates import Month
from insured.policy.interruption import lapsed_on
from insured.services.benefits import benefit_on
from payments.models import Bill
from payments.services import lapse as service
from payments.services.instalments import NewPart, open_plan
from payments.services.lapse import lapse_unpaid
from portal.notifications.models import Delivery
from tests import factories
from tests.payments.test_services_effects import days_of, month_bill, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(area: PoolingArea) -> InsuredPerson:
    """Flexible since 2024 without an end, paid through January 2026; February was billed."""
    found = factories.flexible(area=area)
    found.enrollments.update(last_paid_month=date(2026, 1, 1))
    bill_of(found.enrollments.get(), 2)
    return found


def bill_of(enrollment: Enrollment, *months: int) -> list[Bill]:
    """The bills of those months of 2026, opened where they are not there yet."""
    found = []
    for month in (Month(2026, one) for one in months):
        bill = Bill.objects.filter(enrollment=enrollment, period_starts_on=month.first_day).first()
        found.append(bill or month_bill(enrollment, month))
    return found


def lapse(day: str) -> int:
    with time_machine.travel(f"{day}T02:00:00Z", tick=False):
        return lapse_unpaid()


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 31), None),
        (date(2026, 2, 28), None),
        (date(2026, 3, 1), date(2026, 1, 31)),
        (date(2027, 3, 1), date(2026, 1, 31)),
    ],
)
def test_the_running_month_may_still_be_paid(today: date, expected: date | None) -> None:
    assert lapsed_on(last_paid=Month(2026, 1), paid_in=None, today=today) == expected


@pytest.mark.parametrize(
    ("last_paid", "paid_in", "today", "expected"),
    [
        # a month that is behind was paid: it covers the month after the payment
        (Month(2026, 2), Month(2026, 4), date(2026, 5, 1), None),
        (Month(2026, 2), Month(2026, 4), date(2026, 5, 31), None),
        (Month(2026, 2), Month(2026, 4), date(2026, 6, 1), date(2026, 5, 31)),
        # paid in time, late but paid up, or ahead: it covers the months that are paid
        (Month(2026, 4), Month(2026, 4), date(2026, 6, 1), date(2026, 4, 30)),
        (Month(2026, 6), Month(2026, 4), date(2026, 6, 1), None),
        (Month(2026, 6), Month(2026, 4), date(2026, 8, 1), date(2026, 6, 30)),
    ],
)
def test_a_payment_for_an_older_month_covers_the_month_after_it(
    last_paid: Month, paid_in: Month, today: date, expected: date | None
) -> None:
    assert lapsed_on(last_paid=last_paid, paid_in=paid_in, today=today) == expected


def test_a_whole_month_without_payment_ends_the_cover_once_and_tells(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()

    assert lapse("2026-02-28") == 0
    assert (lapse("2026-03-01"), lapse("2026-03-02")) == (1, 0)

    assert days_of(enrollment) == [(date(2024, 1, 1), date(2026, 1, 31))]
    assert Enrollment.objects.get(pk=enrollment.pk).status == Enrollment.ACTIVE
    assert not benefit_on(person, day=date(2026, 3, 1)).is_covered
    assert Delivery.objects.filter(template="payment_lapsed", channel="sms").count() == 1


def test_caught_up_in_time_it_reaches_back(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    lapse("2026-04-05")

    pay(bill_of(enrollment, 2, 3, 4), on=date(2026, 4, 12))

    assert days_of(enrollment)[1:] == [(date(2026, 2, 1), None)]
    assert lapse("2026-05-20") == 0


def test_paid_too_late_it_waits(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    lapse("2026-07-05")

    pay(bill_of(enrollment, 7), on=date(2026, 7, 12))

    assert days_of(enrollment)[1:] == [(date(2027, 1, 1), None)]


def test_a_wait_that_runs_is_left_alone(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    lapse("2026-07-05")
    pay(bill_of(enrollment, 7), on=date(2026, 7, 12))

    assert lapse("2026-10-05") == 0

    assert days_of(enrollment)[1:] == [(date(2027, 1, 1), None)]


def test_whoever_is_employed_or_stopped_is_left_alone(area: PoolingArea, person: InsuredPerson) -> None:
    employed = factories.employee(of=factories.employer(area=area))
    employed.enrollments.update(last_paid_month=date(2025, 1, 1))
    person.enrollments.update(status="2", paused_on=date(2026, 2, 1))

    assert lapse("2026-04-05") == 0


def test_whoever_has_retired_pays_no_more_and_keeps_the_cover(person: InsuredPerson) -> None:
    person.enrollments.update(category="1203")

    assert lapse("2026-04-05") == 0
    assert service.lapse_one(person.enrollments.get().pk) is False

    assert days_of(person.enrollments.get()) == [(date(2024, 1, 1), None)]


def test_a_month_that_nobody_billed_ends_no_cover(person: InsuredPerson) -> None:
    Bill.objects.all().delete()
    bill_of(person.enrollments.get(), 3)

    assert lapse("2026-05-05") == 0


@pytest.mark.parametrize("last_paid", [None, date(2026, 1, 1)])
def test_whoever_was_never_billed_the_first_month_keeps_the_cover(
    person: InsuredPerson, last_paid: date | None
) -> None:
    enrollment = person.enrollments.get()
    person.enrollments.update(last_paid_month=last_paid)
    assert service.is_lapsing(enrollment.pk, today=date(2026, 5, 5)) is (last_paid is not None)
    Bill.objects.all().delete()
    bill_of(enrollment, 3, 4)

    assert not service.is_lapsing(enrollment.pk, today=date(2026, 6, 5))
    assert service.lapse_one(enrollment.pk) is False
    assert lapse("2026-06-05") == 0

    assert days_of(enrollment) == [(date(2024, 1, 1), None)]
    assert not Delivery.objects.filter(template="payment_lapsed").exists()


@pytest.mark.parametrize(("due_on", "day"), [(date(2026, 4, 30), "2026-04-30"), (date(2026, 5, 31), "2026-05-31")])
def test_a_month_that_was_put_off_ends_no_cover_before_its_day(person: InsuredPerson, due_on: date, day: str) -> None:
    Bill.objects.update(due_on=due_on)

    assert lapse(day) == 0
    assert lapse("2026-06-01") == 1


def test_one_month_of_three_keeps_what_it_has_bought(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    bills = bill_of(enrollment, 2, 3, 4)
    lapse("2026-04-05")
    pay(bills[:1], on=date(2026, 4, 20))
    assert days_of(enrollment)[1:] == [(date(2026, 5, 1), None)]

    assert (lapse("2026-05-01"), lapse("2026-05-31")) == (0, 0)
    assert benefit_on(person, day=date(2026, 5, 1)).is_covered
    assert lapse("2026-06-01") == 1

    assert days_of(enrollment)[1:] == [(date(2026, 5, 1), date(2026, 5, 31))]
    assert not CoveragePeriod.objects.filter(cancelled_at__isnull=False).exists()


def test_whoever_follows_a_plan_stays_covered(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    bills = bill_of(enrollment, 2, 3, 4)
    lapse("2026-04-05")
    days = [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]
    parts = [NewPart(no=no, due_on=days[no - 1], bills=(bill.number,)) for no, bill in enumerate(bills, 1)]
    open_plan(parts, basis="FQ1")

    for no, bill in enumerate(bills):
        pay([bill], on=date(2026, 4 + no, 20))
        assert lapse(f"2026-{5 + no:02}-01") == 0

    assert days_of(enrollment)[1:] == [(date(2026, 5, 1), None)]


def test_whoever_pays_one_month_and_stops_waits_for_nothing(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    lapse("2026-07-05")
    pay(bill_of(enrollment, 7), on=date(2026, 7, 12))
    bill_of(enrollment, 8)

    assert lapse("2027-01-01") == 1

    assert days_of(enrollment)[1:] == []


def skipped_month_paid(person: InsuredPerson) -> None:
    """Lapsed once; an older month that was left out opens the cover again, and the paid months go on as they were."""
    enrollment = person.enrollments.get()
    pay(bill_of(enrollment, 1), on=date(2026, 1, 10))
    lapse("2026-03-01")
    with time_machine.travel("2026-03-05T02:00:00Z", tick=False):
        pay([month_bill(enrollment, Month(2025, 11))], on=date(2026, 3, 5))
    assert days_of(enrollment)[1:] == [(date(2026, 4, 1), None)]


def test_the_same_month_can_end_the_cover_twice(person: InsuredPerson) -> None:
    skipped_month_paid(person)

    assert (lapse("2026-04-30"), lapse("2026-05-01"), lapse("2026-05-02")) == (0, 1, 0)

    assert days_of(person.enrollments.get())[1:] == [(date(2026, 4, 1), date(2026, 4, 30))]
    assert Delivery.objects.filter(template="payment_lapsed", channel="sms").count() == 2


def test_one_that_breaks_stops_no_other(
    area: PoolingArea, person: InsuredPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = factories.flexible(area=area)
    other.enrollments.update(last_paid_month=date(2026, 1, 1))
    bill_of(other.enrollments.get(), 2)
    real, broken = service.lapse_coverage, person.enrollments.get().pk

    def breaks(enrollment: Enrollment, **more: Any) -> bool:
        if enrollment.pk == broken:
            raise ValueError
        return real(enrollment, **more)

    monkeypatch.setattr(service, "lapse_coverage", breaks)

    assert lapse("2026-03-01") == 1

    assert days_of(other.enrollments.get()) == [(date(2024, 1, 1), date(2026, 1, 31))]
    assert days_of(person.enrollments.get()) == [(date(2024, 1, 1), None)]
