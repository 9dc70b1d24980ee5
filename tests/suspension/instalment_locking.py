"""How the services of instalments are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from insured.models import AreaPolicy
from payments.models import Bill
from payments.services import instalments as plans
from payments.services.bills import open_bill
from suspension.services import instalments
from tests import factories
from tests.payments import owed

Call = Callable[[], object]
E, B = "insured_enrollment", "payments_bill"


def _owing(scene: Any) -> Any:
    AreaPolicy.objects.filter(area=scene.person.area).update(instalments_are_open=True)
    person = factories.flexible(area=scene.person.area)
    bill = owed.resident_year(person.enrollments.get())
    for month in (date(2026, 1, 1), date(2026, 2, 1)):
        open_bill(replace(bill, period_starts_on=month, period_ends_on=month))
    return person


def _file(scene: Any) -> Call:
    person = _owing(scene)
    pk, token = person.enrollments.get().pk, secrets.token_urlsafe(24)
    return lambda: instalments.file(enrollment_id=pk, count=2, note="", token=token, by=factories.account_of(person))


def _open_plan(scene: Any) -> Call:
    person = _owing(scene)
    numbers = Bill.objects.filter(person=person).order_by("pk").values_list("number", flat=True)
    parts = [
        plans.NewPart(no=no, due_on=date(2026, 3 + no, 28), bills=(number,))
        for no, number in enumerate(numbers, start=1)
    ]
    return lambda: plans.open_plan(parts, basis="YB1")


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "suspension.services.instalments.file": (_file, [E]),
    "payments.services.instalments.open_plan": (_open_plan, [E, B]),
}
"""Service → how it is called, and the tables it locks."""
