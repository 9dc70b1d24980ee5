"""The table of a case's life: no dead end, nothing out of reach, worded throughout, drawn as it is."""

import pytest
from django.core.management import CommandError, call_command

from suspension import labels
from suspension.items import ITEMS
from suspension.management.commands import workflow_diagram
from suspension.policy.transitions import FINAL_STATES, OPEN_STATES, TRANSITIONS, Action, Role, State, Transition
from suspension.services.workflow import TEMPLATES, told_about
from tests.house_rules.source import ROOT

Table = dict[tuple[State, Action], Transition]


def reached(table: Table) -> set[State]:
    """Every state that a draft can come to."""
    known = {State.DRAFT}
    while more := {edge.to for (start, _), edge in table.items() if start in known} - known:
        known |= more
    return known


def stuck(table: Table) -> set[State]:
    """States that are not final and lead nowhere, or only in circles."""
    safe = set(FINAL_STATES)
    while more := {start for (start, _), edge in table.items() if edge.to in safe} - safe:
        safe |= more
    return set(State) - safe


def test_every_state_is_reached() -> None:
    assert reached(TRANSITIONS) == set(State)


def test_every_state_has_a_way_out_or_is_final() -> None:
    assert stuck(TRANSITIONS) == set()
    assert {start for start, _ in TRANSITIONS} & FINAL_STATES == set()


def test_a_state_that_loses_its_edges_is_noticed() -> None:
    without = {key: edge for key, edge in TRANSITIONS.items() if key[0] is not State.RETURNED}

    assert stuck(without) == {State.RETURNED}
    assert State.LAPSED not in reached(without)


def test_open_cases_are_neither_drafts_nor_approved_nor_final() -> None:
    assert set(OPEN_STATES) == set(State) - FINAL_STATES - {State.DRAFT, State.APPROVED}


@pytest.mark.parametrize(("codes", "words"), [(State, labels.STATES), (Action, labels.ACTIONS), (Role, labels.ROLES)])
def test_every_code_is_worded_and_every_wording_is_used(codes: type[State], words: dict[str, str]) -> None:
    assert {str(code) for code in codes} == set(words)


def test_every_step_that_is_told_has_its_words() -> None:
    told = {action for (_, action), edge in TRANSITIONS.items() if edge.notifies is not None}

    assert told == set(TEMPLATES)
    for item in ITEMS.values():
        for name in told_about(item):
            for suffix in ("", "_sms", "_subject"):
                assert (ROOT / "templates" / "notifications" / f"{item.template}_{name}{suffix}.txt").exists()


def test_no_person_jumps_from_waiting_to_approved() -> None:
    jumps = [edge.roles for (start, _), edge in TRANSITIONS.items() if (start, edge.to) == ("submitted", "approved")]

    assert jumps == [frozenset({Role.SYSTEM})]


def test_the_diagram_equals_the_table() -> None:
    call_command("workflow_diagram", check=True)


def test_a_diagram_of_another_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {key: edge for key, edge in TRANSITIONS.items() if key[1] is not Action.TAKE}
    monkeypatch.setattr(workflow_diagram, "TRANSITIONS", without)

    with pytest.raises(CommandError):
        call_command("workflow_diagram", check=True)
