"""缓缴 of units: which months are put off until when, as a table; the two bills, what paying each of them brings."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from insured.models import AreaPolicy, Employer, Enrollment, PoolingArea
from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from payments.models import Bill, ContributionRecord
from payments.policy.deferral import DeferralFacts, deferred_until
from payments.services import pooled, units
from payments.services.arrears import charge_late_fee
from payments.services.bills import lock_bills, pay_bill
from portal import clock
from portal.money import yuan
from tests import factories
from tests.payments.test_services_dues import rates

OPEN: dict[str, Any] = {"deferral_is_open": True, "deferral_months": 3, "deferral_repay_months": 6}


@pytest.mark.parametrize(
    ("rules", "facts", "until"),
    [
        ({}, {}, date(2026, 8, 25)),
        ({"deferral_is_open": False}, {}, None),
        ({}, {"is_small": False}, None),
        ({}, {"months_before": 2}, date(2026, 8, 25)),
        ({}, {"months_before": 3}, None),
        ({"deferral_months": 5}, {"months_before": 3}, date(2026, 8, 25)),
        ({"deferral_repay_months": 1}, {}, date(2026, 3, 25)),
        ({"deferral_repay_months": 11}, {}, date(2027, 1, 25)),
        ({}, {"month": Month(2026, 8), "due_on": date(2026, 8, 28)}, date(2027, 2, 28)),
    ],
)
def test_until_when_a_month_is_put_off(rules: dict[str, Any], facts: dict[str, Any], until: date | None) -> None:
    given: dict[str, Any] = {"month": Month(2026, 2), "due_on": date(2026, 2, 25), "is_small": True, "months_before": 0}

    assert deferred_until(DeferralFacts(**(given | facts)), rules=AreaRules(**(OPEN | rules))) == until


def test_it_is_closed_unless_an_area_opens_it() -> None:
    assert AreaRules().deferral_is_open is False


@pytest.fixture
def march_10() -> Iterator[None]:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        yield


@pytest.fixture
def place(march_10: None) -> PoolingArea:
    """Where it is open."""
    found = factories.area(code="119903", name="第三市", **OPEN)
    rates(found)
    return found


def unit_of(place: PoolingArea, *, is_small: bool = True) -> Employer:
    """A unit with one employee."""
    unit = factories.employer(area=place)
    Employer.objects.filter(pk=unit.pk).update(is_small=is_small)
    factories.employee(of=unit)
    return unit


def billed(unit: Employer, *, month: int = 2) -> dict[str, Bill]:
    """The bills of a month of 2026 by 缴费类型."""
    return {one.kind: one for one in units.bill_units([unit.pk], area_id=unit.area_id, month=Month(2026, month))}


def paid(bill: Bill) -> None:
    with transaction.atomic():
        (locked,) = lock_bills(Bill.objects.filter(pk=bill.pk))
        pay_bill(locked, amount_fen=locked.left_fen, paid_on=clock.today(), way="02")


@pytest.mark.django_db
class TestBills:
    def test_the_peoples_part_is_due_as_ever_and_the_units_later(self, place: PoolingArea) -> None:
        found = billed(unit_of(place))

        now, later = found["10"], found["992"]
        assert (now.unit_fen, now.due_on) == (0, date(2026, 2, 25))
        assert (later.personal_fen, later.due_on) == (0, date(2026, 8, 25))
        assert now.payable_fen == now.personal_fen > 0
        assert later.payable_fen == later.unit_fen > now.personal_fen
        assert {line.part for line in later.lines.all()} == {"unit"}

    def test_only_small_units_and_only_so_many_months(self, place: PoolingArea) -> None:
        big, small = unit_of(place, is_small=False), unit_of(place)

        months = [set(billed(small, month=month)) for month in range(2, 7)]

        assert set(billed(big)) == {"10"}
        assert months == [{"10", "992"}] * 3 + [{"10"}] * 2

    def test_a_later_scheme_counts_anew(self, place: PoolingArea) -> None:
        unit = unit_of(place)
        for month in (2, 3, 4):
            billed(unit, month=month)
        first = AreaPolicy.objects.get(area=place)
        for day, is_open in ((date(2026, 5, 1), False), (date(2026, 6, 1), True)):
            first.pk, first.effective_from, first.deferral_is_open = None, day, is_open
            first.save(force_insert=True)

        assert set(billed(unit, month=5)) == {"10"}
        assert set(billed(unit, month=6)) == {"10", "992"}

    def test_cover_goes_on_when_the_peoples_part_is_paid(self, place: PoolingArea) -> None:
        unit = unit_of(place)
        found = billed(unit, month=5)

        paid(found["10"])

        person = Enrollment.objects.get(employer=unit).person
        record = ContributionRecord.objects.get(employer=unit)
        assert Enrollment.objects.get(employer=unit).last_paid_month == date(2026, 5, 1)
        assert (record.personal_fen, record.unit_fen) == (found["10"].personal_fen, 0)
        assert pooled.balance_of(person) == record.personal_fen

    def test_the_units_part_is_recorded_as_deferred_and_credits_nobody(self, place: PoolingArea) -> None:
        unit = unit_of(place)
        found = billed(unit)

        paid(found["992"])

        record = ContributionRecord.objects.get(employer=unit)
        assert (record.kind, record.personal_fen, record.unit_fen) == ("992", 0, found["992"].unit_fen)
        assert pooled.balance_of(record.person) is None

    def test_no_late_fee_before_the_later_day(self, place: PoolingArea) -> None:
        later = billed(unit_of(place))["992"]
        with transaction.atomic():
            (locked,) = lock_bills(Bill.objects.filter(pk=later.pk))
            charge_late_fee(locked, on=date(2026, 8, 25))
            assert locked.late_fee_fen == 0
            charge_late_fee(locked, on=date(2026, 8, 27))

        assert locked.late_fee_fen > 0

    def test_whoever_pays_at_the_counter_can_tell_the_two(self, place: PoolingArea) -> None:
        unit = unit_of(place)
        found = billed(unit)
        desk = factories.client_of(factories.staff(area=place, role="finance"))

        page = desk.get(reverse("admin:payments_offlinepayment_unit", args=[unit.number])).content.decode()

        assert f"（单位缓缴），还差 {yuan(found['992'].left_fen)} 元" in page
        assert f"职工基本医疗保险，还差 {yuan(found['10'].left_fen)} 元" in page

    def test_an_undeclared_month_after_it_is_110_percent_of_both_parts(self, place: PoolingArea) -> None:
        unit = unit_of(place)
        found = billed(unit)

        terms = units.undeclared_terms(unit, month=Month(2026, 3))

        assert terms.last_fen == found["10"].payable_fen + found["992"].payable_fen
