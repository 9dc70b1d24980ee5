"""May this coverage be stopped, now and by this person: asked at the notice, at submission, approval and effect."""

from dataclasses import dataclass
from datetime import date

from insured.policy.dates import Month
from insured.policy.effective import StopMonths, check_stop_month
from portal.errors import Reason

ACTIVE = "1"
SOURCE_UNIT = "社会保险法第58条；本统筹区规则"
SOURCE_AREA = "本统筹区规则"
SOURCE_REFUND = "医保办函〔2021〕11号第16条"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFacts:
    """What the rules need to know. `open_number` and `pending_number` name another application that is in the way."""

    scheme: str
    status: str
    is_through_unit: bool
    unit_name: str
    is_deceased: bool
    open_number: str
    pending_number: str
    pending_on: date | None
    months: StopMonths


@dataclass(frozen=True, slots=True)
class Check:
    """One automatic check, green or red; the label is labels.CHECKS[code]."""

    code: str
    reasons: tuple[Reason, ...]

    @property
    def is_ok(self) -> bool:
        """Green."""
        return not self.reasons


def stop_checks(facts: StopFacts, *, month: Month | None) -> tuple[Check, ...]:
    """Every check with its answer, in the order the desk shows them."""
    return (
        Check("active", _active(facts)),
        Check("own-account", _own_account(facts)),
        Check("alive", (Reason("stop.deceased", source=SOURCE_AREA),) if facts.is_deceased else ()),
        Check("only-one", _only_one(facts)),
        Check("month", check_stop_month(month, bounds=facts.months)),
    )


def check_stop(facts: StopFacts, *, month: Month | None) -> tuple[Reason, ...]:
    """Why this stop cannot go on; empty when it can."""
    return tuple(reason for check in stop_checks(facts, month=month) for reason in check.reasons)


def check_may_start(facts: StopFacts) -> tuple[Reason, ...]:
    """The same before a month was chosen."""
    return check_stop(facts, month=facts.months.earliest)


def _active(facts: StopFacts) -> tuple[Reason, ...]:
    return () if facts.status == ACTIVE else (Reason("stop.not-active", source=SOURCE_AREA),)


def _own_account(facts: StopFacts) -> tuple[Reason, ...]:
    if facts.is_through_unit:
        return (Reason("stop.through-unit", {"unit": facts.unit_name}, SOURCE_UNIT),)
    return ()


def _only_one(facts: StopFacts) -> tuple[Reason, ...]:
    if facts.open_number:
        return (Reason("stop.already-open", {"number": facts.open_number}, SOURCE_AREA),)
    if facts.pending_number and facts.pending_on:
        return (Reason("stop.already-approved", {"number": facts.pending_number, "on": facts.pending_on}, SOURCE_AREA),)
    return ()


def refund_outlook(scheme: str, *, covered_from: date | None, today: date) -> Reason:
    """Whether money comes back: not once the benefit period has begun."""
    if scheme == "390" and covered_from is not None and covered_from > today:
        return Reason("stop.refund-possible", {"begins": covered_from}, SOURCE_REFUND)
    return Reason("stop.no-refund", source=SOURCE_REFUND)
