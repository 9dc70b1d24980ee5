"""The whole life of a case on one screen. Buttons, rights, the diagram and the tests are computed from this table."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands; the wording is labels.STATES."""

    DRAFT = "draft"
    DISCARDED = "discarded"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    SECOND_REVIEW = "second_review"
    APPROVED = "approved"
    COMPLETED = "completed"
    VOIDED = "voided"


class Action(StrEnum):
    """What moves a case; the wording is labels.ACTIONS."""

    SUBMIT = "submit"
    DISCARD = "discard"
    WITHDRAW = "withdraw"
    TAKE = "take"
    RELEASE = "release"
    RETURN = "return"
    RESUBMIT = "resubmit"
    LAPSE = "lapse"
    REJECT = "reject"
    APPROVE = "approve"
    AUTO_APPROVE = "auto_approve"
    REFER = "refer"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    KEEP_BACK = "keep_back"
    SUPPLEMENT = "supplement"
    COMPLETE = "complete"
    VOID = "void"


class Role(StrEnum):
    """In which capacity somebody moves a case; the wording is labels.ROLES."""

    APPLICANT = "applicant"
    CASEWORKER = "caseworker"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    COUNTER = "counter"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an action leads, who may take it, whether it needs a reason, and whom it is told to.

    `notifies` names the channels besides the message in the hall; None tells nobody.
    """

    to: State
    roles: frozenset[Role]
    needs_reason: bool = False
    notifies: tuple[str, ...] | None = None


def _by(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


EVERYWHERE = ("sms", "email")
TRANSITIONS: dict[tuple[State, Action], Transition] = {
    (State.DRAFT, Action.SUBMIT): Transition(State.SUBMITTED, _by(Role.APPLICANT), notifies=EVERYWHERE),
    (State.DRAFT, Action.DISCARD): Transition(State.DISCARDED, _by(Role.APPLICANT, Role.SYSTEM)),
    (State.SUBMITTED, Action.TAKE): Transition(State.UNDER_REVIEW, _by(Role.CASEWORKER)),
    (State.SUBMITTED, Action.HAND_OVER): Transition(State.UNDER_REVIEW, _by(Role.SUPERVISOR)),
    (State.SUBMITTED, Action.SUPPLEMENT): Transition(State.SUBMITTED, _by(Role.COUNTER)),
    (State.SUBMITTED, Action.WITHDRAW): Transition(
        State.WITHDRAWN, _by(Role.APPLICANT, Role.COUNTER), notifies=EVERYWHERE
    ),
    (State.SUBMITTED, Action.AUTO_APPROVE): Transition(State.APPROVED, _by(Role.SYSTEM), notifies=EVERYWHERE),
    (State.UNDER_REVIEW, Action.RELEASE): Transition(
        State.SUBMITTED, _by(Role.CASEWORKER, Role.SUPERVISOR, Role.SYSTEM)
    ),
    (State.UNDER_REVIEW, Action.HAND_OVER): Transition(State.UNDER_REVIEW, _by(Role.CASEWORKER, Role.SUPERVISOR)),
    (State.UNDER_REVIEW, Action.KEEP_BACK): Transition(State.UNDER_REVIEW, _by(Role.CASEWORKER)),
    (State.UNDER_REVIEW, Action.RETURN): Transition(
        State.RETURNED, _by(Role.CASEWORKER), needs_reason=True, notifies=EVERYWHERE
    ),
    (State.UNDER_REVIEW, Action.REJECT): Transition(
        State.REJECTED, _by(Role.CASEWORKER), needs_reason=True, notifies=EVERYWHERE
    ),
    (State.UNDER_REVIEW, Action.APPROVE): Transition(State.APPROVED, _by(Role.CASEWORKER), notifies=EVERYWHERE),
    (State.UNDER_REVIEW, Action.REFER): Transition(State.SECOND_REVIEW, _by(Role.CASEWORKER)),
    (State.SECOND_REVIEW, Action.CONFIRM): Transition(State.APPROVED, _by(Role.REVIEWER), notifies=EVERYWHERE),
    (State.SECOND_REVIEW, Action.SEND_BACK): Transition(State.UNDER_REVIEW, _by(Role.REVIEWER), needs_reason=True),
    (State.RETURNED, Action.SUPPLEMENT): Transition(State.RETURNED, _by(Role.COUNTER)),
    (State.RETURNED, Action.RESUBMIT): Transition(State.SUBMITTED, _by(Role.APPLICANT, Role.COUNTER), notifies=()),
    (State.RETURNED, Action.WITHDRAW): Transition(
        State.WITHDRAWN, _by(Role.APPLICANT, Role.COUNTER), notifies=EVERYWHERE
    ),
    (State.RETURNED, Action.LAPSE): Transition(State.LAPSED, _by(Role.SYSTEM), notifies=EVERYWHERE),
    (State.APPROVED, Action.COMPLETE): Transition(State.COMPLETED, _by(Role.SYSTEM), notifies=()),
    (State.APPROVED, Action.VOID): Transition(State.VOIDED, _by(Role.SYSTEM), needs_reason=True, notifies=EVERYWHERE),
}

OPEN_STATES = (State.SUBMITTED, State.UNDER_REVIEW, State.SECOND_REVIEW, State.RETURNED)
"""Sent in and not decided: one of these per enrollment at a time."""
FINAL_STATES = frozenset(
    {State.DISCARDED, State.WITHDRAWN, State.LAPSED, State.REJECTED, State.COMPLETED, State.VOIDED}
)


def find(state: str, action: Action) -> Transition | None:
    """The transition, or None where the table has no such edge."""
    return TRANSITIONS.get((State(state), action))


def actions(state: str, *, role: Role) -> tuple[Action, ...]:
    """What somebody in this role may do now; the page shows exactly these buttons."""
    return tuple(
        action for (start, action), transition in TRANSITIONS.items() if start == state and role in transition.roles
    )
