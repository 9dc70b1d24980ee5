"""Whether a draft of rules may be handed in and put in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.errors import Reason

SOURCE = "规则变更须两人办理，只向后生效"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """The draft against what is in force on its day; `is_day_taken` says that rules already begin on it."""

    effective_from: date
    values: Mapping[str, object]
    now: Mapping[str, object]
    is_day_taken: bool
    is_base_changed: bool = False


def check_draft(facts: DraftFacts, *, today: date) -> tuple[Reason, ...]:
    """Why it may be neither handed in nor approved; empty when it may."""
    reasons = []
    if facts.effective_from <= today:
        reasons.append(Reason("draft.past", source=SOURCE))
    if facts.is_day_taken:
        reasons.append(Reason("draft.day-taken"))
    if facts.is_base_changed:
        reasons.append(Reason("draft.base-changed"))
    if all(facts.now.get(name) == value for name, value in facts.values.items()):
        reasons.append(Reason("draft.no-difference"))
    return tuple(reasons)


def check_second_person(*, is_drafter: bool, has_right: bool) -> tuple[Reason, ...]:
    """Why somebody may not approve or send back."""
    reasons = []
    if is_drafter:
        reasons.append(Reason("draft.same-person", source=SOURCE))
    if not has_right:
        reasons.append(Reason("draft.not-yours", source=SOURCE))
    return tuple(reasons)
