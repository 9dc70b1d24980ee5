"""Read what the rules need to know about a stop: one place, asked at every step."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from insured.models import AreaPolicy, CoveragePeriod, Enrollment, HolidayOverride
from insured.policy.dates import Month
from insured.policy.effective import (
    Hole,
    Scheme,
    StopEffect,
    StopMonths,
    first_employee_cover,
    hole_before,
    stop_effect,
    stop_month_bounds,
)
from insured.policy.interruption import InterruptionOutlook, interruption_outlook
from insured.policy.rules import AreaRules
from insured.policy.waiting import Waiting, WaitingFacts, waiting_period
from insured.policy.window import collection_window
from portal import clock
from portal.errors import Reason
from suspension.models import Application
from suspension.policy.stop import StopFacts, refund_outlook
from suspension.policy.transitions import OPEN_STATES, State


@dataclass(frozen=True)
class StopCase:
    """An enrollment on a day, with everything the stop rules ask for already read."""

    enrollment: Enrollment
    today: date
    rules: AreaRules
    period: CoveragePeriod | None
    facts: StopFacts

    @property
    def scheme(self) -> Scheme:
        """390, or 310 for whatever is paid month by month."""
        return "390" if self.enrollment.scheme == "390" else "310"

    @property
    def months(self) -> StopMonths:
        """The stop months a form may offer."""
        return self.facts.months

    def effect(self, month: Month | None) -> StopEffect:
        """The dates of this stop if it is approved today."""
        return stop_effect(
            self.scheme,
            rules=self.rules,
            approved_on=self.today,
            stop_month=month,
            covered_from=self.period.starts_on if self.period else None,
            covered_until=self.period.ends_on if self.period else None,
        )

    def hole(self, effect: StopEffect) -> Hole:
        """The days without cover when an employer takes the person on at once: 310 begins next month."""
        return hole_before(
            first_employee_cover(self.today, rules=self.rules).begins_on,
            last_covered_on=effect.last_covered_on,
        )

    @cached_property
    def refund(self) -> Reason:
        """Whether money comes back."""
        return refund_outlook(
            self.scheme, covered_from=self.period.starts_on if self.period else None, today=self.today
        )

    def interruption(self, effect: StopEffect) -> InterruptionOutlook | None:
        """What a later return to 310 means; None for 390."""
        if self.scheme == "390":
            return None
        return interruption_outlook(rules=self.rules, last_paid=Month.of(effect.last_covered_on))

    def waiting(self, effect: StopEffect, *, gap_years: int) -> Waiting | None:
        """The wait of somebody who skips `gap_years` years and pays on the window's first day; None for 310."""
        if self.scheme == "310":
            return None
        year = effect.last_covered_on.year + gap_years + 1
        return waiting_period(
            WaitingFacts(
                coverage_year=year,
                paid_on=collection_window(year, rules=self.rules).opens_on,
                gap_years=gap_years,
            ),
            rules=self.rules,
        )


def read_stop_case(enrollment: Enrollment, *, today: date, own: Application | None = None) -> StopCase:
    """Three statements: the area's rules, the current period, other applications in the way.

    `own` does not count, nor does what asks for its cancellation: until that is decided it goes on.

    The stop months are those that could be chosen on the day `own` was sent in: a slow review takes nothing away.
    """
    asked_on = own.submitted_at.astimezone(clock.SHANGHAI).date() if own and own.submitted_at else today
    rules = AreaPolicy.objects.in_force(area_id=enrollment.area_id, on=today).as_rules()
    period = (
        CoveragePeriod.objects.counting()
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), enrollment=enrollment)
        .order_by("starts_on")
        .first()
    )
    others = Application.objects.filter(
        enrollment=enrollment, is_coverage_changing=True, state__in=[*OPEN_STATES, State.APPROVED]
    )
    if own is not None:
        others = others.exclude(pk=own.pk).exclude(refers_to=own.pk)
    in_the_way = list(others.values_list("number", "state", "effective_on"))
    facts = StopFacts(
        scheme=enrollment.scheme,
        status=enrollment.status,
        is_through_unit=enrollment.is_through_unit,
        unit_name=enrollment.employer.name,
        is_deceased=enrollment.person.is_deceased,
        open_number=next((number or "" for number, state, _ in in_the_way if state in OPEN_STATES), ""),
        pending_number=next((number or "" for number, state, _ in in_the_way if state == State.APPROVED), ""),
        pending_on=next((on for _, state, on in in_the_way if state == State.APPROVED), None),
        months=stop_month_bounds(
            "390" if enrollment.scheme == "390" else "310",
            rules=rules,
            today=asked_on,
            settled_through=Month.of(enrollment.last_paid_month) if enrollment.last_paid_month else None,
            covered_until=period.ends_on if period else None,
        ),
    )
    return StopCase(enrollment=enrollment, today=today, rules=rules, period=period, facts=facts)


def holidays() -> dict[date, bool]:
    """The days on which the calendar library is overruled."""
    return dict(HolidayOverride.objects.values_list("day", "is_workday"))
