"""增员: one basic scheme at a time; each refusal says what to do first (domain rule 2.6, seed row 109)."""

from dataclasses import replace
from datetime import date

import pytest

from insured.policy.addition import AdditionFacts, check_addition

FREE = AdditionFacts(name="方以宁")
RESIDENT = replace(FREE, active_scheme="390", active_area="示例市")
EMPLOYED = replace(FREE, active_scheme="310", active_area="示例市")
STOPPING = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (FREE, []),
        (RESIDENT, ["addition.resident-active"]),
        (replace(RESIDENT, stops_on=STOPPING), ["addition.stop-pending"]),
        (EMPLOYED, ["addition.other-unit"]),
        (replace(EMPLOYED, is_flexible=True), ["addition.flexible-active"]),
        (replace(EMPLOYED, is_here=True), ["addition.already-here"]),
        (replace(FREE, is_name_right=False), ["addition.name-mismatch"]),
        (replace(RESIDENT, is_name_right=False), ["addition.name-mismatch"]),
        (replace(FREE, is_deceased=True), ["addition.deceased"]),
    ],
)
def test_says_what_stands_in_the_way(facts: AdditionFacts, codes: list[str]) -> None:
    assert [reason.code for reason in check_addition(facts)] == codes


def test_tells_the_area_and_the_day_of_a_pending_stop() -> None:
    (reason,) = check_addition(replace(RESIDENT, stops_on=STOPPING))

    assert reason.params == {"name": "方以宁", "area": "示例市", "on": STOPPING}
    assert reason.source == "医保发〔2020〕33号"


def test_a_wrong_name_tells_nothing_of_the_person() -> None:
    (reason,) = check_addition(replace(RESIDENT, is_name_right=False))

    assert not reason.params
