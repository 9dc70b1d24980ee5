"""How the services of bank accounts, mandates and debit runs are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from typing import Any

from payments.models import Bill, DebitRun
from payments.policy.debit import first_months
from payments.services import accounts, bills, debit, mandates
from portal import clock
from tests import factories
from tests.payments import collecting, owed

Call = Callable[[], object]
E, B, P = "insured_enrollment", "payments_bill", "payments_paymentorder"
C = "payments_bankaccount"


def _bind(scene: Any) -> Call:
    return lambda: collecting.account(scene.person)


def _end_binding(scene: Any) -> Call:
    collecting.account(scene.person)
    return lambda: accounts.end_binding(by=scene.account)


def _sign(scene: Any) -> Call:
    collecting.account(scene.person)
    given = {"starts_on": first_months(clock.today())[0], "has_agreed": True, "token": secrets.token_urlsafe(24)}
    return lambda: mandates.sign(scene.enrollment_id, **given, by=scene.account)


def _end(scene: Any) -> Call:
    signed = collecting.mandate(scene.person)
    return lambda: mandates.end(signed.number, by=factories.account_of(scene.person))


def _started(scene: Any) -> DebitRun:
    bill = bills.open_bill(owed.resident_year(scene.person.enrollments.get(), year=2026))
    Bill.objects.filter(pk=bill.pk).update(due_on=clock.today())
    collecting.mandate(scene.person)
    debit.start_runs()
    return DebitRun.objects.get()


def _start_runs(scene: Any) -> Call:
    collecting.mandate(scene.person)
    return debit.start_runs


def _prepare(scene: Any) -> Call:
    run = _started(scene)
    return lambda: debit._prepare(run.pk)


def _settle_line(scene: Any) -> Call:
    run = _started(scene)
    debit._prepare(run.pk)
    return lambda: debit.settle_line(run.lines.get().pk)


def _finish(scene: Any) -> Call:
    run = _started(scene)
    return lambda: debit._finish(run.pk)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "payments.services.accounts._bind": (_bind, []),
    "payments.services.accounts.end_binding": (_end_binding, [C]),
    "payments.services.mandates.sign": (_sign, [C]),
    "payments.services.mandates.end": (_end, []),
    "payments.services.debit.start_runs": (_start_runs, []),
    "payments.services.debit._prepare": (_prepare, [E, B, P]),
    "payments.services.debit.settle_line": (_settle_line, []),
    "payments.services.debit._finish": (_finish, []),
}
