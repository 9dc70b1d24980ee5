"""Read what a person is covered for: the enrollments, whether benefits are due on a day and why, and for how long."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Prefetch

from insured.models import CoveragePeriod, Enrollment, InsuredPerson
from insured.models.coverage import BASIC_SCHEMES, EnrollmentQuerySet
from insured.policy.dates import Length, Month, day_before, months_between, next_day
from insured.policy.years import TRANSFER, months_of
from insured.services.credits import credits_of
from portal.accounts.models import User
from portal.errors import Reason

STATUS_TONES = {Enrollment.NONE: "neutral", Enrollment.ACTIVE: "ok", Enrollment.PAUSED: "warn", Enrollment.ENDED: "bad"}
SOURCE = "网厅参保时段记录"


@dataclass(frozen=True, slots=True)
class Span:
    """Covered days without a break, both ends included; no end means until something ends it."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """Whether benefits are due on a day; `until` is the last covered day known, also when it is past.

    `begins_on` is the first day of cover that has not begun yet; None while the day is covered.
    """

    is_covered: bool
    until: date | None
    reason: Reason
    begins_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One enrollment with what it gives today."""

    enrollment: Enrollment
    tone: str
    benefit: Benefit

    @property
    def spans(self) -> "tuple[Span, ...]":
        """参保时段, the newest first."""
        return tuple(reversed(spans(self.enrollment.periods.all())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A person with all enrollments, the active ones first; lengths are those of the basic schemes up to the day."""

    person: InsuredPerson
    unit_name: str
    coverages: tuple[Coverage, ...]
    covered: Length
    continuous: Length

    @property
    def paying(self) -> Coverage | None:
        """The basic scheme that answers for today: the one that pays, else the first; None without any."""
        basic = [one for one in self.coverages if one.enrollment.is_basic]
        return next((one for one in basic if one.benefit.is_covered), basic[0] if basic else None)

    @property
    def has_several(self) -> bool:
        """More than one basic record, paused ones too: only then can anybody be insured twice."""
        return sum(one.enrollment.is_basic for one in self.coverages) > 1


def is_covered(person: InsuredPerson, *, day: date) -> bool:
    """The benefit question: does a basic scheme pay on that day? One statement."""
    return CoveragePeriod.objects.covering(day).filter(person=person, is_basic=True).exists()


def covered_years(person_id: int, *, until: date) -> frozenset[int]:
    """The years with cover by a basic scheme here, or where it was transferred from, until that day. Two statements."""
    transferred = months_of(credits_of(person_id), source=TRANSFER, schemes=BASIC_SCHEMES)
    periods = CoveragePeriod.objects.counting().filter(person=person_id, is_basic=True, starts_on__lte=until)
    return frozenset(
        year
        for starts_on, ends_on in periods.values_list("starts_on", "ends_on")
        for year in range(starts_on.year, min(ends_on or until, until).year + 1)
    ) | {month.year for month in transferred}


def with_periods(enrollments: EnrollmentQuerySet) -> EnrollmentQuerySet:
    """Everything one reads of enrollments, in two statements; `periods` are those that count, oldest first."""
    periods = CoveragePeriod.objects.counting().order_by("starts_on", "id")
    return (
        enrollments.select_related("person", "area", "employer")
        .prefetch_related(Prefetch("periods", queryset=periods))
        .order_by("-is_basic", "status", "scheme", "-id")
    )


def overview(user: User, *, day: date) -> Overview | None:
    """What the account's own person is covered for on that day, in two statements; None without a person."""
    enrollments = list(with_periods(Enrollment.objects.visible_to(user)))
    person = enrollments[0].person if enrollments else InsuredPerson.objects.visible_to(user).first()
    if person is None:
        return None
    months = covered_months([row for one in enrollments if one.is_basic for row in one.periods.all()], day=day)
    return Overview(
        person=person,
        unit_name=enrollments[0].employer.name if enrollments else "",
        coverages=tuple(_coverages(enrollments, day=day)),
        covered=Length(len(months)),
        continuous=Length(_run_up_to(Month.of(day), months=months)),
    )


def _coverages(enrollments: Sequence[Enrollment], *, day: date) -> Iterator[Coverage]:
    """What each gives that day; one that gives nothing says so more kindly while another basic scheme pays."""
    answers = [benefit(spans(one.periods.all()), day=day) for one in enrollments]
    paying = next(
        (one for one, answer in zip(enrollments, answers, strict=True) if one.is_basic and answer.is_covered), None
    )
    for one, answer in zip(enrollments, answers, strict=True):
        if paying and not answer.is_covered:
            reason = Reason("benefit.elsewhere", {"scheme": paying.get_scheme_display()}, SOURCE)
            answer = replace(answer, reason=reason)
        yield Coverage(enrollment=one, tone=STATUS_TONES[one.status], benefit=answer)


def spans(periods: Iterable[CoveragePeriod]) -> list[Span]:
    """Periods, oldest first, as spans: those that follow each other without a day between are one."""
    found: list[Span] = []
    for period in periods:
        before = found[-1] if found else None
        if before and before.ends_on and next_day(before.ends_on) == period.starts_on:
            found[-1] = Span(before.starts_on, period.ends_on)
        else:
            found.append(Span(period.starts_on, period.ends_on))
    return found


def benefit(known: Sequence[Span], *, day: date) -> Benefit:
    """Whether one of the spans, oldest first, covers the day, and the sentence for it."""
    begun = [span for span in known if span.starts_on <= day]
    coming = next((span for span in known if span.starts_on > day), None)
    last = begun[-1] if begun else None
    if last and last.ends_on is None:
        return Benefit(is_covered=True, until=None, reason=Reason("benefit.open", {"first": last.starts_on}, SOURCE))
    if last and last.ends_on and last.ends_on >= day:
        dates = {"first": last.starts_on, "last": last.ends_on, "after": next_day(last.ends_on)}
        return Benefit(is_covered=True, until=last.ends_on, reason=Reason("benefit.until", dates, SOURCE))
    until = last.ends_on if last else None
    if coming:
        dates = {"begins": coming.starts_on, "last": day_before(coming.starts_on)}
        reason = Reason("benefit.not-begun", dates, SOURCE)
        return Benefit(is_covered=False, until=until, reason=reason, begins_on=coming.starts_on)
    if until:
        dates = {"last": until, "after": next_day(until)}
        return Benefit(is_covered=False, until=until, reason=Reason("benefit.ended", dates, SOURCE))
    return Benefit(is_covered=False, until=None, reason=Reason("benefit.none", {}, SOURCE))


def covered_months(periods: Iterable[CoveragePeriod], *, day: date) -> set[Month]:
    """The calendar months up to that day in which at least one day was covered."""
    return {
        month
        for period in periods
        if period.starts_on <= day
        for month in months_between(Month.of(period.starts_on), Month.of(min(period.ends_on or day, day)))
    }


def _run_up_to(month: Month, *, months: set[Month]) -> int:
    """How many months without a gap end with this one."""
    count = 0
    while month + -count in months:
        count += 1
    return count
