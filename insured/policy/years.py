"""认定缴费年限: months that count without a payment in this hall, each once and under one source (domain rule 2.10)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from insured.policy.dates import Month, months_between
from portal.errors import Reason

TRANSFER, DEEMED = "transfer", "deemed"
"""转入 and 视同; the wording is labels.CREDIT_SOURCES."""
SOURCE_LAW = "社会保险法第三十二条"
WORKING_AGE_MONTHS = 16 * 12
"""Nobody works before sixteen (劳动法第十五条), so that nothing is deemed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Months that somebody was credited with, both ends included."""

    source: str
    scheme: str
    first: Month
    last: Month

    @property
    def months(self) -> frozenset[Month]:
        """Each of them."""
        return frozenset(months_between(self.first, self.last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Months by where they come from; none stands in two places."""

    own: frozenset[Month]
    transferred: frozenset[Month]
    deemed: frozenset[Month]

    @property
    def paid(self) -> frozenset[Month]:
        """实际缴费: paid in this hall or elsewhere."""
        return self.own | self.transferred

    @property
    def total(self) -> frozenset[Month]:
        """累计."""
        return self.paid | self.deemed


def sort_months(own: Collection[Month], *, credited: Iterable[Credit], schemes: Collection[str]) -> Sorted:
    """A month that was paid here is one's own, whatever else says so; one that was transferred is never deemed."""
    found = list(credited)
    transferred = months_of(found, source=TRANSFER, schemes=schemes) - frozenset(own)
    deemed = months_of(found, source=DEEMED, schemes=schemes) - frozenset(own) - transferred
    return Sorted(own=frozenset(own), transferred=transferred, deemed=deemed)


def months_of(credited: Iterable[Credit], *, source: str, schemes: Collection[str]) -> frozenset[Month]:
    """Every month of one source and of these schemes."""
    return frozenset(
        month for one in credited if one.source == source and one.scheme in schemes for month in one.months
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Months that count as one without a break: how many were paid, from when, and how many were missing between."""

    months: int = 0
    since: Month | None = None
    bridged: int = 0


def run_until(
    until: Month | None, *, months: Collection[Month], transferred: Collection[Month] = (), grace: int = 0
) -> Run:
    """连续 up to a month. A gap of at most `grace` months just behind what was transferred is no break.

    `transferred` are part of `months`. The months of the gap are not counted. Any other missing month ends the run
    (医保办发〔2021〕43号).
    """
    if until is None or until not in months:
        return Run()
    count, bridged, since = 1, 0, until
    while True:
        before = next((n for n in range(1, grace + 2) if since + -n in months), 0)
        is_seam = since not in transferred and since + -before in transferred
        if not before or (before > 1 and not is_seam):
            return Run(months=count, since=since, bridged=bridged)
        count, bridged, since = count + 1, bridged + before - 1, since + -before


def as_spans(months: Collection[Month]) -> tuple[tuple[Month, Month], ...]:
    """The same months as spans without a break, the oldest first."""
    found: list[tuple[Month, Month]] = []
    for month in sorted(months):
        if found and found[-1][1] + 1 == month:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return tuple(found)


def check_deemed(
    *, first: Month, last: Month, born: Month, today: Month, known: Iterable[Credit], scheme: str
) -> tuple[Reason, ...]:
    """Why months cannot be 视同缴费; empty when they can. What was paid may overlap: it is counted once."""
    reasons = []
    if last < first:
        reasons.append(Reason("credit.backwards", {}, SOURCE_LAW))
    if last > today:
        reasons.append(Reason("credit.ahead", {}, SOURCE_LAW))
    if first < born + WORKING_AGE_MONTHS:
        reasons.append(Reason("credit.too-young", {"since": born + WORKING_AGE_MONTHS}, "劳动法第十五条"))
    standing = months_of(known, source=DEEMED, schemes=(scheme,))
    if last >= first and standing & frozenset(months_between(first, last)):
        reasons.append(Reason("credit.known", {}, SOURCE_LAW))
    return tuple(reasons)
