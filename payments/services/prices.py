"""Read what an area asks for: its standards by year, bases and rates by date, funding, and whether it collects now."""

from dataclasses import dataclass
from datetime import date

from insured.models import AreaPolicy, PoolingArea
from insured.policy.dates import Month
from payments.models import ContributionStandard, EmployeeStandard, FundingCategory
from payments.policy.amounts import percent, total
from payments.policy.deadline import Collection, collection_on
from payments.services.opening import month_of
from portal.errors import Reason

YEARS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """A row of 职工医保 as it is read by people."""

    standard: EmployeeStandard
    unit: str
    personal: str
    flexible: str
    flexible_month_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aid:
    """A funding category with what is left to pay of this year's standard, in fen."""

    category: FundingCategory
    aid_fen: int
    left_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Everything an area publishes. `unset` says which year is not set yet; `aid_year` is the one the aid is for."""

    area: PoolingArea
    collection: Collection
    years: tuple[ContributionStandard, ...]
    unset: Reason | None
    rates: tuple[Rates, ...]
    aid_year: int
    aids: tuple[Aid, ...]


def collection_of(area: PoolingArea, *, today: date) -> Collection:
    """Whether this area's window is open. One statement."""
    return collection_on(today, rules=AreaPolicy.objects.in_force(area_id=area.pk, on=today).as_rules())


def prices_of(area: PoolingArea, *, today: date) -> Prices:
    """Everything at once, in four statements."""
    collection = collection_of(area, today=today)
    years = tuple(ContributionStandard.objects.filter(area=area, scheme="390").order_by("-coverage_year")[:YEARS_SHOWN])
    newest = years[0] if years else None
    coming = collection.year
    is_set = newest is not None and newest.coverage_year >= coming
    return Prices(
        area=area,
        collection=collection,
        years=years,
        unset=None if is_set else Reason("standard.not-set", {"year": coming}),
        rates=_rates(area),
        aid_year=newest.coverage_year if newest else coming,
        aids=_aids(area, standard=newest),
    )


def _rates(area: PoolingArea) -> tuple[Rates, ...]:
    """Every row, newest first. One statement."""
    found = EmployeeStandard.objects.filter(area=area).order_by("-starts_on")[:YEARS_SHOWN]
    return tuple(
        Rates(
            standard=one,
            unit=percent(one.unit_rate),
            personal=percent(one.personal_rate),
            flexible=percent(one.flexible_rate),
            flexible_month_fen=total(month_of(one, month=Month.of(one.starts_on)).flexible(), "personal"),
        )
        for one in found
    )


def _aids(area: PoolingArea, *, standard: ContributionStandard | None) -> tuple[Aid, ...]:
    if standard is None:
        return ()
    rows = FundingCategory.objects.filter(area=area).for_year(standard.coverage_year)
    aids = ((row, row.aid_of(standard.personal_fen)) for row in rows.order_by("-is_full", "-aid_fen", "pk"))
    return tuple(Aid(category=row, aid_fen=aid, left_fen=standard.personal_fen - aid) for row, aid in aids)
