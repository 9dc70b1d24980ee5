"""What a stop leaves to pay or gives back, as amounts."""

from datetime import date

import pytest

from insured.models import PoolingArea
from insured.policy.dates import Month
from payments.services.bills import open_bill
from payments.services.opening import employee_month, open_flexible_month
from payments.services.settling import arrears_of, settlement_of
from tests import factories
from tests.payments import owed
from tests.payments.records import contribution, year_of
from tests.payments.test_services_dues import rates

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("decided_on", "back_fen"), [(date(2025, 12, 15), 40_000), (date(2026, 1, 1), 0), (date(2026, 1, 5), 0)]
)
def test_a_prepaid_resident_year_comes_back_until_it_begins(area: PoolingArea, decided_on: date, back_fen: int) -> None:
    enrollment = factories.enrollment(of=factories.person(area=area))
    year_of(enrollment.person, year=2025)
    year_of(enrollment.person, year=2026)

    found = settlement_of(enrollment, last_covered_on=decided_on, decided_on=decided_on)

    assert (found.left_fen, found.back_fen) == (0, back_fen)


def test_months_until_the_stop_are_left_to_pay_and_months_behind_it_come_back(area: PoolingArea) -> None:
    rates(area)
    enrollment = factories.flexible(area=area).enrollments.get()
    for month in (1, 2):
        open_flexible_month(enrollment, terms=employee_month(area.pk, month=Month(2026, month)))
    open_bill(owed.resident_year(factories.enrollment(of=enrollment.person, status="2")))
    contribution(of=enrollment.person, enrollment=enrollment, first=date(2026, 4, 1), personal_fen=44_330)

    found = settlement_of(enrollment, last_covered_on=date(2026, 2, 28), decided_on=date(2026, 3, 2))

    assert (found.left_fen, found.back_fen) == (88_660, 44_330)
    assert arrears_of(enrollment, today=date(2026, 2, 10)).total_fen == 44_330
    assert not arrears_of(enrollment, today=date(2026, 1, 31)).bills
