"""The plainest bills of a resident and of a unit."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from insured.models import Employer, Enrollment, InsuredPerson
from insured.policy.dates import Month
from payments.policy.amounts import Line, employee_lines, resident_lines
from payments.services.bills import NewBill, for_person


def unit_month(employer: Employer, *, people: Sequence[InsuredPerson], month: Month) -> NewBill:
    """A month of a unit whose people all earn 9,200 yuan."""
    each = employee_lines(
        month=month,
        wage_fen=920_000,
        floor_fen=443_300,
        cap_fen=2_216_500,
        unit_rate=Decimal("0.075"),
        personal_rate=Decimal("0.02"),
    )
    return NewBill(
        employer_id=employer.pk,
        area_id=employer.area_id,
        scheme="310",
        period_starts_on=month.first_day,
        period_ends_on=month.first_day,
        due_on=month.first_day.replace(day=25),
        lines=[for_person(line, person_id=person.pk) for person in people for line in each],
    )


def resident_year(
    enrollment: Enrollment,
    *,
    year: int = 2027,
    personal_fen: int = 40_000,
    lines: Sequence[Line] | None = None,
    basis: str = "",
) -> NewBill:
    """A coverage year of the resident scheme."""
    return NewBill(
        person_id=enrollment.person_id,
        enrollment_id=enrollment.pk,
        employer_id=enrollment.employer_id,
        area_id=enrollment.area_id,
        scheme=enrollment.scheme,
        period_starts_on=date(year, 1, 1),
        period_ends_on=date(year, 12, 1),
        due_on=date(year - 1, 12, 31),
        lines=lines or resident_lines(year=year, personal_fen=personal_fen, fiscal_fen=70_000),
        basis=basis,
    )
