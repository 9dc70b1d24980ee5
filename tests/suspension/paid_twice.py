"""People who paid twice for the same months."""

import secrets
from datetime import date

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments.models import ContributionRecord
from tests import factories
from tests.suspension import transferring


def paid(enrollment: Enrollment, *, first: date, last: date) -> None:
    ContributionRecord.objects.create(
        number=f"JF{secrets.token_hex(8)}",
        person=enrollment.person,
        enrollment=enrollment,
        employer=enrollment.employer,
        area=enrollment.area,
        scheme=enrollment.scheme,
        kind="10",
        way="02",
        period_starts_on=first,
        period_ends_on=last,
        personal_fen=40_000,
        paid_on=date(2025, 12, 1),
    )


def paid_twice(area: PoolingArea, *, name: str = "裴书航", since: date = date(2025, 1, 1)) -> InsuredPerson:
    """Resident here for 2026, and flexible in the other area paid from `since` to June 2026, paused."""
    person = factories.resident(area=area, name=name)
    home = person.enrollments.get()
    Enrollment.objects.filter(pk=home.pk).update(last_paid_month=date(2026, 12, 1))
    paid(home, first=date(2026, 1, 1), last=date(2026, 12, 1))
    work = factories.enrollment(
        of=person, scheme="310", status="2", paused_on=date(2026, 1, 1), last_paid_month=date(2026, 6, 1)
    )
    Enrollment.objects.filter(pk=work.pk).update(area=transferring.neighbour())
    work.refresh_from_db()
    paid(work, first=since, last=date(2026, 6, 1))
    return person
