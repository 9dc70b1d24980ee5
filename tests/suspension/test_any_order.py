"""Stop and return in any order, paid or not: periods never overlap, and the status tells what happened last."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insured.models import CoveragePeriod, Enrollment, InsuredPerson
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError
from suspension.policy.transitions import State
from suspension.services import effect
from tests import factories
from tests.suspension import cases, returning

pytestmark = pytest.mark.django_db(transaction=False)
BEGIN = date(2026, 1, 15)
STEPS = ("stop", "return", "return-unpaid", "wait")


def stop(person: InsuredPerson, caseworker: User) -> None:
    months = {"stop_month": clock.today().replace(day=1)} if person.enrollments.get().scheme == "310" else {}
    cases.decided(cases.taken(cases.filed(person, **months), by=caseworker), by=caseworker)


def come_back(person: InsuredPerson, caseworker: User) -> None:
    waiting = returning.approved(person, by=caseworker)
    if waiting.state == State.APPROVED:
        returning.paid(waiting, on=clock.today())


def come_back_without_paying(person: InsuredPerson, caseworker: User) -> None:
    returning.approved(person, by=caseworker)


ACTS: dict[str, Callable[[InsuredPerson, User], None]] = {
    "stop": stop,
    "return": come_back,
    "return-unpaid": come_back_without_paying,
    "wait": lambda _person, _caseworker: None,
}


def check(person: InsuredPerson) -> None:
    """No day is covered twice, at most one basic scheme is active, and a stopped person has no cover ahead."""
    rows = list(
        CoveragePeriod.objects.counting()
        .filter(person=person)
        .order_by("starts_on")
        .values_list("starts_on", "ends_on")
    )
    for (_, end), (start, _) in pairwise(rows):
        assert end is not None
        assert end < start
    enrollment = person.enrollments.get()
    if enrollment.status == Enrollment.PAUSED and enrollment.paused_on:
        assert all(end is not None and end < enrollment.paused_on for _, end in rows)
    assert Enrollment.objects.active().filter(person=person).count() <= 1


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    scheme=st.sampled_from(["310", "390"]),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 120)), min_size=3, max_size=6),
)
def test_cover_never_overlaps_whatever_is_done_in_whatever_order(scheme: str, steps: list[tuple[str, int]]) -> None:
    area = factories.area()
    if not area.contributionstandard_set.exists():
        returning.standards(area, years=(2025, 2026, 2027, 2028, 2029))
    caseworker = factories.staff(area=area)
    person = factories.resident(area=area) if scheme == "390" else factories.flexible(area=area)
    today = BEGIN
    for step, days in steps:
        today += timedelta(days=days)
        with time_machine.travel(f"{today}T02:00:00Z", tick=False):
            effect.apply_due_effects()
            effect.void_unpaid()
            with suppress(BusinessRuleError):
                ACTS[step](person, caseworker)
            check(person)
