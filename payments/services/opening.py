"""Opens bills by the standards in force: a resident year, a flexible month, a unit's month."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from insured.models import AreaPolicy, Enrollment
from insured.policy.dates import Month
from insured.policy.window import collection_window
from payments.models import Bill, ContributionStandard, EmployeeStandard
from payments.policy.amounts import ExtraLine, Line, employee_lines, flexible_lines, resident_lines
from payments.policy.funding import Funding, best_funding
from payments.services.bills import NewBill, open_bill
from portal.errors import BusinessRuleError, Reason

LARGE_CLAIMS = "大额医疗费用补助"
"""险种 330."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentYear:
    """What a coverage year costs in an area, and until when its window is open."""

    area_id: int
    year: int
    personal_fen: int
    fiscal_fen: int
    source: str
    due_on: date

    def lines(self, funding: Funding | None, *, repair_years: int = 0) -> tuple[Line, ...]:
        """The statement of somebody with this funding."""
        return resident_lines(
            year=self.year,
            personal_fen=self.personal_fen,
            fiscal_fen=self.fiscal_fen,
            aid_fen=funding.aid_of(self.personal_fen) if funding else 0,
            repair_years=repair_years,
            category=funding.category if funding else "",
            source=self.source,
        )

    def best(self, options: Collection[Funding]) -> Funding | None:
        """The one of a person's fundings that counts."""
        return best_funding(options, personal_fen=self.personal_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeMonth:
    """What a month of the employee scheme costs in an area."""

    area_id: int
    month: Month
    floor_fen: int
    cap_fen: int
    unit_rate: Decimal
    personal_rate: Decimal
    flexible_rate: Decimal
    flexible_base_fen: int
    unit_due_on: date
    source: str
    extra: tuple[ExtraLine, ...]

    def flexible(self) -> tuple[Line, ...]:
        """Somebody in flexible employment pays everything, the fixed amounts too."""
        own = tuple(one for one in self.extra if one.part == "personal")
        months = flexible_lines(months=[self.month], base_fen=self.flexible_base_fen, rate=self.flexible_rate)
        return (*months, *(one.line(month=self.month) for one in own))

    def employee(self, wage_fen: int) -> tuple[Line, ...]:
        """The shares of somebody with that average monthly wage."""
        return employee_lines(
            month=self.month,
            wage_fen=wage_fen,
            floor_fen=self.floor_fen,
            cap_fen=self.cap_fen,
            unit_rate=self.unit_rate,
            personal_rate=self.personal_rate,
            extra=self.extra,
            source=self.source,
        )


def resident_year(area_id: int, *, year: int, today: date) -> ResidentYear:
    """Two statements; BusinessRuleError where no standard is set yet."""
    standard = ContributionStandard.objects.filter(area=area_id, scheme="390", coverage_year=year).first()
    if standard is None:
        raise BusinessRuleError(Reason("standard.not-set", {"year": year}))
    rules = AreaPolicy.objects.in_force(area_id=area_id, on=today).as_rules()
    return ResidentYear(
        area_id=area_id,
        year=year,
        personal_fen=standard.personal_fen,
        fiscal_fen=standard.fiscal_fen,
        source=standard.source,
        due_on=collection_window(year, rules=rules).closes_on,
    )


def employee_standard(area_id: int, *, month: Month) -> EmployeeStandard | None:
    """The bases and rates in force on the first day of a month. One statement."""
    found = EmployeeStandard.objects.valid_on(month.first_day).filter(area=area_id)
    return found.order_by("-starts_on").first()


def employee_month(area_id: int, *, month: Month) -> EmployeeMonth:
    """One statement; BusinessRuleError where no standard is set yet."""
    standard = employee_standard(area_id, month=month)
    if standard is None:
        raise BusinessRuleError(Reason("standard.not-set-month", {"month": month}))
    return month_of(standard, month=month)


def month_of(standard: EmployeeStandard, *, month: Month) -> EmployeeMonth:
    """What a month costs by these bases and rates."""
    parts = (("personal", standard.extra_personal_fen), ("unit", standard.extra_unit_fen))
    return EmployeeMonth(
        area_id=standard.area_id,
        month=month,
        floor_fen=standard.floor_fen,
        cap_fen=standard.cap_fen,
        unit_rate=standard.unit_rate,
        personal_rate=standard.personal_rate,
        flexible_rate=standard.flexible_rate,
        flexible_base_fen=standard.flexible_base_fen,
        unit_due_on=month.first_day.replace(day=standard.due_day),
        source=standard.source,
        extra=tuple(
            ExtraLine(name=LARGE_CLAIMS, part=part, amount_fen=fen, source=standard.source)
            for part, fen in parts
            if fen
        ),
    )


def open_resident_year(enrollment: Enrollment, *, terms: ResidentYear, options: Collection[Funding] = ()) -> Bill:
    """One person's bill of a coverage year."""
    return open_bill(
        NewBill(
            person_id=enrollment.person_id,
            enrollment_id=enrollment.pk,
            employer_id=enrollment.employer_id,
            area_id=enrollment.area_id,
            scheme="390",
            period_starts_on=date(terms.year, 1, 1),
            period_ends_on=date(terms.year, 12, 1),
            due_on=terms.due_on,
            lines=terms.lines(terms.best(options)),
        )
    )


def open_flexible_month(enrollment: Enrollment, *, terms: EmployeeMonth, arrears_cause: str = "") -> Bill:
    """One month of somebody in flexible employment, due on its last day."""
    return open_bill(
        NewBill(
            person_id=enrollment.person_id,
            enrollment_id=enrollment.pk,
            employer_id=enrollment.employer_id,
            area_id=enrollment.area_id,
            scheme="310",
            period_starts_on=terms.month.first_day,
            period_ends_on=terms.month.first_day,
            base_fen=terms.flexible_base_fen,
            due_on=terms.month.last_day,
            arrears_cause=arrears_cause,
            lines=terms.flexible(),
        )
    )
