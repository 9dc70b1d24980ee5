"""Contribution records for the tests of payments."""

from datetime import date
from typing import Any

from insured.models import Enrollment, InsuredPerson
from payments.models import ContributionRecord
from payments.services.records import NewContribution, record_contributions


def contribution(*, of: InsuredPerson, first: date, last: date | None = None, **more: Any) -> ContributionRecord:
    """400 yuan (390) for the period, paid on its first day; one month when no last month is given."""
    enrollment: Enrollment = more.pop("enrollment", None) or of.enrollments.order_by("id")[0]
    values = {"way": "02", "personal_fen": 40_000, "paid_on": first, **more}
    row = NewContribution(
        person_id=of.pk,
        enrollment_id=enrollment.pk,
        employer_id=enrollment.employer_id,
        area_id=enrollment.area_id,
        scheme=enrollment.scheme,
        period_starts_on=first,
        period_ends_on=last or first,
        **values,
    )
    return record_contributions([row])[0]


def year_of(person: InsuredPerson, *, year: int, **more: Any) -> ContributionRecord:
    """The record of a whole coverage year."""
    return contribution(of=person, first=date(year, 1, 1), last=date(year, 12, 1), **more)
