"""Whether somebody may give a post to somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from insured.policy.roles import StaffRole, clash_with
from portal.errors import Reason

SOURCE = "经办内控规则：不相容岗位分离"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFacts:
    """The post that is to be given, and what is known of both people.

    `held` are the roles that person has in the area on any day of the new post.
    """

    role: str
    starts_on: date
    ends_on: date | None
    is_administrator: bool
    is_oneself: bool
    is_superuser: bool
    held: Iterable[str]


def check_post(facts: PostFacts, *, today: date) -> tuple[Reason, ...]:
    """Why the post may not be given; empty when it may."""
    reasons = []
    if not facts.is_administrator:
        reasons.append(Reason("post.not-your-area", source=SOURCE))
    if facts.is_oneself:
        reasons.append(Reason("post.oneself", source=SOURCE))
    if facts.is_superuser and facts.role != StaffRole.ADMINISTRATOR:
        reasons.append(Reason("post.superuser", source=SOURCE))
    if facts.starts_on < today:
        reasons.append(Reason("post.past"))
    if facts.ends_on and facts.ends_on < facts.starts_on:
        reasons.append(Reason("post.ends-before"))
    held = frozenset(facts.held)
    if facts.role in held:
        reasons.append(Reason("post.held"))
    elif clash := clash_with(facts.role, held=held):
        reasons.append(Reason("post.clash", {"role": clash}, source=SOURCE))
    return tuple(reasons)
