"""Payments: a bill is opened once, counted once, and recorded when it is paid in full."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from insured.models import Enrollment, PoolingArea
from payments.models import Bill, ContributionRecord
from payments.services import bills
from portal.errors import ConflictError
from tests import factories
from tests.payments import owed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 20)


@pytest.fixture
def enrollment(area: PoolingArea) -> Enrollment:
    return factories.enrollment(of=factories.person(area=area))


def test_a_period_has_one_bill_that_counts(enrollment: Enrollment) -> None:
    bills.open_bill(owed.resident_year(enrollment))

    with pytest.raises(IntegrityError), transaction.atomic():
        bills.open_bill(owed.resident_year(enrollment))


def test_a_full_payment_makes_the_record_with_its_fiscal_part(enrollment: Enrollment) -> None:
    bill = bills.open_bill(owed.resident_year(enrollment))

    bills.pay_bill(bill, amount_fen=40_000, paid_on=TODAY, way="02")

    record = ContributionRecord.objects.get()
    assert (bill.status, bill.left_fen) == (Bill.PAID, 0)
    assert (record.personal_fen, record.fiscal_fen, record.paid_on) == (40_000, 70_000, TODAY)


def test_a_part_payment_is_named_and_records_nothing(enrollment: Enrollment) -> None:
    bill = bills.open_bill(owed.resident_year(enrollment))

    bills.pay_bill(bill, amount_fen=10_000, paid_on=TODAY, way="02")

    assert (bill.status, bill.left_fen) == (Bill.PART_PAID, 30_000)
    assert not ContributionRecord.objects.exists()


@pytest.mark.parametrize("amount_fen", [40_001, 80_000])
def test_more_than_what_is_left_is_refused(enrollment: Enrollment, amount_fen: int) -> None:
    bill = bills.open_bill(owed.resident_year(enrollment))

    with pytest.raises(ConflictError):
        bills.pay_bill(bill, amount_fen=amount_fen, paid_on=TODAY, way="02")


def test_the_second_of_two_readers_is_refused(enrollment: Enrollment) -> None:
    first = bills.open_bill(owed.resident_year(enrollment))
    second = Bill.objects.get(pk=first.pk)
    bills.pay_bill(first, amount_fen=10_000, paid_on=TODAY, way="02")

    with pytest.raises(ConflictError):
        bills.pay_bill(second, amount_fen=10_000, paid_on=TODAY, way="02")
