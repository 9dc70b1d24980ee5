"""The only writer of funding categories and of who was recognised for one; reads which aid counts for whom."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from insured.models import InsuredPerson
from insured.services.staff import duties_of
from payments.models import FundingCategory, FundingRecognition
from payments.policy.funding import Funding
from portal.accounts.models import User
from portal.errors import BusinessRuleError, Reason
from portal.transactions import business_transaction

EDITORS = ("supervisor", "finance")
RECORDERS = ("caseworker", "supervisor", "finance")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """What a category is to be; full funding has no amount, `aid_fen` is what is paid for the person."""

    area_id: int
    name: str
    first_year: int
    source: str
    is_full: bool = False
    aid_fen: int = 0
    last_year: int | None = None


@business_transaction
def save_category(row: CategoryRow, *, pk: int | None = None, by: User | None = None) -> FundingCategory:
    """A new category, or another content of a known one. Without `by` it is a register import."""
    if by is not None:
        _demand(by, area_id=row.area_id, roles=EDITORS)
    values = {
        "name": row.name,
        "is_full": row.is_full,
        "aid_fen": row.aid_fen,
        "first_year": row.first_year,
        "last_year": row.last_year,
        "source": row.source,
    }
    try:
        with transaction.atomic():
            if pk is None:
                return FundingCategory.objects.create(area_id=row.area_id, **values)
            if not FundingCategory.objects.filter(pk=pk, area_id=row.area_id).update(**values):
                raise BusinessRuleError(Reason("funding.not-yours"))
    except IntegrityError:
        raise BusinessRuleError(Reason("funding.category-exists", {"name": row.name})) from None
    return FundingCategory.objects.get(pk=pk)


@business_transaction
def recognise(
    person: InsuredPerson, *, category: FundingCategory, on: date, by: User | None = None
) -> FundingRecognition:
    """Say that the person belongs to the category since that day."""
    if by is not None:
        _demand(by, area_id=category.area_id, roles=RECORDERS)
    if person.area_id != category.area_id:
        raise BusinessRuleError(Reason("funding.other-area"))
    try:
        with transaction.atomic():
            return FundingRecognition.objects.create(person=person, category=category, recognised_on=on, recorded_by=by)
    except IntegrityError:
        raise BusinessRuleError(Reason("funding.recognised-already", {"name": category.name})) from None


@business_transaction
def end_recognition(pk: int, *, on: date, by: User) -> None:
    """From that day on the person does not belong to the category any more; what was paid before stays."""
    found = FundingRecognition.objects.in_charge_of(by).filter(pk=pk, ended_on__isnull=True, recognised_on__lte=on)
    area_id = found.values_list("category__area_id", flat=True).first()
    if area_id is None:
        raise BusinessRuleError(Reason("funding.cannot-end"))
    _demand(by, area_id=area_id, roles=RECORDERS)
    FundingRecognition.objects.filter(pk=pk, ended_on__isnull=True).update(ended_on=on)


def fundings_of(person_ids: Collection[int], *, year: int, on: date) -> dict[int, list[Funding]]:
    """What each person is recognised for on that day, of the categories of a coverage year. One statement."""
    rows = (
        FundingRecognition.objects.standing_on(on)
        .filter(person__in=person_ids, category__in=FundingCategory.objects.for_year(year))
        .select_related("category")
    )
    found: dict[int, list[Funding]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row.as_funding())
    return found


def _demand(by: User, *, area_id: int, roles: tuple[str, ...]) -> None:
    if not any(duties_of(by).has(role, area_id=area_id) for role in roles):
        raise BusinessRuleError(Reason("funding.not-yours"))
