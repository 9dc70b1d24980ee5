"""待遇查询: does a basic scheme pay on a given day, and why."""

from dataclasses import dataclass
from datetime import date

from insured.models import CoveragePeriod, InsuredPerson
from insured.policy.dates import day_before, next_day
from insured.services.overview import Span, spans
from portal.errors import Reason

SOURCE = "网厅参保时段记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitOn:
    """The answer for one day; `scheme` is the one that pays, empty when none does."""

    day: date
    is_covered: bool
    scheme: str
    reason: Reason


def benefit_on(person: InsuredPerson, *, day: date) -> BenefitOn:
    """One statement. A day ahead is answered by what is written today."""
    periods = list(
        CoveragePeriod.objects.counting()
        .filter(person=person, is_basic=True)
        .select_related("enrollment")
        .order_by("starts_on", "id")
    )
    paying = next(
        (one for one in periods if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)), None
    )
    return BenefitOn(
        day=day,
        is_covered=paying is not None,
        scheme=paying.enrollment.get_scheme_display() if paying else "",
        reason=_reason(spans(periods), day=day),
    )


def _reason(known: list[Span], *, day: date) -> Reason:
    span = next((one for one in known if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)), None)
    if span is not None and span.ends_on is None:
        return Reason("on.covered-open", {"day": day, "first": span.starts_on}, SOURCE)
    if span is not None:
        return Reason("on.covered", {"day": day, "first": span.starts_on, "last": span.ends_on}, SOURCE)
    coming = next((one for one in known if one.starts_on > day), None)
    if coming is not None:
        params = {"day": day, "begins": coming.starts_on, "last": day_before(coming.starts_on)}
        return Reason("on.not-begun", params, SOURCE)
    over = [one.ends_on for one in known if one.ends_on is not None]
    if over:
        return Reason("on.ended", {"day": day, "last": max(over), "after": next_day(max(over))}, SOURCE)
    return Reason("on.none", {"day": day}, SOURCE)
