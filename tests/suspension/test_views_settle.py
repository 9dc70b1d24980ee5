"""Materials, then what is owed, then the stop: the order of steps, and what is left or comes back (rows 47, 124)."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from insured.models import InsuredPerson, PoolingArea
from insured.policy.dates import Month
from payments.models import Bill
from payments.services import bills
from payments.services.opening import employee_month, open_flexible_month
from tests import factories
from tests.payments.test_services_dues import rates
from tests.suspension import pages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel("2026-11-05T02:00:00Z", tick=False):
        yield


@pytest.fixture
def flexible(area: PoolingArea) -> InsuredPerson:
    """Self-employed, who has not paid September and October."""
    rates(area)
    person = factories.flexible(area=area)
    person.enrollments.update(last_paid_month=date(2026, 8, 1))
    for month in (9, 10):
        open_flexible_month(person.enrollments.get(), terms=employee_month(area.pk, month=Month(2026, month)))
    return person


@pytest.fixture
def visitor(flexible: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(flexible))


def check(visitor: Client) -> str:
    typed = pages.typed(stop_month="2026-11", reason_code="leave")
    return visitor.post("/stop/form/", typed, follow=True).content.decode()


def test_the_steps_are_materials_then_arrears_then_the_stop(visitor: Client) -> None:
    page = check(visitor)

    places = [page.index(text) for text in ("证明材料</h2>", "结清费用</h2>", "886.60", 'href="/me/arrears/"')]
    assert places == sorted(places)
    assert places[-1] < page.index("确认停缴</button>")


def test_the_arrears_can_be_paid_from_there(visitor: Client) -> None:
    page = visitor.get("/me/arrears/").content.decode()

    assert "443.30" in page
    assert 'action="/pay/' in page or 'href="/pay/' in page


def test_nothing_is_left_to_settle_once_it_is_paid(visitor: Client, flexible: InsuredPerson) -> None:
    for bill in Bill.objects.payable().filter(person=flexible).order_by("period_starts_on"):
        bills.pay_bill(bill, amount_fen=bill.left_fen, paid_on=date(2026, 11, 5), way="02")

    page = check(visitor)

    assert "没有欠费，不用缴费" in page
    assert "办理停缴不收费" in page
