"""Read what the rules need to know about a stop: one place, asked at every step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

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
from insured.policy.waiting import Waiting, waiting_on_return
from insured.policy.window import next_filing_day
from insured.services.overview import Span
from payments.policy.owed import unpaid_months
from payments.services.paid_years import paid_years
from portal.errors import Reason
from suspension import items
from suspension.models import Application
from suspension.policy.comeback import Comeback, employee_comebacks, resident_comebacks
from suspension.policy.offer import Offer
from suspension.policy.stop import StopFacts, UnitFiling, refund_outlook, unit_filing
from suspension.policy.transitions import OPEN_STATES, State
from suspension.services.offers import asked_on, offer_on

ABSENCES = (0, 1, 2, 4)
"""The skipped years that the notice calculates through."""


@dataclass(frozen=True)
class StopCase:
    """An enrollment on a day, with everything the stop rules ask for already read."""

    enrollment: Enrollment
    today: date
    rules: AreaRules
    period: Span | None
    facts: StopFacts
    asked_on: date

    @cached_property
    def offer(self) -> Offer:
        """The reasons and materials of the form on the day it was or is sent in. One statement."""
        return offer_on(items.STOP, area_id=self.enrollment.area_id, on=self.asked_on)

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

    def refund(self, month: Month | None) -> Reason:
        """Whether money comes back after a stop in that month; a resident's year paid ahead counts, too."""
        paid = self.enrollment.last_paid_month
        return refund_outlook(
            self.scheme,
            covered_from=self.period.starts_on if self.period else None,
            today=self.today,
            paid_through=Month.of(paid) if paid else None,
            stop_month=month,
        )

    @cached_property
    def unpaid(self) -> tuple[Month, ...]:
        """The months before this one that nobody has paid; none where people do not pay by the month."""
        return unpaid_months(self.facts.paid_through, through=Month.of(self.today) + -1)

    @cached_property
    def unit_filing(self) -> UnitFiling:
        """What becomes of the stop when the unit files it today."""
        until = self.period.ends_on if self.period else None
        return unit_filing(self.today, rules=self.rules, covered_until=until)

    def interruption(self, month: Month | None) -> InterruptionOutlook | None:
        """What a later return to 310 means after a stop in that month; None for 390."""
        if self.scheme == "390":
            return None
        return interruption_outlook(rules=self.rules, last_paid=month or Month.of(self.today))

    def comebacks(
        self, returning: Month, *, month: Month | None, covered_years: Collection[int]
    ) -> tuple[Comeback, ...]:
        """The ways to come back in that month after a stop in `month`; `covered_years` are for 390."""
        if self.scheme == "390":
            return resident_comebacks(
                returning,
                covered_years=covered_years,
                today=self.today,
                rules=self.rules,
                paid_years=paid_years(self.enrollment, since=self.today.year),
            )
        return employee_comebacks(returning, last_paid=month or Month.of(self.today), rules=self.rules)

    def absences(self, effect: StopEffect, *, covered_years: Collection[int]) -> tuple[tuple[int, Waiting], ...]:
        """Skipped years with the wait after them, paid for in the collection window; nothing for 310."""
        if self.scheme == "310":
            return ()
        year = effect.last_covered_on.year + 1
        return tuple(
            (gap, waiting_on_return(covered_years, coverage_year=year + gap, rules=self.rules)) for gap in ABSENCES
        )


