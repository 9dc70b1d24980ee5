"""是否真的需要停缴？ Each answer names the better item and says where it is not available."""

from dataclasses import replace

import pytest

from insured.policy.rules import AreaRules
from portal import directory
from portal.labels import say
from suspension.labels import FITS, NEEDS
from suspension.policy.need import NeedFacts, advise

RESIDENT = NeedFacts(scheme="390", is_through_unit=False, unit_name="居民", area_name="示例市", rules=AreaRules())
FLEXIBLE = replace(RESIDENT, scheme="310")
EMPLOYEE = replace(RESIDENT, scheme="310", is_through_unit=True, unit_name="青禾")
OPEN = AreaRules(deferral_is_open=True, instalments_are_open=True)


@pytest.mark.parametrize(
    ("need", "facts", "fit", "codes", "services"),
    [
        (
            "no-money",
            RESIDENT,
            "maybe",
            ["need.deferral-closed", "need.instalments-closed", "need.aid"],
            ("deferral", "instalments"),
        ),
        (
            "no-money",
            replace(FLEXIBLE, rules=OPEN),
            "maybe",
            ["need.deferral-open", "need.instalments-open", "need.shorter"],
            ("deferral", "instalments"),
        ),
        ("new-job", RESIDENT, "yes", ["need.joined-employee"], ()),
        ("new-job", FLEXIBLE, "yes", ["need.unit-takes-over"], ()),
        ("new-job", EMPLOYEE, "no", ["need.new-unit"], ("transfer",)),
        ("left-job", EMPLOYEE, "no", ["need.left-unit"], ("flexible-enrolment", "resident-enrolment")),
        ("left-job", RESIDENT, "maybe", ["need.not-employed"], ()),
        ("change-unit", EMPLOYEE, "no", ["need.new-unit"], ("transfer",)),
        ("change-unit", RESIDENT, "yes", ["need.joined-employee"], ()),
        ("move", RESIDENT, "maybe", ["need.transfer"], ("transfer",)),
        ("retire", FLEXIBLE, "no", ["need.retire-employee"], ()),
        ("retire", RESIDENT, "no", ["need.retire-resident"], ()),
        ("duplicate", RESIDENT, "maybe", ["need.duplicate"], ("duplicate",)),
        ("wrong", RESIDENT, "no", ["need.correct"], ("information-change",)),
        ("unused", RESIDENT, "maybe", ["need.risk"], ()),
        ("sure", RESIDENT, "yes", ["need.go-on"], ()),
    ],
)
def test_names_the_better_item(
    need: str, facts: NeedFacts, fit: str, codes: list[str], services: tuple[str, ...]
) -> None:
    advice = advise(need, facts=facts)

    assert (advice.fit, [reason.code for reason in advice.reasons], advice.services) == (fit, codes, services)


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("facts", [RESIDENT, FLEXIBLE, EMPLOYEE])
def test_every_answer_has_words_a_source_and_items_that_exist(need: str, facts: NeedFacts) -> None:
    advice = advise(need, facts=facts)

    assert advice.fit in FITS
    assert all(say(reason).endswith("。") and reason.source for reason in advice.reasons)
    assert all(directory.by_code(code) for code in advice.services)
