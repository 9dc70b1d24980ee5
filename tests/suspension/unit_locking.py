"""How the services of the unit hall are called, for the comparison of lock orders."""

from collections.abc import Callable
from datetime import date
from typing import Any

from insured.models import EmployerAgent
from suspension.services import addition
from tests import factories

Call = Callable[[], object]


def _add(scene: Any) -> Call:
    unit = factories.employer(area=scene.person.area)
    EmployerAgent.objects.create(user=scene.account, employer=unit, starts_on=date(2020, 1, 1))
    scene.person.enrollments.update(status="2", paused_on=date(2026, 3, 1))
    newcomer = addition.Newcomer(id_number=scene.person.id_number, name=scene.person.name, wage_fen=680_000)
    return lambda: addition.add(newcomer, employer_id=unit.pk, token="t" * 24, by=scene.account)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "suspension.services.addition.add": (_add, ["insured_employer", "insured_enrollment"]),
}
"""Service → how it is called, and the tables it locks."""