def read_stop_case(
    enrollment: Enrollment, *, today: date, own: Application | None = None, spans: Sequence[Span] | None = None
) -> StopCase:
    """Three statements: the area's rules, the current period, other applications in the way; two for whoever has read
    the periods of the enrollment before (`spans`, the earliest first).

    `own` does not count, nor does what asks for its cancellation: until that is decided it goes on. The filing days
    and stop months of an `own` of an earlier day are those of the rules of that day, so that a slow review, or new
    rules meanwhile, take nothing away.
    """
    sent_on = asked_on(own, today=today)
    rules, asked_under = _rules_of(enrollment, days=(today, sent_on))
    known = _spans_of(enrollment, today=today) if spans is None else spans
    period = next((span for span in known if span.ends_on is None or span.ends_on >= today), None)
    in_the_way = applications_in_the_way(enrollment.person_id, enrollment_id=enrollment.pk, own=own)
    paid_through = Month.of(enrollment.last_paid_month) if enrollment.last_paid_month else None
    facts = StopFacts(
        scheme=enrollment.scheme,
        status=enrollment.status,
        is_through_unit=enrollment.is_through_unit,
        unit_name=enrollment.employer.name,
        is_deceased=enrollment.person.is_deceased,
        open_number=in_the_way.open_number or in_the_way.unpaid_number,
        pending_number=in_the_way.pending_number,
        pending_on=in_the_way.pending_on,
        elsewhere_number=in_the_way.elsewhere_number,
        elsewhere_area=in_the_way.elsewhere_area,
        asked_in=Month.of(sent_on),
        paused_on=enrollment.paused_on,
        filing_day_from=asked_under.stop_filing_day_from,
        filing_day_to=asked_under.stop_filing_day_to,
        filing_opens_on=next_filing_day(sent_on, rules=asked_under),
        paid_through=paid_through if enrollment.scheme == "310" else None,
        months=stop_month_bounds(
            "390" if enrollment.scheme == "390" else "310",
            rules=asked_under,
            today=sent_on,
            settled_through=paid_through,
            covered_until=period.ends_on if period else None,
        ),
    )
    return StopCase(enrollment=enrollment, today=today, rules=rules, period=period, facts=facts, asked_on=sent_on)


def _rules_of(enrollment: Enrollment, *, days: tuple[date, date]) -> tuple[AreaRules, AreaRules]:
    """What was in force on two days, in one statement."""
    rows = AreaPolicy.objects.in_force_on(days, area_id=enrollment.area_id)
    first, second = (rows[day].as_rules() for day in days)
    return first, second


def _spans_of(enrollment: Enrollment, *, today: date) -> list[Span]:
    """The current period and the first that begins later, if there are any."""
    periods = CoveragePeriod.objects.counting().filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), enrollment=enrollment
    )
    return [Span(*row) for row in periods.order_by("starts_on").values_list("starts_on", "ends_on")[:1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """The public numbers of other applications, empty where there is none.

    `pending_number` is an approved stop that waits for its day, `unpaid_number` a return that waits for its payment.
    """

    open_number: str = ""
    pending_number: str = ""
    pending_on: date | None = None
    unpaid_number: str = ""
    elsewhere_number: str = ""
    elsewhere_area: str = ""


def applications_in_the_way(person_id: int, *, enrollment_id: int | None, own: Application | None) -> InTheWay:
    """Other applications of the person. One about another enrollment counts only until `own` was sent in."""
    others = Application.objects.filter(
        person=person_id, is_coverage_changing=True, state__in=[*OPEN_STATES, State.APPROVED]
    )
    if own is not None:
        others = others.exclude(pk=own.pk).exclude(refers_to=own.pk)
    found: dict[str, Any] = {}
    rows = others.order_by("-id").values_list("enrollment_id", "item", "number", "state", "effective_on", "area__name")
    for about_id, item, number, state, effective_on, area in rows:
        if about_id != enrollment_id:
            if own is None or own.number is None:
                found |= {"elsewhere_number": number, "elsewhere_area": area}
        elif state != State.APPROVED:
            found["open_number"] = number
        elif item in items.REFUNDS:
            continue
        elif item in items.PAID:
            found["unpaid_number"] = number
        else:
            found |= {"pending_number": number, "pending_on": effective_on}
    return InTheWay(**found)


def holidays() -> dict[date, bool]:
    """The days on which the calendar library is overruled."""
    return dict(HolidayOverride.objects.values_list("day", "is_workday"))
