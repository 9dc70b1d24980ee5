"""Read what the rules need to know about a return or an enrolment: one place, asked at every step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import F

from insured.models import AreaPolicy, CoveragePeriod, Enrollment, InsuredPerson, PoolingArea
from insured.models.coverage import BASIC_SCHEMES
from insured.policy.comeback import History
from insured.policy.dates import Month
from insured.policy.eligibility import PersonFacts
from insured.policy.rules import AreaRules
from insured.policy.years import TRANSFER, Credit, months_of, run_until
from insured.services.credits import credits_of
from insured.services.enrolment import beginnings
from insured.services.overview import covered_months
from payments.policy.funding import Funding
from payments.services.paid_years import paid_years
from suspension.items import Item
from suspension.models import Application
from suspension.policy.offer import Offer
from suspension.policy.planner import Option, Prices, Wish, best_year, option, options
from suspension.policy.resume import ResumeFacts
from suspension.services.facts import applications_in_the_way
from suspension.services.offers import Papers, asked_on, offer_on, papers_of
from suspension.services.prices import prices_of

EXEMPT_BY_AID = "aided"


@dataclass(frozen=True)
class ResumeCase:
    """A person who wants to come back or to join, on a day, with everything the rules ask for already read.

    `enrollment` is None while somebody who joins has not begun one.
    """

    item: Item
    person: InsuredPerson
    area: PoolingArea
    enrollment: Enrollment | None
    today: date
    rules: AreaRules
    facts: ResumeFacts
    history: History
    prices: Prices
    asked_on: date
    records: tuple[Enrollment, ...] = ()
    """The paused records one may choose from; only on the person's own pages."""

    @property
    def scheme(self) -> str:
        """What is asked for: 310 or 390."""
        return self.facts.scheme

    @property
    def title(self) -> str:
        """The item's official name for this person."""
        return self.item.title_for(self.scheme, is_through_unit=self.facts.is_through_unit)

    @cached_property
    def offer(self) -> Offer:
        """The materials of the form on the day it was or is sent in. One statement."""
        return offer_on(self.item, area_id=self.area.pk, on=self.asked_on)

    @property
    def papers(self) -> Papers:
        """What it asks for by name."""
        return papers_of(self.offer)

    @cached_property
    def best_year(self) -> int:
        """The coverage year a payment of today is worth most for."""
        return best_year(self.today, history=self.history, rules=self.rules)

    def option(self, wish: Wish) -> Option:
        """The way that was asked for, with its price."""
        return option(wish, history=self.history, prices=self.prices, rules=self.rules)

    def options(self, wish: Wish) -> tuple[Option, ...]:
        """The ways side by side."""
        return options(wish, history=self.history, prices=self.prices, rules=self.rules)


def case_for(
    person: InsuredPerson, *, item: Item, today: date, record: str = "", about_id: int | None = None
) -> ResumeCase | None:
    """The case of somebody who is at the page of this item; None when there is no enrollment to return to.

    To return to is the `record` that was chosen, else the one of the draft (`about_id`), else the active basic
    enrollment, else the one that was paused last.
    """
    if item.scheme:
        begun = beginnings(person=person, scheme=item.scheme).first()
        return read_case(item, person=person, enrollment=begun, today=today)
    known = records_of(person)
    chosen = next((one for one in known if record and record_code(one) == record), None)
    drafted = next((one for one in known if one.pk == about_id), None)
    found = chosen or drafted or next(iter(known), None)
    if found is None:
        return None
    # As long as one is active nothing is chosen: it stands in the way of every other.
    others = known if known[0].status == Enrollment.PAUSED else []
    paused = tuple(one for one in others if one.status == Enrollment.PAUSED)
    return replace(read_case(item, person=person, enrollment=found, today=today), records=paused)


def records_of(person: InsuredPerson) -> list[Enrollment]:
    """Every basic enrollment one could return to: the active one first, then those paused, the latest first."""
    rows = Enrollment.objects.filter(person=person, is_basic=True).exclude(status=Enrollment.NONE)
    return list(
        rows.select_related("person__user", "area", "employer").order_by(
            F("status").asc(), F("paused_on").desc(nulls_last=True), "-id"
        )
    )


def record_code(enrollment: Enrollment) -> str:
    """How an address names one of a person's records: scheme, area and category."""
    return f"{enrollment.scheme}-{enrollment.area.code}-{enrollment.category}"


