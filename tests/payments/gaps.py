"""Somebody who missed three years, with the bill that an assessment opened: the wait may be shortened by two years."""

from collections.abc import Iterator
from datetime import date

import time_machine

from insured.models import InsuredPerson, PoolingArea
from payments.models import Bill
from payments.services.opening import open_resident_year, resident_year
from payments.services.standards import Standard, set_standard
from tests import factories

IN_WINDOW = date(2027, 11, 5)


def standing_still() -> Iterator[None]:
    """In the collection window of 2028."""
    with time_machine.travel("2027-11-05T02:00:00Z", tick=False):
        yield


def owing(area: PoolingArea, *, covered: int = 2024) -> tuple[InsuredPerson, Bill]:
    """Covered last in that year, with a bill of 2028: 400 yuan."""
    if not area.contributionstandard_set.filter(coverage_year=2028).exists():
        set_standard(Standard(area.pk, "390", 2028, 40_000, 70_000, source="演示"))
    person = factories.person(area=area, user=factories.user())
    enrollment = factories.enrollment(of=person)
    factories.period(of=enrollment, starts_on=date(covered, 1, 1), ends_on=date(covered, 12, 31))
    return person, open_resident_year(enrollment, terms=resident_year(area.pk, year=2028, today=IN_WINDOW))
