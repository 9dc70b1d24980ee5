"""Choosing how many missed years a bill pays: the new bill, a repeat, and what stands in the way."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from insured.models import CoveragePeriod, InsuredPerson, PoolingArea
from payments.models import Bill, BillLine
from payments.services.bills import lock_bills, open_bill, pay_bill
from payments.services.dues import dues_of
from payments.services.repairs import choose_repairs, repairs_of
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError
from portal.labels import say
from tests import factories
from tests.payments import booth, gaps, owed

pytestmark = pytest.mark.django_db
in_the_window = pytest.fixture(autouse=True)(gaps.standing_still)
Budget = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def owing(area: PoolingArea) -> tuple[InsuredPerson, Bill]:
    return gaps.owing(area)


def choose(bill: Bill, years: int, *, by: User, version: int | None = None) -> Bill:
    return choose_repairs(bill.number, years=years, version=version or bill.version, by=by)


def refusal(bill: Bill, years: int, *, by: User, version: int | None = None) -> BusinessRuleError:
    before = _rows(bill)
    with pytest.raises(BusinessRuleError) as caught:
        choose(bill, years, by=by, version=version)
    assert all(say(reason) for reason in caught.value.reasons)
    assert _rows(bill) == before
    return caught.value


def _rows(bill: Bill) -> tuple[object, ...]:
    found = Bill.objects.filter(pk=bill.pk).values()
    return (*found, *BillLine.objects.filter(bill=bill).order_by("position").values())


def test_the_bill_gets_the_new_amount_with_its_formula(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing

    chosen = choose(bill, 2, by=factories.account_of(person))

    assert (chosen.repair_years, chosen.payable_fen, chosen.personal_fen) == (2, 120_000, 120_000)
    assert (chosen.fiscal_fen, chosen.version) == (70_000, bill.version + 1)
    lines = chosen.lines.order_by("position").values_list("position", "part", "amount_fen", "reason_code")
    assert list(lines) == [
        (1, "personal", 40_000, "bill.resident-year"),
        (2, "personal", 80_000, "bill.repair"),
        (3, "fiscal", 70_000, "bill.fiscal"),
    ]


def test_paying_it_covers_from_the_day_that_was_promised(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    promised = repairs_of(bill, today=gaps.IN_WINDOW)
    choose(bill, 2, by=factories.account_of(person))

    (locked,) = lock_bills(Bill.objects.filter(pk=bill.pk))
    pay_bill(locked, amount_fen=120_000, paid_on=gaps.IN_WINDOW, way="02")

    assert promised is not None
    assert promised.ways[2].effect.benefit_starts_on == date(2028, 4, 1)
    assert CoveragePeriod.objects.counting().filter(person=person, starts_on=date(2028, 4, 1)).exists()


def test_it_can_be_taken_back(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    by = factories.account_of(person)

    back = choose(choose(bill, 2, by=by), 0, by=by)

    assert (back.repair_years, back.payable_fen, back.lines.count()) == (0, 40_000, 2)


def test_the_same_number_again_changes_nothing(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    by = factories.account_of(person)
    choose(bill, 1, by=by)
    before = _rows(bill)

    choose(bill, 1, by=by, version=bill.version)

    assert _rows(bill) == before


@pytest.mark.parametrize(("years", "code"), [(3, "repair.useless"), (4, "repair.unknown"), (-1, "repair.unknown")])
def test_refuses_what_brings_nothing(owing: tuple[InsuredPerson, Bill], years: int, code: str) -> None:
    person, bill = owing

    assert [one.code for one in refusal(bill, years, by=factories.account_of(person)).reasons] == [code]


def test_refuses_while_an_order_is_live(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    by = factories.account_of(person)
    booth.opened(bill, by=by)

    error = refusal(bill, 1, by=by)

    assert isinstance(error, ConflictError)
    assert [one.code for one in error.reasons] == ["repair.busy"]


def test_refuses_when_a_part_is_paid(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    pay_bill(bill, amount_fen=10_000, paid_on=gaps.IN_WINDOW, way="02")

    assert [one.code for one in refusal(bill, 1, by=factories.account_of(person)).reasons] == ["repair.busy"]


def test_refuses_a_bill_that_is_paid_or_belongs_to_an_application(area: PoolingArea) -> None:
    person, bill = gaps.owing(area)
    other, voided = gaps.owing(area)
    Bill.objects.filter(pk=voided.pk).update(status=Bill.VOID)
    of_application = open_bill(owed.resident_year(other.enrollments.get(), year=2028, basis="YB20271105AAAAAA0"))
    pay_bill(bill, amount_fen=40_000, paid_on=gaps.IN_WINDOW, way="02")

    for who, one in ((person, bill), (other, of_application)):
        assert [found.code for found in refusal(one, 1, by=factories.account_of(who)).reasons] == ["repair.not-here"]


def test_refuses_a_page_that_is_older_than_the_bill(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    by = factories.account_of(person)
    choose(bill, 1, by=by)

    assert [one.code for one in refusal(bill, 2, by=by, version=bill.version).reasons] == ["bill.changed-meanwhile"]


def test_a_stranger_changes_nothing(owing: tuple[InsuredPerson, Bill], stranger: User) -> None:
    _, bill = owing

    assert [one.code for one in refusal(bill, 1, by=stranger).reasons] == ["order.bill-unknown"]


def test_years_that_have_become_useless_are_not_to_be_paid(owing: tuple[InsuredPerson, Bill]) -> None:
    person, bill = owing
    choose(bill, 2, by=factories.account_of(person))
    factories.period(of=person.enrollments.get(), starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))

    (due,) = dues_of(person, gaps.IN_WINDOW).items

    assert [(one.code, one.params["enough"]) for one in due.why_not] == [("dues.repair-useless", 0)]
    assert due.has_repairs


@pytest.mark.parametrize(("covered", "has_repairs"), [(2024, True), (2026, False), (2027, False)])
def test_the_dues_offer_it_where_it_helps(area: PoolingArea, covered: int, has_repairs: bool) -> None:
    person, _ = gaps.owing(area, covered=covered)

    (due,) = dues_of(person, gaps.IN_WINDOW).items

    assert due.has_repairs is has_repairs


def test_choosing_needs_few_statements(owing: tuple[InsuredPerson, Bill], assert_statements: Budget) -> None:
    person, bill = owing
    by = factories.account_of(person)

    with assert_statements(15):
        choose(bill, 2, by=by)


def test_the_ways_need_few_statements(owing: tuple[InsuredPerson, Bill], assert_statements: Budget) -> None:
    bill = Bill.objects.select_related("person", "enrollment").get(pk=owing[1].pk)

    with assert_statements(8):
        found = repairs_of(bill, today=gaps.IN_WINDOW)

    assert found is not None
    assert len(found.ways) == 4
