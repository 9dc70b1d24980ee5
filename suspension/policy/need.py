"""Is a stop what this person needs: for each answer of the self-check the better way, with its conditions."""

from dataclasses import dataclass
from typing import Literal

from insured.policy.rules import AREA, DECREE_21, DECREE_43, AreaRules
from portal.errors import Reason

Fit = Literal["yes", "maybe", "no"]
SOURCE_ONE = "医保发〔2020〕33号"
SOURCE_AID = "国办发〔2024〕38号"
SOURCE_UNIT = "社会保险法第58条；本统筹区规则"
TRANSFER_DAYS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFacts:
    """What the answers depend on."""

    scheme: Literal["310", "390"]
    is_through_unit: bool
    unit_name: str
    area_name: str
    rules: AreaRules


@dataclass(frozen=True, slots=True)
class Advice:
    """An answer: whether a stop fits, why, and the service items (codes of the directory) that fit better."""

    fit: Fit
    reasons: tuple[Reason, ...]
    services: tuple[str, ...] = ()


def advise(need: str, *, facts: NeedFacts) -> Advice:
    """What to tell somebody who gives this reason; KeyError for a reason that is not among labels.NEEDS."""
    return {
        "no-money": _no_money,
        "new-job": _new_job,
        "left-job": _left_job,
        "change-unit": _change_unit,
        "move": _move,
        "retire": _retire,
        "duplicate": _duplicate,
        "wrong": _wrong,
        "unused": _unused,
        "sure": _sure,
    }[need](facts)


def _no_money(facts: NeedFacts) -> Advice:
    rules, area = facts.rules, {"area": facts.area_name}
    deferral = "need.deferral-open" if rules.deferral_is_open else "need.deferral-closed"
    instalments = "need.instalments-open" if rules.instalments_are_open else "need.instalments-closed"
    if facts.scheme == "390":
        relief = Reason("need.aid", source=SOURCE_AID)
    else:
        relief = Reason("need.shorter", {"grace": rules.interruption_grace_months}, DECREE_43)
    reasons = (Reason(deferral, area, DECREE_21), Reason(instalments, area, AREA), relief)
    return Advice("maybe", reasons, ("deferral", "instalments"))


def _new_job(facts: NeedFacts) -> Advice:
    if facts.is_through_unit:
        return _change_unit(facts)
    code = "need.joined-employee" if facts.scheme == "390" else "need.unit-takes-over"
    return Advice("yes", (Reason(code, source=SOURCE_ONE),))


def _left_job(facts: NeedFacts) -> Advice:
    if facts.is_through_unit:
        reason = Reason("need.left-unit", {"unit": facts.unit_name}, SOURCE_UNIT)
        return Advice("no", (reason,), ("flexible-enrolment", "resident-enrolment"))
    return Advice("maybe", (Reason("need.not-employed", source=AREA),))


def _change_unit(facts: NeedFacts) -> Advice:
    if facts.is_through_unit:
        return Advice("no", (Reason("need.new-unit", source=SOURCE_UNIT),), ("transfer",))
    return _new_job(facts)


def _move(_: NeedFacts) -> Advice:
    return Advice("maybe", (Reason("need.transfer", {"days": TRANSFER_DAYS}, DECREE_43),), ("transfer",))


def _retire(facts: NeedFacts) -> Advice:
    code = "need.retire-employee" if facts.scheme == "310" else "need.retire-resident"
    return Advice("no", (Reason(code, source=AREA),))


def _duplicate(_: NeedFacts) -> Advice:
    return Advice("maybe", (Reason("need.duplicate", source=SOURCE_ONE),), ("duplicate",))


def _wrong(_: NeedFacts) -> Advice:
    return Advice("no", (Reason("need.correct", source=AREA),), ("information-change",))


def _unused(_: NeedFacts) -> Advice:
    return Advice("maybe", (Reason("need.risk", source=SOURCE_AID),))


def _sure(_: NeedFacts) -> Advice:
    return Advice("yes", (Reason("need.go-on", source=AREA),))
