"""我的应缴: what a person owes, what it gives, what happens if it is late, and why something cannot be paid."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insured.models import Enrollment, InsuredPerson, PoolingArea
from insured.policy.dates import Month, months_between
from payments.models import Bill
from payments.policy.amounts import resident_lines
from payments.services.bills import open_bill, pay_bill
from payments.services.dues import Due, dues_of
from payments.services.opening import employee_month, open_flexible_month
from payments.services.standards import EmployeeRates, Standard, set_employee_standard, set_standard
from portal import labels
from portal.errors import Reason
from tests import factories
from tests.payments import owed

pytestmark = pytest.mark.django_db
IN_WINDOW, IN_EXTENSION, LATE = date(2026, 11, 5), date(2027, 1, 20), date(2027, 4, 1)


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    """Their codes; each one can be said."""
    assert all(labels.say(reason) for reason in reasons)
    return [reason.code for reason in reasons]


def resident_due(area: PoolingArea, *, today: date, **more: Any) -> Due:
    person = factories.resident(area=area)
    open_bill(owed.resident_year(person.enrollments.get(), year=2027, **more))
    (due,) = dues_of(person, today).items
    return due


@pytest.mark.parametrize(
    ("today", "consequence", "is_overdue", "extended", "begins"),
    [
        (IN_WINDOW, "due.window-then-extension", False, date(2027, 2, 28), date(2027, 1, 1)),
        (IN_EXTENSION, "due.in-extension", True, date(2027, 2, 28), IN_EXTENSION),
        (LATE, "due.late", True, None, date(2027, 7, 1)),
    ],
)
def test_a_resident_year_says_what_a_deadline_means(
    area: PoolingArea, today: date, consequence: str, is_overdue: bool, extended: date | None, begins: date
) -> None:
    due = resident_due(area, today=today)

    assert (due.amount_fen, due.deadline, due.is_overdue) == (40_000, date(2026, 12, 31), is_overdue)
    assert due.extended_until == extended
    assert codes(due.consequence) == [consequence, "due.no-fiscal"]
    assert (due.benefit_starts_on, due.benefit_ends_on) == (begins, date(2027, 12, 31))
    assert due.is_payable
    assert [(line.part, line.amount_fen) for line in due.lines] == [("personal", 40_000), ("fiscal", 70_000)]
    assert codes(tuple(line.reason for line in due.lines)) == ["bill.resident-year", "bill.fiscal"]


def test_an_area_without_an_extension_names_one_deadline() -> None:
    due = resident_due(factories.area(extension_ends_month=0), today=IN_WINDOW)

    assert due.extended_until is None
    assert codes(due.consequence)[0] == "due.window"


@pytest.mark.parametrize(
    ("today", "code"), [(date(2027, 10, 5), "waiting.refused"), (date(2028, 1, 2), "waiting.year-over")]
)
def test_a_year_that_would_bring_nothing_is_not_to_be_paid(area: PoolingArea, today: date, code: str) -> None:
    due = resident_due(area, today=today)

    assert codes(due.why_not) == [code]
    assert not due.is_payable
    assert due.effect == ()


def test_what_is_fully_funded_is_confirmed_instead_of_paid(area: PoolingArea) -> None:
    lines = resident_lines(year=2027, personal_fen=40_000, fiscal_fen=70_000, aid_fen=40_000)

    due = resident_due(area, today=IN_WINDOW, lines=lines)

    assert due.is_free
    assert not due.is_payable


def test_a_part_payment_names_the_rest(area: PoolingArea) -> None:
    person = factories.resident(area=area)
    bill = open_bill(owed.resident_year(person.enrollments.get(), year=2027))
    pay_bill(bill, amount_fen=15_000, paid_on=IN_WINDOW, way="02")

    (due,) = dues_of(person, IN_WINDOW).items

    assert due.amount_fen == 25_000
    assert codes(due.consequence)[0] == "dues.part-paid"
    assert "150.00元" in labels.say(due.consequence[0])
    assert "250.00元" in labels.say(due.consequence[0])


def rates(area: PoolingArea) -> None:
    set_employee_standard(
        EmployeeRates(
            area_id=area.pk,
            starts_on=date(2021, 1, 1),
            floor_fen=443_300,
            cap_fen=2_216_500,
            unit_rate=Decimal("0.075"),
            personal_rate=Decimal("0.02"),
            flexible_rate=Decimal("0.1"),
            source="演示",
        )
    )


def flexible(area: PoolingArea, *, last_paid: Month, through: Month) -> InsuredPerson:
    """With a bill for every month after the last paid one."""
    rates(area)
    person = factories.flexible(area=area)
    Enrollment.objects.filter(person=person).update(last_paid_month=last_paid.first_day)
    for month in months_between(last_paid + 1, through):
        open_flexible_month(person.enrollments.get(), terms=employee_month(area.pk, month=month))
    return person


def test_months_of_arrears_can_be_caught_up_together(area: PoolingArea) -> None:
    person = flexible(area, last_paid=Month(2025, 1), through=Month(2025, 4))

    found = dues_of(person, date(2025, 4, 12))

    assert (found.total_fen, found.overdue_fen) == (132_990, 88_660)
    assert [codes(due.consequence) for due in found.items] == [
        ["due.month-overdue"],
        ["due.month-overdue"],
        ["due.month"],
    ]
    assert codes(found.items[0].effect) == [
        "interruption.count",
        "interruption.paid-up",
        "interruption.retroactive",
    ]


def test_after_a_long_interruption_only_the_running_month_is_taken(area: PoolingArea) -> None:
    person = flexible(area, last_paid=Month(2025, 1), through=Month(2025, 7))

    found = dues_of(person, date(2025, 7, 12))

    assert [codes(due.why_not) for due in found.items] == [["due.month-lapsed"]] * 5 + [[]]
    assert [due.period for due in found.payable] == ["2025年7月"]


def test_who_has_stopped_need_not_pay(area: PoolingArea) -> None:
    person = factories.resident(area=area)
    open_bill(owed.resident_year(person.enrollments.get(), year=2027))
    Enrollment.objects.filter(person=person).update(status="2")

    (due,) = dues_of(person, IN_WINDOW).items

    assert codes(due.why_not) == ["dues.not-active"]


def test_a_bill_of_an_application_says_so(area: PoolingArea) -> None:
    due = resident_due(area, today=IN_WINDOW, basis="TB20261105ABCDEFG")

    assert codes(due.consequence) == ["dues.of-application"]
    assert due.is_payable


def notes(person: InsuredPerson, today: date) -> list[str]:
    return codes(dues_of(person, today).notes)


def test_says_why_nothing_is_to_be_paid(area: PoolingArea) -> None:
    person = factories.resident(area=area)

    assert notes(person, date(2026, 6, 1)) == ["dues.window-not-open"]
    assert notes(person, IN_WINDOW) == ["standard.not-set"]

    set_standard(Standard(area.pk, "390", 2027, 40_000, 70_000, source="演示"))
    assert notes(person, IN_WINDOW) == ["dues.not-assessed"]

    bill = open_bill(owed.resident_year(person.enrollments.get(), year=2027))
    assert notes(person, IN_WINDOW) == []

    Bill.objects.filter(pk=bill.pk).update(status="paid", paid_fen=40_000)
    assert notes(person, IN_WINDOW) == ["dues.year-paid"]


def test_who_works_for_a_unit_or_is_nowhere_enrolled_is_told(area: PoolingArea) -> None:
    assert notes(factories.employee(of=factories.employer(area=area)), IN_WINDOW) == ["dues.through-unit"]
    assert notes(factories.person(area=area), IN_WINDOW) == ["dues.not-enrolled"]


def test_sends_the_same_statements_for_many_bills(
    area: PoolingArea, assert_statements: Callable[[int], AbstractContextManager[Any]]
) -> None:
    person = flexible(area, last_paid=Month(2025, 1), through=Month(2025, 7))

    with assert_statements(10):
        dues_of(person, date(2025, 7, 12))
