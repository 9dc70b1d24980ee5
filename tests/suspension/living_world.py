"""Where a life is lived: two areas with their desks, and a unit in each."""

from dataclasses import dataclass
from datetime import date

from insured.models import Employer, EmployerAgent, PoolingArea
from portal.accounts.models import User
from tests import factories
from tests.suspension import returning, transferring

YEARS = range(2025, 2036)


@dataclass(frozen=True)
class World:
    """What is there before anybody lives in it."""

    area: PoolingArea
    there: PoolingArea
    worker: User
    neighbour: User
    second: User
    cashiers: list[User]
    units: list[Employer]
    agent: User

    @classmethod
    def create(cls) -> "World":
        """All of it anew; once for every machine."""
        area, there, agent = factories.area(), transferring.neighbour(), factories.user()
        for one in (area, there):
            returning.standards(one, years=tuple(YEARS))
        units = [factories.employer(area=one, name=f"单位{one.code}") for one in (area, there)]
        for unit in units:
            EmployerAgent.objects.create(user=agent, employer=unit, starts_on=date(2020, 1, 1))
        return cls(
            area=area,
            there=there,
            worker=factories.staff(area=area),
            neighbour=factories.staff(area=there),
            second=factories.staff(area=area, role="reviewer", name="林复核"),
            cashiers=[factories.staff(area=area, role="finance", name=name) for name in ("钱一", "钱二")],
            units=units,
            agent=agent,
        )
