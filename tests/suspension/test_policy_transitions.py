"""The table of transitions, as domain 3.6 and the house draw it."""

import pytest

from suspension import labels
from suspension.policy.transitions import (
    FINAL_STATES,
    OPEN_STATES,
    TRANSITIONS,
    Action,
    Role,
    State,
    actions,
    find,
)

DRAWN = """
draft submit submitted
draft discard discarded
submitted take under_review
submitted hand_over under_review
submitted supplement submitted
submitted withdraw withdrawn
submitted auto_approve approved
under_review release submitted
under_review hand_over under_review
under_review keep_back under_review
under_review return returned
under_review reject rejected
under_review approve approved
under_review refer second_review
second_review confirm approved
second_review send_back under_review
returned supplement returned
returned resubmit submitted
returned withdraw withdrawn
returned lapse lapsed
approved complete completed
approved void voided
"""


def test_is_what_the_house_draws() -> None:
    drawn = {tuple(line.split()) for line in DRAWN.split("\n") if line}

    assert {(start, action, edge.to) for (start, action), edge in TRANSITIONS.items()} == drawn


def test_lets_no_person_approve_what_nobody_took() -> None:
    ways = {
        (start, role)
        for (start, _), edge in TRANSITIONS.items()
        if edge.to == State.APPROVED
        for role in edge.roles
        if role is not Role.SYSTEM
    }

    assert ways == {(State.UNDER_REVIEW, Role.CASEWORKER), (State.SECOND_REVIEW, Role.REVIEWER)}


@pytest.mark.parametrize("state", sorted(set(State) - FINAL_STATES))
def test_leaves_a_way_out_of_every_state_that_is_not_final(state: State) -> None:
    assert [edge for (start, _), edge in TRANSITIONS.items() if start == state]


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_leaves_no_way_out_of_a_final_state(state: State) -> None:
    assert not [edge for (start, _), edge in TRANSITIONS.items() if start == state]


def test_reaches_every_state_from_the_draft() -> None:
    reached = {State.DRAFT}
    while more := {edge.to for (start, _), edge in TRANSITIONS.items() if start in reached} - reached:
        reached |= more

    assert reached == set(State)


def test_asks_for_a_reason_where_the_applicant_must_act_on_it() -> None:
    needing = {action for (_, action), edge in TRANSITIONS.items() if edge.needs_reason}

    assert needing == {Action.RETURN, Action.REJECT, Action.SEND_BACK, Action.VOID}


@pytest.mark.parametrize(
    ("state", "role", "expected"),
    [
        (State.SUBMITTED, Role.APPLICANT, (Action.WITHDRAW,)),
        (State.UNDER_REVIEW, Role.APPLICANT, ()),
        (State.RETURNED, Role.APPLICANT, (Action.RESUBMIT, Action.WITHDRAW)),
        (State.APPROVED, Role.APPLICANT, ()),
        (State.SUBMITTED, Role.CASEWORKER, (Action.TAKE,)),
        (State.COMPLETED, Role.CASEWORKER, ()),
    ],
)
def test_offers_exactly_these_buttons(state: State, role: Role, expected: tuple[Action, ...]) -> None:
    assert actions(state, role=role) == expected


def test_knows_no_edge_that_is_not_drawn() -> None:
    assert find(State.SUBMITTED, Action.APPROVE) is None


def test_every_state_action_and_role_has_its_wording() -> None:
    assert set(labels.STATES) == set(State)
    assert set(labels.ACTIONS) == set(Action)
    assert set(labels.ROLES) == set(Role)
    assert set(OPEN_STATES) <= set(State)