def read_case(
    item: Item, *, person: InsuredPerson, enrollment: Enrollment | None, today: date, own: Application | None = None
) -> ResumeCase:
    """Eight statements: the area's rules, the person's enrollments, periods and credited months, what is in the way,
    the prices.

    One more for a resident, whose paid years are asked for, and some more where there are any.

    `own`, the application that is being handled, is not in its own way.
    """
    area = enrollment.area if enrollment else person.area
    rules = AreaPolicy.objects.in_force(area_id=area.pk, on=today).as_rules()
    enrollments = list(
        Enrollment.objects.filter(person=person, is_basic=True).select_related("area", "employer").order_by("id")
    )
    counting = CoveragePeriod.objects.counting().filter(person=person, is_basic=True)
    periods = list(counting.select_related("enrollment").order_by("starts_on", "id"))
    prices = prices_of(person, area_id=area.pk, on=today)
    blank = ResumeFacts(
        person=_person_facts(person, enrollments=[one for one in enrollments if one != enrollment]),
        scheme=enrollment.scheme if enrollment else item.scheme,
        status=enrollment.status if enrollment else Enrollment.NONE,
        is_joining=bool(item.scheme),
        today=today,
        rules=rules,
        area_name=area.name,
    )
    facts = _of_enrollment(blank, enrollment=enrollment, enrollments=enrollments, periods=periods, area=area)
    in_the_way = applications_in_the_way(person.pk, enrollment_id=enrollment.pk if enrollment else None, own=own)
    history = _history(
        person,
        enrollments=enrollments,
        periods=periods,
        credited=credits_of(person.pk),
        fundings=prices.fundings,
        today=today,
        rules=rules,
    )
    if enrollment and enrollment.scheme == "390":
        paid = paid_years(enrollment, since=today.year, besides=(own.number or "") if own else "")
        history = replace(history, paid_years=paid)
    return ResumeCase(
        item=item,
        person=person,
        area=area,
        enrollment=enrollment,
        today=today,
        rules=rules,
        facts=replace(
            facts,
            open_number=in_the_way.open_number or in_the_way.pending_number,
            unpaid_number=in_the_way.unpaid_number,
            elsewhere_number=in_the_way.elsewhere_number or "",
            elsewhere_area=in_the_way.elsewhere_area,
            is_sent_in=own is not None and own.submitted_at is not None,
        ),
        history=history,
        prices=prices,
        asked_on=asked_on(own, today=today),
    )


def _person_facts(person: InsuredPerson, *, enrollments: Sequence[Enrollment]) -> PersonFacts:
    """`enrollments` are the others; one that is active stands in the way."""
    active = next((one for one in enrollments if one.status == Enrollment.ACTIVE), None)
    return PersonFacts(
        born_on=person.born_on,
        is_deceased=person.is_deceased,
        is_disqualified=person.is_disqualified,
        active_scheme=active.scheme if active else "",
        active_name=active.get_scheme_display() if active else "",
        active_area=active.area.name if active else "",
        active_unit=active.employer.name if active and active.is_through_unit else "",
    )


def _of_enrollment(
    blank: ResumeFacts,
    *,
    enrollment: Enrollment | None,
    enrollments: Sequence[Enrollment],
    periods: Sequence[CoveragePeriod],
    area: PoolingArea,
) -> ResumeFacts:
    """The facts with what the enrollment says; for somebody who joins, with a paused one of the same scheme here."""
    if blank.is_joining or enrollment is None:
        is_paused_here = any(
            one.scheme == blank.scheme and one.area_id == area.pk and one.status == Enrollment.PAUSED
            for one in enrollments
            if not one.is_through_unit
        )
        return replace(blank, status=Enrollment.PAUSED if is_paused_here else Enrollment.NONE)
    running = [
        one
        for one in periods
        if one.enrollment_id == enrollment.pk and (one.ends_on is None or one.ends_on >= blank.today)
    ]
    ends = [one.ends_on for one in running if one.ends_on is not None]
    return replace(
        blank,
        is_through_unit=enrollment.is_through_unit,
        unit_name=enrollment.employer.name,
        is_lapsed=enrollment.status == Enrollment.ACTIVE and not running,
        covered_until=max(ends) if ends and len(ends) == len(running) else None,
    )


def _history(
    person: InsuredPerson,
    *,
    enrollments: Sequence[Enrollment],
    periods: Sequence[CoveragePeriod],
    credited: Sequence[Credit],
    fundings: Sequence[Funding],
    today: date,
    rules: AreaRules,
) -> History:
    """What was transferred in counts as covered: for the years, and for the run where its gap is short enough."""
    transferred = months_of(credited, source=TRANSFER, schemes=BASIC_SCHEMES)
    last = max(periods, key=lambda one: one.ends_on or date.max, default=None)
    until = (last.ends_on or today) if last else None
    months = (covered_months(periods, day=until) if until else set()) | transferred
    run = run_until(
        Month.of(until) if until else None,
        months=months,
        transferred=transferred,
        grace=rules.interruption_grace_months,
    )
    paid = [one.last_paid_month for one in enrollments if one.scheme == "310" and one.last_paid_month]
    newest = max((one.recognised_on for one in fundings), default=None)
    return History(
        covered_years=frozenset(
            year for one in periods for year in range(one.starts_on.year, (one.ends_on or today).year + 1)
        )
        | {month.year for month in transferred},
        last_scheme=last.enrollment.scheme if last else "",
        covered_until=until,
        covered_months=run.months,
        last_paid=Month.of(max(paid)) if paid else None,
        birth_on=person.born_on,
        exempt_group=EXEMPT_BY_AID if newest else "",
        group_since=newest,
    )
