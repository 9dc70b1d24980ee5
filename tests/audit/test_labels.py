"""Every act that the code records has its Chinese name in the log, and no name stands for nothing."""

import ast

from insured.labels import DISCLOSURES
from insured.services import counter, disclosure, family
from payments.admin import pages
from portal.audit.labels import ACTIONS, SUBJECTS
from tests.house_rules.source import dotted, python_files, tree

NAMED = {counter.ACTION, family.COUNTER_CONSENT, family.COUNTER_END, disclosure.ALARM, pages.SEEN, *DISCLOSURES}
"""What is recorded under a constant."""


def recorded(argument: str) -> set[str]:
    """The literals given to record_access and disclose."""
    return {
        keyword.value.value
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and dotted(node.func) in {"record_access", "disclose"}
        for keyword in node.keywords
        if keyword.arg == argument and isinstance(keyword.value, ast.Constant)
    }


def test_every_act_has_a_name_and_every_name_an_act() -> None:
    assert set(ACTIONS) == recorded("action") | NAMED


def test_every_subject_has_a_name() -> None:
    assert recorded("subject_kind") <= set(SUBJECTS)
