"""Money at the bank in time that is entered, or found, later: the day it came counts and not the day of the desk."""

from datetime import date
from typing import Any

import pytest
import time_machine

from insured.models import CoveragePeriod, Enrollment
from insured.policy.dates import Month
from payments.models import Bill, OfflinePayment
from payments.services import offline
from payments.services.bills import lock_bills, open_bill, pay_bill
from payments.services.dues import dues_of
from portal import clock
from portal.errors import BusinessRuleError
from tests import factories
from tests.payments import owed, receipts
from tests.payments.test_services_effects import days_of, month_bill

pytestmark = pytest.mark.django_db
LAST_DAY, NEXT_DAY = date(2026, 9, 30), "2026-10-01T02:00:00Z"
"""The last day on which the resident's year of 2026 can be paid, and the morning behind it."""


@pytest.fixture
def day() -> Any:
    with time_machine.travel("2026-09-30T02:00:00Z", tick=False) as traveller:
        yield traveller


def test_money_of_the_last_day_is_entered_and_confirmed_the_day_after(bill: Bill, day: Any) -> None:
    day.move_to(NEXT_DAY)
    assert dues_of(bill.person, clock.today()).items[0].why_not

    found = receipts.confirmed(receipts.entered(bill, area=bill.area, paid_on=LAST_DAY))

    bill.refresh_from_db()
    assert (bill.status, found.state) == (Bill.PAID, OfflinePayment.BOOKED)


def test_money_behind_the_last_day_is_refused(bill: Bill, day: Any) -> None:
    day.move_to(NEXT_DAY)

    with pytest.raises(BusinessRuleError):
        receipts.entered(bill, area=bill.area, paid_on=date(2026, 10, 1))


def test_a_sum_in_suspense_is_matched_by_the_day_it_came(bill: Bill, day: Any) -> None:
    found = receipts.confirmed(receipts.entered(None, area=bill.area, paid_on=LAST_DAY))
    day.move_to(NEXT_DAY)

    by = receipts.finance(bill.area)
    offline.propose_bill(found.number, bill_number=bill.number, version=found.version, token=receipts.token(), by=by)
    found = receipts.confirmed(found)

    assert found.state == OfflinePayment.BOOKED


def test_a_bill_of_an_application_is_paid_by_its_last_day(resident: factories.InsuredPerson, day: Any) -> None:
    bill = open_bill(owed.resident_year(resident.enrollments.get(), year=2026, basis="TB20260930ABCDEFG"))
    Bill.objects.filter(pk=bill.pk).update(due_on=LAST_DAY)
    bill.refresh_from_db()
    day.move_to(NEXT_DAY)

    found = receipts.confirmed(receipts.entered(bill, area=bill.area, paid_on=LAST_DAY))

    assert found.state == OfflinePayment.BOOKED


def test_the_month_at_the_bank_before_the_next_one_leaves_no_gap(area: factories.PoolingArea) -> None:
    enrollment = factories.enrollment(of=factories.person(area=area), scheme="310", last_paid_month=date(2026, 2, 1))
    factories.period(of=enrollment, starts_on=date(2025, 1, 1), ends_on=date(2026, 2, 28))
    march, april = (month_bill(enrollment, Month(2026, month)) for month in (3, 4))
    with time_machine.travel("2026-04-12T02:00:00Z", tick=False):
        (locked,) = lock_bills(Bill.objects.filter(pk=april.pk))
        pay_bill(locked, amount_fen=locked.left_fen, paid_on=date(2026, 4, 12), way="02")
    assert days_of(enrollment)[-1] == (date(2026, 5, 1), None)

    with time_machine.travel("2026-04-13T02:00:00Z", tick=False):
        receipts.confirmed(receipts.entered(march, area=area, paid_on=date(2026, 3, 20)))

    assert days_of(enrollment)[-1] == (date(2026, 3, 1), None)
    assert not CoveragePeriod.objects.counting().filter(enrollment=enrollment, starts_on=date(2026, 5, 1)).exists()
    assert Enrollment.objects.get(pk=enrollment.pk).last_paid_month == date(2026, 4, 1)
