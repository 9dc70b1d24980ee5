"""A return that was paid for against a unit that adds the same person: one order of events, one basic scheme."""

import secrets
from datetime import date
from functools import partial

import pytest
import time_machine

from insured.models import EmployerAgent, Enrollment, PoolingArea
from payments.services.bills import pay_bill
from portal.accounts.models import User
from portal.notifications.models import Message
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import addition, effect
from tests import factories
from tests.races.crowd import Call, Outcome, at_most, crowd, shown
from tests.results import Report, size
from tests.suspension import returning

pytestmark = [pytest.mark.database_server, pytest.mark.django_db(transaction=True)]


def paid_return(area: PoolingArea, *, by: User) -> Application:
    """审核通过 and paid; the worker has not come by yet."""
    person = returning.paused_resident(area=area, last=date(2025, 12, 31))
    waiting = returning.approved(person, by=by, coverage_year=2026)
    bill = returning.bill_of(waiting)
    pay_bill(bill, amount_fen=bill.left_fen, paid_on=date(2026, 3, 10), way="11")
    return waiting


def adding(waiting: Application, *, employer_id: int, by: User) -> Call:
    person = waiting.person
    newcomer = addition.Newcomer(id_number=person.id_number, name=person.name, wage_fen=680_000)
    return partial(addition.add, newcomer, employer_id=employer_id, token=secrets.token_urlsafe(24), by=by)


def test_a_return_and_a_unit_at_the_same_moment(report: Report, area: PoolingArea, caseworker: User) -> None:
    at_once, rounds, total = at_most(8), size(plain=6, full=30), Outcome()
    with time_machine.travel("2026-03-10T02:00:00Z", tick=True):
        returning.standards(area)
        unit, agent = factories.employer(area=area), factories.user(name="钟以和")
        EmployerAgent.objects.create(user=agent, employer=unit, starts_on=date(2020, 1, 1))
        cases = [paid_return(area, by=caseworker) for _ in range(rounds)]
        with crowd(at_once) as people:
            for case in cases:
                calls: list[Call] = [partial(effect.apply_effect, case.number or "")] * (at_once // 2)
                calls += [adding(case, employer_id=unit.pk, by=agent) for _ in range(at_once - len(calls))]
                total.add(people.run(calls))
        effect.apply_due_effects()

    for case in cases:
        case.refresh_from_db()
        (active,) = Enrollment.objects.active().filter(person=case.person, is_basic=True)
        held = Message.objects.filter(dedupe_key__startswith=f"application:{case.number}:paid-held")
        if active.employer_id == unit.pk:
            # The unit was first: the return waits with its money, and the desk was told.
            assert case.state == State.APPROVED
            assert held.exists()
            assert not active.periods.exists() or case.person.periods.count() == 1
        else:
            assert (case.state, active.pk) == (State.COMPLETED, case.enrollment_id)
            assert not held.exists()
    total.won = [won for won in total.won if won]
    shown(report, "return against unit addition", at_once=at_once, rounds=rounds, outcome=total)
