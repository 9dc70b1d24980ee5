"""May an approved stop be cancelled: asked when it is filed and again at approval, always by the day of filing."""

from dataclasses import dataclass
from datetime import date

from portal.errors import Reason
from suspension.policy.stop import Check
from suspension.policy.transitions import State

SOURCE = "本统筹区规则：停保生效前可以申请取消，生效后须办理恢复参保"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelFacts:
    """The stop that is to be cancelled. `state_name` is its state in words; `filed_on` the day of the cancellation."""

    state: str
    state_name: str
    effective_on: date | None
    filed_on: date


def cancel_checks(facts: CancelFacts) -> tuple[Check, ...]:
    """Every check with its answer, in the order the desk shows them."""
    is_waiting = facts.state == State.APPROVED
    has_begun = facts.effective_on is not None and facts.effective_on <= facts.filed_on
    too_late = Reason("cancel.too-late", {"on": facts.effective_on}, SOURCE)
    nothing = Reason("cancel.nothing-to-cancel", {"state": facts.state_name}, SOURCE)
    return (
        Check("still-approved", () if is_waiting or (has_begun and facts.state == State.COMPLETED) else (nothing,)),
        Check("in-time", (too_late,) if has_begun else ()),
    )


def check_cancel(facts: CancelFacts) -> tuple[Reason, ...]:
    """Why the stop cannot be cancelled; empty when it can."""
    return tuple(reason for check in cancel_checks(facts) for reason in check.reasons)
