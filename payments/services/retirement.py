"""Read what a person of the employee scheme still needs to keep the benefits after retirement."""

from dataclasses import dataclass
from datetime import date

from insured.models import AreaPolicy, CreditedMonths, Enrollment, InsuredPerson
from insured.policy.dates import Month, months_between
from insured.policy.retirement import Retirement, RetirementFacts, retirement
from insured.policy.years import TRANSFER, months_of, sort_months
from insured.services.credits import EMPLOYEES, standing_rows
from payments.models import ContributionRecord
from payments.services.opening import employee_standard


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirementView:
    """The record it is about, what was counted, the rows that were credited there, and the answer."""

    enrollment: Enrollment
    facts: RetirementFacts
    credited: tuple[CreditedMonths, ...]
    answer: Retirement


def retirement_of(person: InsuredPerson, *, today: date) -> RetirementView | None:
    """None for somebody without a record of the employee scheme. Five statements."""
    known = Enrollment.objects.filter(person=person, scheme=EMPLOYEES).exclude(status=Enrollment.NONE)
    enrollment = known.select_related("area").order_by("status", "-id").first()
    if enrollment is None:
        return None
    standard = employee_standard(enrollment.area_id, month=Month.of(today))
    here, elsewhere = _paid_months(person, area_id=enrollment.area_id)
    rows = standing_rows(person.pk)
    counted = tuple(one for one in rows if one.area_id == enrollment.area_id and one.scheme == EMPLOYEES)
    months = sort_months(here, credited=[one.as_credit() for one in counted], schemes=(EMPLOYEES,))
    others = [one.as_credit() for one in rows if one.area_id != enrollment.area_id]
    elsewhere |= months_of(others, source=TRANSFER, schemes=(EMPLOYEES,))
    facts = RetirementFacts(
        born_on=person.born_on,
        sex=person.sex,
        paid_months=len(months.own),
        transferred_months=len(months.transferred),
        deemed_months=len(months.deemed),
        elsewhere_months=len(elsewhere - months.total),
        base_fen=standard.flexible_base_fen if standard else None,
    )
    rules = AreaPolicy.objects.in_force(area_id=enrollment.area_id, on=today).as_rules()
    answer = retirement(facts, today=today, rules=rules)
    return RetirementView(enrollment=enrollment, facts=facts, credited=counted, answer=answer)


def _paid_months(person: InsuredPerson, *, area_id: int) -> tuple[set[Month], set[Month]]:
    """The months for which something was received and not given back, in the area and in others; each once."""
    rows = ContributionRecord.objects.filter(person=person, scheme=EMPLOYEES, is_received=True, personal_fen__gte=0)
    here: set[Month] = set()
    elsewhere: set[Month] = set()
    for area, first, last in rows.values_list("area_id", "period_starts_on", "period_ends_on"):
        (here if area == area_id else elsewhere).update(months_between(Month.of(first), Month.of(last)))
    return here, elsewhere
