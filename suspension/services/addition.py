"""人员增加: a unit adds a person. What passes is in force at once; what does not writes nothing."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse

from insured.labels import EMPLOYED
from insured.models import Employer, EmployerAgent, Enrollment, InsuredPerson, UnitDeclaration
from insured.policy.addition import AdditionFacts, check_addition
from insured.policy.dates import Month
from insured.services.register import NewEnrollment, NewPerson, register_enrollments, register_people
from portal import clock
from portal.accounts.models import User
from portal.accounts.services.registration import check_identity
from portal.audit.services import use_form_token
from portal.crypto import blind_index_candidates
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.identity import public_number
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction
from suspension.models import Application
from suspension.policy.transitions import State

SCHEME = "310"
NUMBER_PREFIX, PERSON_PREFIX = "ZY", "RY"
"""增员 and 人员编号."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who is added, and their monthly wage in fen."""

    id_number: str
    name: str
    wage_fen: int


def look(newcomer: Newcomer, *, employer: Employer, address: str) -> tuple[Reason, ...]:
    """Why the person cannot be added today, for the check page. Whom the register does not know is asked for outside.

    BusinessRuleError when name and ID do not belong together; TooOften for somebody who tries pairs.
    """
    person = _known(newcomer.id_number)
    if person is None or person.name != newcomer.name:
        check_identity(name=newcomer.name, resident_id=newcomer.id_number, address=address)
    return check_addition(_facts(newcomer, person=person, active=_active(person), employer=employer))


@business_transaction
def add(newcomer: Newcomer, *, employer_id: int, token: str, by: User) -> UnitDeclaration:
    """Enrol the person in 职工医保 under the unit from today. `look` has confirmed name and ID.

    AlreadyDone when this form was sent before; BusinessRuleError with the reasons why it cannot be; ConflictError when
    the person was enrolled elsewhere at the same moment.
    """
    today = clock.today()
    number = public_number(prefix=NUMBER_PREFIX, on=today)
    use_form_token(token, address=reverse("unit_declaration", args=[number]))
    employer = Employer.objects.select_for_update(no_key=True, of=("self",)).get(pk=employer_id)
    if not EmployerAgent.objects.valid_on(today).filter(user=by, employer=employer).exists():
        raise PermissionError("no agent of this unit today")
    person = _known(newcomer.id_number)
    active = _active(person, is_locked=True)
    if reasons := check_addition(_facts(newcomer, person=person, active=active, employer=employer)):
        raise BusinessRuleError(*reasons)
    person = person or _register(newcomer, employer=employer, today=today)
    declaration = UnitDeclaration.objects.create(
        number=number,
        kind="addition",
        employer=employer,
        person=person,
        enrollment=_enrol(person, employer=employer, today=today),
        month=today.replace(day=1),
        wage_fen=newcomer.wage_fen,
        filed_by=by,
        filed_at=clock.now(),
    )
    _tell(declaration, employer=employer)
    return declaration


def _known(id_number: str) -> InsuredPerson | None:
    indexes = blind_index_candidates(id_number, purpose="resident-id")
    return InsuredPerson.objects.filter(id_index__in=indexes).first()


def _active(person: InsuredPerson | None, *, is_locked: bool = False) -> Enrollment | None:
    if person is None:
        return None
    rows = Enrollment.objects.active().filter(person=person, is_basic=True).select_related("area")
    if is_locked:
        rows = rows.select_for_update(no_key=True, of=("self",))
    return rows.first()


def _facts(
    newcomer: Newcomer, *, person: InsuredPerson | None, active: Enrollment | None, employer: Employer
) -> AdditionFacts:
    if person is None or active is None:
        return AdditionFacts(
            name=newcomer.name,
            is_name_right=person is None or person.name == newcomer.name,
            is_deceased=person is not None and person.is_deceased,
        )
    stop = Application.objects.filter(enrollment=active, state=State.APPROVED, effective_on__isnull=False)
    return AdditionFacts(
        name=newcomer.name,
        is_name_right=person.name == newcomer.name,
        is_deceased=person.is_deceased,
        active_scheme=active.scheme,
        active_area=active.area.name,
        is_flexible=active.is_flexible,
        is_here=active.employer_id == employer.pk,
        stops_on=stop.values_list("effective_on", flat=True).first(),
    )


def _register(newcomer: Newcomer, *, employer: Employer, today: date) -> InsuredPerson:
    number = public_number(prefix=PERSON_PREFIX, on=today)
    (person,) = register_people([NewPerson(number, newcomer.name, newcomer.id_number, employer.area_id)])
    return person


def _enrol(person: InsuredPerson, *, employer: Employer, today: date) -> Enrollment:
    row = NewEnrollment(
        person_id=person.pk,
        scheme=SCHEME,
        area_id=employer.area_id,
        employer_id=employer.pk,
        category=EMPLOYED,
        status=Enrollment.ACTIVE,
        joined_on=today,
        first_joined_on=today,
    )
    try:
        with transaction.atomic():
            (enrollment,) = register_enrollments([row])
    except IntegrityError as error:
        raise ConflictError(Reason("coverage.changed-meanwhile")) from error
    return enrollment


def _tell(declaration: UnitDeclaration, *, employer: Employer) -> None:
    person = declaration.person
    tell(
        event_key=f"declaration:{declaration.number}",
        template="unit_added",
        params={"number": declaration.number, "unit": employer.name, "month": str(Month.of(declaration.month))},
        to=Recipient(user=person.user, phone=person.phone, email=person.email or None, area_code=employer.area.code),
    )
