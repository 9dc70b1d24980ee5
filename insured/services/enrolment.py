"""Begin an enrollment that nobody has approved yet: 未参保, under the virtual unit of its scheme."""

from datetime import date

from insured.labels import ADULT_RESIDENT, FLEXIBLE_WORKER, RESIDENT_CATEGORIES
from insured.models import Employer, Enrollment, InsuredPerson, PoolingArea
from insured.models.coverage import EnrollmentQuerySet
from insured.policy.eligibility import age_on
from portal.transactions import business_transaction

VIRTUAL_UNITS = {"310": "02", "390": "08"}


@business_transaction
def begin_enrollment(*, person_id: int, scheme: str, today: date) -> Enrollment:
    """The person's enrollment of this scheme in their area that is 未参保; whoever comes second finds the first one."""
    person = InsuredPerson.objects.select_related("area").get(pk=person_id)
    found, _ = Enrollment.objects.get_or_create(
        person=person,
        area=person.area,
        scheme=scheme,
        status=Enrollment.NONE,
        defaults={
            "is_basic": True,
            "employer": _virtual_unit(person.area, scheme=scheme),
            "category": category_of(scheme, born_on=person.born_on, today=today),
            "joined_on": today,
            "first_joined_on": today,
        },
    )
    return found


def beginnings(*, person: InsuredPerson, scheme: str) -> EnrollmentQuerySet:
    """Enrollments of this scheme in the person's area that were begun and are not approved yet."""
    return Enrollment.objects.filter(
        person=person, area=person.area_id, scheme=scheme, status=Enrollment.NONE
    ).select_related("person__user", "area", "employer")


def category_of(scheme: str, *, born_on: date, today: date) -> str:
    """人员类别 of somebody who joins by oneself: flexible worker, or the resident category of that age."""
    if scheme == "310":
        return FLEXIBLE_WORKER
    age = age_on(today, born_on=born_on)
    return next((code for code, until in RESIDENT_CATEGORIES if age < until), ADULT_RESIDENT)


def _virtual_unit(area: PoolingArea, *, scheme: str) -> Employer:
    return Employer.objects.get(area=area, kind=VIRTUAL_UNITS[scheme])
