"""The only writer of 认定缴费年限: what a finished transfer brings, and what two people recognise as 视同缴费."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from insured.models import CreditedMonths, InsuredPerson
from insured.policy.dates import Month
from insured.policy.years import DEEMED, TRANSFER, Credit, as_spans, check_deemed
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

EMPLOYEES = "310"
"""Only the employee scheme knows 视同缴费年限."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """What another area says of somebody: the months of a scheme, where they were paid, and by which case they came."""

    person_id: int
    area_id: int
    scheme: str
    months: Collection[Month]
    place: str
    number: str


@business_transaction
def credit_transfer(said: Transferred, *, by: User) -> int:
    """Keep the months of a finished transfer; how many spans were new. Again for the same case adds nothing."""
    known = set(CreditedMonths.objects.filter(reference=said.number).values_list("first_month", flat=True))
    rows = [
        CreditedMonths(
            person_id=said.person_id,
            area_id=said.area_id,
            source=TRANSFER,
            scheme=said.scheme,
            first_month=first.first_day,
            last_month=last.first_day,
            place=said.place,
            basis="参保人员基本医疗保险信息表",
            reference=said.number,
            recorded_by=by,
            recorded_at=clock.now(),
        )
        for first, last in as_spans(said.months)
        if first.first_day not in known
    ]
    CreditedMonths.objects.bulk_create(rows)
    return len(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deemed:
    """视同缴费 as it is to be recognised; `basis` is the number of the document that says so."""

    first: Month
    last: Month
    basis: str
    reference: str


def deemed_refused(person: InsuredPerson, *, first: Month, last: Month) -> tuple[Reason, ...]:
    """Why these months cannot be recognised for this person today."""
    return check_deemed(
        first=first,
        last=last,
        born=Month.of(person.born_on),
        today=Month.of(clock.today()),
        known=credits_of(person.pk),
        scheme=EMPLOYEES,
    )


@business_transaction
def recognise_deemed(new: Deemed, *, person: InsuredPerson, area_id: int, maker: User, by: User) -> CreditedMonths:
    """Keep months as 视同缴费. BusinessRuleError when the rules, or a colleague who was first, stand against it."""
    if reasons := deemed_refused(person, first=new.first, last=new.last):
        raise BusinessRuleError(*reasons)
    try:
        with transaction.atomic():
            return CreditedMonths.objects.create(
                person=person,
                area_id=area_id,
                source=DEEMED,
                scheme=EMPLOYEES,
                first_month=new.first.first_day,
                last_month=new.last.first_day,
                basis=new.basis,
                reference=new.reference,
                recorded_by=maker,
                agreed_by=by,
                recorded_at=clock.now(),
            )
    except IntegrityError:
        raise BusinessRuleError(Reason("credit.known")) from None


@business_transaction
def take_back_deemed(pk: int, *, reference: str, basis: str, maker: User, by: User) -> CreditedMonths:
    """Take a recognition back by a second row; the first one stays as it was."""
    found = CreditedMonths.objects.standing().filter(pk=pk, source=DEEMED).first()
    if found is None:
        raise BusinessRuleError(Reason("credit.gone"))
    try:
        with transaction.atomic():
            return CreditedMonths.objects.create(
                person_id=found.person_id,
                area_id=found.area_id,
                source=found.source,
                scheme=found.scheme,
                first_month=found.first_month,
                last_month=found.last_month,
                basis=basis,
                reference=reference,
                takes_back=found,
                recorded_by=maker,
                agreed_by=by,
                recorded_at=clock.now(),
            )
    except IntegrityError:
        raise BusinessRuleError(Reason("credit.gone")) from None


def standing_rows(person_id: int) -> list[CreditedMonths]:
    """What counts for a person, the oldest first. One statement."""
    return list(CreditedMonths.objects.standing().filter(person=person_id).order_by("first_month", "id"))


def credits_of(person_id: int) -> Sequence[Credit]:
    """The same for the policy functions. One statement."""
    return [one.as_credit() for one in standing_rows(person_id)]
