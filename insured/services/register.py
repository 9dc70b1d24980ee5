"""Writes new people, units, enrollments and whatever belongs to them in bulk, as a register import does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction

from insured.models import (
    AreaPolicy,
    CoveragePeriod,
    Employer,
    EmployerAgent,
    Enrollment,
    FamilyRelation,
    InsuredPerson,
    PoolingArea,
    StaffAssignment,
)
from insured.models.coverage import BASIC_SCHEMES
from portal.crypto import blind_index
from portal.identity import birth_date, normalize_resident_id, sex

CHUNK = 500
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class NewArea:
    """统筹区 with its first rules; `rules` are the fields of AreaPolicy that differ from the defaults."""

    code: str
    name: str
    agency_name: str
    agency_address: str
    agency_phone: str
    office_hours: str
    rules_from: date
    agency_account: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """参保人; birth date and sex are read from the resident ID."""

    number: str
    name: str
    id_number: str
    area_id: int
    phone: str | None = None
    email: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewEmployer:
    """参保单位; `kind` is a code of labels.EMPLOYER_KINDS."""

    number: str
    name: str
    kind: str
    area_id: int
    unit_code: str = ""
    phone: str = ""
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class NewEnrollment:
    """参保关系; whether the scheme is a basic one is told by its code."""

    person_id: int
    scheme: str
    area_id: int
    employer_id: int
    category: str
    status: str
    joined_on: date
    first_joined_on: date
    paused_on: date | None = None
    last_paid_month: date | None = None


@dataclass(frozen=True, slots=True)
class NewPeriod:
    """参保时段, both days included; no `ends_on` means that it goes on."""

    enrollment_id: int
    person_id: int
    is_basic: bool
    starts_on: date
    ends_on: date | None = None
    opened_by: str = ""
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class NewAgent:
    """单位经办人: an account that acts for a unit."""

    user_id: int
    employer_id: int
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewRelation:
    """`relative` is the 配偶, 子女 or 父母 (labels.RELATIONS) of `person`."""

    person_id: int
    relative_id: int
    kind: str
    consented_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """岗位 of a staff member in an area."""

    user_id: int
    area_id: int
    role: str
    starts_on: date
    ends_on: date | None = None


def register_area(row: NewArea) -> PoolingArea:
    """A pooling area and the rules it begins with."""
    _demand_transaction()
    area = PoolingArea.objects.create(
        code=row.code,
        name=row.name,
        agency_name=row.agency_name,
        agency_address=row.agency_address,
        agency_phone=row.agency_phone,
        office_hours=row.office_hours,
        agency_account=row.agency_account,
    )
    AreaPolicy.objects.create(area=area, effective_from=row.rules_from, **row.rules)
    return area


def register_people(rows: Iterable[NewPerson]) -> list[InsuredPerson]:
    """Persons in the order of `rows`, keys set. Raises BusinessRuleError for an ID that cannot be one."""
    return _write(InsuredPerson, (_person(row) for row in rows))


def _person(row: NewPerson) -> InsuredPerson:
    number = normalize_resident_id(row.id_number)
    return InsuredPerson(
        number=row.number,
        user_id=row.user_id,
        name=row.name,
        id_number=number,
        id_index=blind_index(number, purpose="resident-id"),
        id_last4_index=blind_index(number[-4:], purpose="resident-id-last4"),
        phone=row.phone,
        email=row.email,
        born_on=birth_date(number),
        sex=sex(number),
        area_id=row.area_id,
    )


def register_employers(rows: Iterable[NewEmployer]) -> list[Employer]:
    """Units in the order of `rows`, keys set."""
    return _write(
        Employer,
        (
            Employer(
                number=row.number,
                name=row.name,
                kind=row.kind,
                area_id=row.area_id,
                unit_code=row.unit_code,
                phone=row.phone,
                is_small=row.is_small,
            )
            for row in rows
        ),
    )


def register_enrollments(rows: Iterable[NewEnrollment]) -> list[Enrollment]:
    """Enrollments in the order of `rows`, keys set; a second active basic one of a person breaks a constraint."""
    return _write(
        Enrollment,
        (
            Enrollment(
                person_id=row.person_id,
                scheme=row.scheme,
                is_basic=row.scheme in BASIC_SCHEMES,
                area_id=row.area_id,
                employer_id=row.employer_id,
                category=row.category,
                status=row.status,
                joined_on=row.joined_on,
                first_joined_on=row.first_joined_on,
                paused_on=row.paused_on,
                last_paid_month=row.last_paid_month,
            )
            for row in rows
        ),
    )


def register_periods(rows: Iterable[NewPeriod]) -> list[CoveragePeriod]:
    """Coverage periods in the order of `rows`, keys set; an overlap of basic ones is refused by the database."""
    return _write(
        CoveragePeriod,
        (
            CoveragePeriod(
                enrollment_id=row.enrollment_id,
                person_id=row.person_id,
                is_basic=row.is_basic,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                opened_by=row.opened_by,
                closed_by=row.closed_by,
            )
            for row in rows
        ),
    )


def register_agents(rows: Iterable[NewAgent]) -> list[EmployerAgent]:
    """Agents in the order of `rows`, keys set."""
    return _write(
        EmployerAgent,
        (
            EmployerAgent(
                user_id=row.user_id, employer_id=row.employer_id, starts_on=row.starts_on, ends_on=row.ends_on
            )
            for row in rows
        ),
    )


def register_relations(rows: Iterable[NewRelation]) -> list[FamilyRelation]:
    """Relations as given, one direction each; the caller writes both where both are wanted."""
    return _write(
        FamilyRelation,
        (
            FamilyRelation(
                person_id=row.person_id, relative_id=row.relative_id, kind=row.kind, consented_at=row.consented_at
            )
            for row in rows
        ),
    )


def register_assignments(rows: Iterable[NewAssignment]) -> list[StaffAssignment]:
    """Assignments in the order of `rows`, keys set."""
    return _write(
        StaffAssignment,
        (
            StaffAssignment(
                user_id=row.user_id, area_id=row.area_id, role=row.role, starts_on=row.starts_on, ends_on=row.ends_on
            )
            for row in rows
        ),
    )


def _write(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    _demand_transaction()
    return model._default_manager.bulk_create(rows, batch_size=CHUNK)


def _demand_transaction() -> None:
    """Several tables belong together, so the caller opens the transaction that holds them all."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Register rows inside one transaction.atomic().")
