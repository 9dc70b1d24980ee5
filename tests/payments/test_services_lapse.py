"""Unpaid months of flexible employment end the cover; catching up in time reaches back, later it waits."""

from datetime import date

import pytest
import time_machine

from insured.models import Enrollment, InsuredPerson, PoolingArea
from insured.policy.dates import Month
from insured.policy.interruption import lapsed_on
from insured.services.benefits import benefit_on
from payments.services.lapse import lapse_unpaid
from portal.notifications.models import Delivery
from tests import factories
from tests.payments.test_services_effects import days_of, month_bill, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(area: PoolingArea) -> InsuredPerson:
    """Flexible since 2024 without an end, paid through January 2026."""
    found = factories.flexible(area=area)
    found.enrollments.update(last_paid_month=date(2026, 1, 1))
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
    assert lapsed_on(last_paid=Month(2026, 1), today=today) == expected


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

    pay([month_bill(enrollment, Month(2026, month)) for month in (2, 3, 4)], on=date(2026, 4, 12))

    assert days_of(enrollment)[1:] == [(date(2026, 2, 1), None)]
    assert lapse("2026-05-20") == 0


def test_paid_too_late_it_waits(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    lapse("2026-07-05")

    pay([month_bill(enrollment, Month(2026, 7))], on=date(2026, 7, 12))

    assert days_of(enrollment)[1:] == [(date(2027, 1, 1), None)]


def test_a_wait_that_runs_is_left_alone(person: InsuredPerson) -> None:
    enrollment = person.enrollments.get()
    lapse("2026-07-05")
    pay([month_bill(enrollment, Month(2026, 7))], on=date(2026, 7, 12))

    assert lapse("2026-10-05") == 0

    assert days_of(enrollment)[1:] == [(date(2027, 1, 1), None)]


def test_whoever_is_employed_or_stopped_is_left_alone(area: PoolingArea, person: InsuredPerson) -> None:
    employed = factories.employee(of=factories.employer(area=area))
    employed.enrollments.update(last_paid_month=date(2025, 1, 1))
    person.enrollments.update(status="2", paused_on=date(2026, 2, 1))

    assert lapse("2026-04-05") == 0
