"""Read what coming back costs in an area: standards of the years, base and rate of flexible employment, aid."""

from datetime import date

from insured.models import InsuredPerson
from payments.models import ContributionStandard, EmployeeStandard, FundingRecognition
from payments.policy.funding import Funding
from portal.money import share
from suspension.policy.planner import MonthPrice, Prices, YearPrice


def prices_of(person: InsuredPerson, *, area_id: int, on: date) -> Prices:
    """Three statements: standards from the year before on, the base in force that day, who is funded."""
    years = ContributionStandard.objects.filter(area=area_id, scheme="390", coverage_year__gte=on.year - 1)
    standing = FundingRecognition.objects.standing_on(on).filter(person=person, category__area=area_id)
    return Prices(
        years={
            row.coverage_year: YearPrice(
                personal_fen=row.personal_fen,
                fiscal_fen=row.fiscal_fen,
                source=row.source,
                is_provisional=row.is_provisional,
            )
            for row in years
        },
        month=_month(area_id, on=on),
        fundings=tuple(
            Funding(
                category=one.category.name,
                recognised_on=one.recognised_on,
                is_full=one.category.is_full,
                aid_fen=one.category.aid_fen,
            )
            for one in standing.select_related("category")
        ),
    )


def _month(area_id: int, *, on: date) -> MonthPrice | None:
    row = EmployeeStandard.objects.valid_on(on).filter(area=area_id).order_by("-starts_on").first()
    if row is None:
        return None
    return MonthPrice(
        base_fen=share(row.floor_fen, rate=row.flexible_base_share), rate=row.flexible_rate, source=row.source
    )
