"""Read what coming back costs in an area: standards of the years, base and rate of flexible employment, aid."""

from datetime import date

from insured.models import InsuredPerson
from insured.policy.dates import Month
from payments.models import ContributionStandard, FundingRecognition
from payments.services.opening import employee_standard
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
        fundings=tuple(one.as_funding() for one in standing.select_related("category")),
    )


def _month(area_id: int, *, on: date) -> MonthPrice | None:
    row = employee_standard(area_id, month=Month.of(on))
    if row is None:
        return None
    return MonthPrice(base_fen=row.flexible_base_fen, rate=row.flexible_rate, source=row.source)
