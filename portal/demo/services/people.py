"""Writes planned people with all they were covered by and paid, through the services a register import uses."""

from collections.abc import Sequence
from dataclasses import dataclass

from stdnum.cn import ric, uscc

from insured.models import Enrollment, InsuredPerson
from insured.models.coverage import BASIC_SCHEMES
from insured.services.register import (
    NewEnrollment,
    NewPeriod,
    NewPerson,
    register_enrollments,
    register_people,
    register_periods,
)
from payments.services.records import NewContribution, record_contributions
from portal.demo.services.areas import Places
from portal.demo.services.lives import Life


@dataclass(frozen=True, slots=True)
class Plan:
    """Somebody to be written; `user_id` only for those who can log in."""

    number: str
    name: str
    id_number: str
    phone: str | None
    area: str
    lives: tuple[Life, ...]
    email: str = ""
    user_id: int | None = None


def resident_id(body: str) -> str:
    """17 digits with their check character."""
    return body + str(ric.calc_check_digit(f"{body}0"))


def unit_code(body: str) -> str:
    """17 characters of a 统一社会信用代码 with their check character."""
    return body + str(uscc.calc_check_digit(body))


def write_people(plans: Sequence[Plan], *, places: Places) -> list[InsuredPerson]:
    """Persons in the order of `plans`, with enrollments, periods and records. Inside the caller's transaction."""
    people = register_people(
        NewPerson(
            number=plan.number,
            name=plan.name,
            id_number=plan.id_number,
            area_id=places.areas[plan.area],
            phone=plan.phone,
            email=plan.email,
            user_id=plan.user_id,
        )
        for plan in plans
    )
    owned = [(plan, person, life) for plan, person in zip(plans, people, strict=True) for life in plan.lives]
    enrollments = register_enrollments(
        _enrollment(life, person=person, area=life.area or plan.area, places=places) for plan, person, life in owned
    )
    lives = [(life, enrollment) for (_, _, life), enrollment in zip(owned, enrollments, strict=True)]
    register_periods(row for life, enrollment in lives for row in _periods(life, enrollment=enrollment))
    record_contributions(row for life, enrollment in lives for row in _contributions(life, enrollment=enrollment))
    return people


def _enrollment(life: Life, *, person: InsuredPerson, area: str, places: Places) -> NewEnrollment:
    return NewEnrollment(
        person_id=person.pk,
        scheme=life.scheme,
        area_id=places.areas[area],
        employer_id=places.unit(life.unit, area=area),
        category=life.category,
        status=life.status,
        joined_on=life.joined_on,
        first_joined_on=life.first_joined_on,
        paused_on=life.paused_on,
        last_paid_month=life.last_paid_month,
    )


def _periods(life: Life, *, enrollment: Enrollment) -> list[NewPeriod]:
    return [
        NewPeriod(
            enrollment_id=enrollment.pk,
            person_id=enrollment.person_id,
            is_basic=life.scheme in BASIC_SCHEMES,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for starts_on, ends_on in life.periods
    ]


def _contributions(life: Life, *, enrollment: Enrollment) -> list[NewContribution]:
    return [
        NewContribution(
            person_id=enrollment.person_id,
            enrollment_id=enrollment.pk,
            employer_id=enrollment.employer_id,
            area_id=enrollment.area_id,
            scheme=life.scheme,
            way=payment.way,
            kind=payment.kind,
            period_starts_on=payment.starts_on,
            period_ends_on=payment.ends_on,
            base_fen=payment.base_fen,
            personal_fen=payment.personal_fen,
            unit_fen=payment.unit_fen,
            fiscal_fen=payment.fiscal_fen,
            aid_fen=payment.aid_fen,
            paid_on=payment.paid_on,
        )
        for payment in life.payments
    ]
