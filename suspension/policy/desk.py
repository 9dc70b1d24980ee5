"""Who may decide a case: never the applicant, a relative or a colleague of the unit."""

from dataclasses import dataclass

from portal.errors import Reason

SOURCE = "经办内控规则：审办分离、利益回避"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerFacts:
    """How the staff member stands to the case."""

    has_role: bool
    is_applicant: bool
    is_relative: bool
    is_colleague: bool


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
    return tuple(reasons)
