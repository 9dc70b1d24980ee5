"""Read what coming back costs in an area: standards of the years, what a month of flexible employment costs, aid."""

from datetime import date

from insured.models import InsuredPerson
from insured.policy.dates import Month
from payments.models import ContributionStandard, EmployeeStandard, FundingRecognition
from payments.services.opening import month_of
from suspension.policy.planner import MonthPrice, Prices, YearPrice


def prices_of(person: InsuredPerson, *, area_id: int, on: date) -> Prices:
    """Three statements: standards from the year before on, the bases of all months, who is funded."""
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
        months=tuple(_month(row) for row in EmployeeStandard.objects.filter(area=area_id)),
        fundings=tuple(one.as_funding() for one in standing.select_related("category")),
    )


def _month(row: EmployeeStandard) -> MonthPrice:
    """The same lines as the bill of a month has."""
    terms = month_of(row, month=Month.of(row.starts_on))
    return MonthPrice(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        base_fen=terms.flexible_base_fen,
        rate=terms.flexible_rate,
        extra=tuple(one for one in terms.extra if one.part == "personal"),
    )
