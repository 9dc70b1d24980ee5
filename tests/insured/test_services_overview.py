"""What a person is covered for on a day, why, and for how long."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from insured.models import Enrollment, InsuredPerson, PoolingArea
from insured.policy.dates import Length
from insured.services.overview import Span, benefit, is_covered, overview
from portal.accounts.models import User
from portal.labels import say
from tests import factories

TODAY = date(2026, 3, 10)
YEAR_2026 = Span(date(2026, 1, 1), date(2026, 12, 31))
YEAR_2025 = Span(date(2025, 1, 1), date(2025, 12, 31))
OPEN = Span(date(2024, 1, 1), None)
Budget = Callable[[int], AbstractContextManager[Any]]


@pytest.mark.parametrize(
    ("known", "day", "is_due", "until", "code"),
    [
        ([], TODAY, False, None, "benefit.none"),
        ([YEAR_2026], TODAY, True, date(2026, 12, 31), "benefit.until"),
        ([YEAR_2026], date(2026, 1, 1), True, date(2026, 12, 31), "benefit.until"),
        ([YEAR_2026], date(2026, 12, 31), True, date(2026, 12, 31), "benefit.until"),
        ([YEAR_2026], date(2027, 1, 1), False, date(2026, 12, 31), "benefit.ended"),
        ([YEAR_2026], date(2025, 12, 31), False, None, "benefit.not-begun"),
        ([YEAR_2025], TODAY, False, date(2025, 12, 31), "benefit.ended"),
        ([OPEN], TODAY, True, None, "benefit.open"),
        (
            [Span(date(2025, 1, 1), date(2025, 6, 30)), YEAR_2026],
            date(2025, 8, 1),
            False,
            date(2025, 6, 30),
            "benefit.not-begun",
        ),
    ],
)
def test_benefits_are_due_on_covered_days_only(
    known: list[Span], day: date, is_due: bool, until: date | None, code: str
) -> None:
    answer = benefit(known, day=day)

    assert (answer.is_covered, answer.until, answer.reason.code) == (is_due, until, code)
    assert answer.begins_on == (date(2026, 1, 1) if code == "benefit.not-begun" else None)
    assert "{" not in say(answer.reason)


@pytest.mark.parametrize(("months", "text"), [(0, "0个月"), (3, "3个月"), (12, "1年"), (27, "2年3个月")])
def test_a_length_reads_as_years_and_months(months: int, text: str) -> None:
    assert str(Length(months)) == text


@pytest.mark.django_db
def test_periods_that_follow_each_other_are_one(resident: InsuredPerson) -> None:
    row = Enrollment.objects.get(person=resident)
    factories.period(of=row, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))

    seen = overview(factories.account_of(resident), day=TODAY)

    assert seen is not None
    assert seen.coverages[0].benefit.until == date(2027, 12, 31)


@pytest.mark.django_db
def test_counts_covered_months_and_those_without_a_gap(area: PoolingArea) -> None:
    person = factories.person(area=area, user=factories.user())
    row = factories.enrollment(of=person)
    factories.period(of=row, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    factories.period(of=row, starts_on=date(2025, 12, 15), ends_on=date(2026, 12, 31))

    seen = overview(factories.account_of(person), day=TODAY)

    assert seen is not None
    assert (seen.covered, seen.continuous) == (Length(16), Length(4))


@pytest.mark.django_db
def test_a_stopped_scheme_names_the_one_that_pays_today(resident: InsuredPerson) -> None:
    Enrollment.objects.filter(person=resident).update(status="2", paused_on=date(2026, 2, 1))
    resident.periods.update(ends_on=date(2026, 1, 31))
    factories.period(of=factories.enrollment(of=resident, scheme="310"), starts_on=date(2026, 2, 1), ends_on=None)

    seen = overview(factories.account_of(resident), day=TODAY)

    assert seen is not None
    assert [(one.enrollment.scheme, one.benefit.is_covered) for one in seen.coverages] == [
        ("310", True),
        ("390", False),
    ]
    assert say(seen.coverages[1].benefit.reason).startswith("这一险种今天不报销。您今天由职工基本医疗保险保障")


@pytest.mark.django_db
def test_a_cancelled_period_does_not_count(resident: InsuredPerson) -> None:
    resident.periods.update(cancelled_at="2026-01-01T00:00:00Z")

    seen = overview(factories.account_of(resident), day=TODAY)

    assert not is_covered(resident, day=TODAY)
    assert seen is not None
    assert seen.coverages[0].benefit.reason.code == "benefit.none"


@pytest.mark.django_db
def test_answers_whether_a_basic_scheme_pays_on_a_day(resident: InsuredPerson) -> None:
    assert is_covered(resident, day=date(2026, 12, 31))
    assert not is_covered(resident, day=date(2027, 1, 1))


@pytest.mark.django_db
def test_nobody_stands_behind_an_agent_or_staff(agent: User, caseworker: User) -> None:
    assert overview(agent, day=TODAY) is None
    assert overview(caseworker, day=TODAY) is None


@pytest.mark.django_db
def test_a_person_without_enrollment_is_still_shown(area: PoolingArea) -> None:
    person = factories.person(area=area, user=factories.user(), name="白素")

    seen = overview(factories.account_of(person), day=TODAY)

    assert seen is not None
    assert (seen.person.name, seen.unit_name, seen.coverages) == ("白素", "", ())


@pytest.mark.django_db
def test_reads_everything_in_two_statements(resident: InsuredPerson, assert_statements: Budget) -> None:
    factories.enrollment(of=resident, scheme="392", employer=resident.enrollments.get().employer, category="1501")

    with assert_statements(2):
        overview(factories.account_of(resident), day=TODAY)
