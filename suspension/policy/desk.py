"""Who may decide a case, and which cases one person may not decide alone."""

from dataclasses import dataclass
from datetime import date, timedelta

from portal.errors import Reason

SOURCE = "经办内控规则：审办分离、利益回避"
SOURCE_SECOND = "经办内控规则：退费、追溯和死亡变更须经复核"
DEATH = "6401"
"""变更原因 死亡."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerFacts:
    """How the staff member stands to the case. `is_contact`: its phone or its account for a refund is theirs."""

    has_role: bool
    is_applicant: bool
    is_relative: bool
    is_colleague: bool
    is_contact: bool


def check_reviewer(facts: ReviewerFacts) -> tuple[Reason, ...]:
    """Why this staff member may not handle the case; empty when they may."""
    reasons = []
    if not facts.has_role:
        reasons.append(Reason("desk.not-your-area", source=SOURCE))
    if facts.is_applicant:
        reasons.append(Reason("desk.own-case", source=SOURCE))
    if facts.is_relative:
        reasons.append(Reason("desk.relatives-case", source=SOURCE))
    if facts.is_colleague:
        reasons.append(Reason("desk.colleagues-case", source=SOURCE))
    if facts.is_contact and not facts.is_applicant:
        reasons.append(Reason("desk.own-contact", source=SOURCE))
    return tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReviewFacts:
    """What an approval today would do. `covered_until` is the day on which the cover ends without it, if it does."""

    approved_on: date
    effective_on: date
    change_code: str
    is_refund: bool
    last_covered_on: date | None = None
    covered_until: date | None = None


def needs_second_review(facts: SecondReviewFacts) -> tuple[Reason, ...]:
    """Why a second person must confirm the approval; empty when one person may decide."""
    reasons = []
    if _is_back_dated(facts):
        reasons.append(Reason("second.back-dated", source=SOURCE_SECOND))
    if facts.change_code == DEATH:
        reasons.append(Reason("second.death", source=SOURCE_SECOND))
    if facts.is_refund:
        reasons.append(Reason("second.refund", source=SOURCE_SECOND))
    return tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayFacts:
    """How the holder of a case is there. `idle_workdays` counts the working days since they last took or came."""

    has_role: bool
    is_marked_absent: bool
    idle_workdays: int
    limit: int


def is_away(facts: AwayFacts) -> bool:
    """Whether the case goes back to the queue: gone, away as they said, or not there for longer than the limit."""
    return not facts.has_role or facts.is_marked_absent or facts.idle_workdays > facts.limit


def sample_size(count: int, *, percent: int) -> int:
    """How many of `count` cases are kept back for a look at each: the share rounded up, and never none."""
    if not count or not percent:
        return 0
    return max(1, -(-count * percent // 100))


def _is_back_dated(facts: SecondReviewFacts) -> bool:
    """Days of cover before the approval are lost that the person would have had without it."""
    if facts.effective_on < facts.approved_on:
        return True
    if facts.last_covered_on is None:
        return False
    day_before = facts.approved_on - timedelta(days=1)
    return facts.last_covered_on < min(facts.covered_until or day_before, day_before)
