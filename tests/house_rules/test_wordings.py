"""One wording per code, every code worded, every wording used."""

import ast
import string
from pathlib import Path

import pytest

from portal import labels
from tests.house_rules.source import calls, dotted, python_files, tree


def codes_in(node: ast.AST) -> set[str]:
    """First arguments of Reason(…) that are written out, also in a choice between two."""
    found: set[str] = set()
    for call in calls(node):
        is_reason = dotted(call.func).split(".")[-1] == "Reason" and bool(call.args)
        if is_reason and not isinstance(call.args[0], ast.JoinedStr):
            found |= {one.value for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str)}


def strings_in(node: ast.AST) -> set[str]:
    """Every text in a module: codes are also chosen from tables."""
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def given_in(node: ast.AST) -> dict[str, set[str]]:
    """Code → names of its parameters, where both are written out in one call."""
    found: dict[str, set[str]] = {}
    for call in calls(node):
        values = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "params")]
        if dotted(call.func).split(".")[-1] != "Reason" or not call.args or not isinstance(call.args[0], ast.Constant):
            continue
        if not values:
            found[call.args[0].value] = set()
        elif isinstance(values[0], ast.Dict) and all(isinstance(key, ast.Constant) for key in values[0].keys):
            found[call.args[0].value] = {key.value for key in values[0].keys if isinstance(key, ast.Constant)}
    return found


def is_labels(path: Path) -> bool:
    """The wordings themselves: labels.py, or a module of that package."""
    return "labels" in {path.stem, path.parent.name}


def wanted(wording: str) -> set[str]:
    """The {parameters} of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name}


COMPUTED = {
    "stop.on-approval",
    "stop.next-day",
    "stop.next-month",
    "waiting.variable-a",
    "waiting.variable-b",
}
"""Codes put together from a setting of the pooling area (resident_stop_effect, gap_count)."""
MODULES = [tree(path) for path in python_files() if not is_labels(path)]


def test_finds_the_codes_of_reasons() -> None:
    assert codes_in(ast.parse("f(Reason('a.b', {'x': 1}), errors.Reason('c.d' if x else 'e.f'))")) == {
        "a.b",
        "c.d",
        "e.f",
    }


def test_every_reason_has_a_wording() -> None:
    used = set().union(*(codes_in(module) for module in MODULES))

    assert (used | COMPUTED) - set(labels.all_reasons()) == set()


def test_every_wording_is_used() -> None:
    written = set().union(*(strings_in(module) for module in MODULES))

    assert set(labels.all_reasons()) - written - COMPUTED == set()


@pytest.mark.parametrize("module", MODULES, ids=[str(path) for path in python_files() if not is_labels(path)])
def test_a_reason_gives_what_its_wording_asks_for(module: ast.Module) -> None:
    missing = {
        code: names for code, given in given_in(module).items() if (names := wanted(labels.wording(code)) - given)
    }

    assert missing == {}
