"""Read what a person of the employee scheme still needs to keep the benefits after retirement."""

from dataclasses import dataclass
from datetime import date

from insured.models import AreaPolicy, Enrollment, InsuredPerson
from insured.policy.dates import Month, months_between
from insured.policy.retirement import Retirement, RetirementFacts, retirement
from payments.models import ContributionRecord
from payments.services.opening import employee_standard


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirementView:
    """The record it is about, what was counted, and the answer."""

    enrollment: Enrollment
    facts: RetirementFacts
    answer: Retirement


def retirement_of(person: InsuredPerson, *, today: date) -> RetirementView | None:
    """None for somebody without a record of the employee scheme. Four statements."""
    rows = Enrollment.objects.filter(person=person, scheme="310").exclude(status=Enrollment.NONE)
    enrollment = rows.select_related("area").order_by("status", "-id").first()
    if enrollment is None:
        return None
    standard = employee_standard(enrollment.area_id, month=Month.of(today))
    facts = RetirementFacts(
        born_on=person.born_on,
        sex=person.sex,
        paid_months=len(_paid_months(person)),
        base_fen=standard.flexible_base_fen if standard else None,
    )
    rules = AreaPolicy.objects.in_force(area_id=enrollment.area_id, on=today).as_rules()
    return RetirementView(enrollment=enrollment, facts=facts, answer=retirement(facts, today=today, rules=rules))


def _paid_months(person: InsuredPerson) -> set[Month]:
    """The months for which something was received and not given back; a month paid twice counts once."""
    rows = ContributionRecord.objects.filter(person=person, scheme="310", is_received=True, personal_fen__gte=0)
    return {
        month
        for first, last in rows.values_list("period_starts_on", "period_ends_on")
        for month in months_between(Month.of(first), Month.of(last))
    }
