"""May somebody take part in a basic scheme on their own account (domain rules 2.6 and 9.11)."""

from dataclasses import dataclass
from datetime import date

from insured.policy.rules import AREA, READING, AreaRules
from portal.errors import Reason

SOURCE_ONE = "医保发〔2020〕33号"
SOURCE_BAN = "社会保险法第88条；本统筹区规则"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of the person; `active_scheme` names another basic scheme that is 正常参保, and where."""

    born_on: date
    is_deceased: bool = False
    is_disqualified: bool = False
    active_scheme: str = ""
    active_name: str = ""
    active_area: str = ""
    active_unit: str = ""


def age_on(day: date, *, born_on: date) -> int:
    """Whole years; somebody born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def check_alive(facts: PersonFacts) -> tuple[Reason, ...]:
    """Whether the person lives."""
    return (Reason("join.deceased", source=AREA),) if facts.is_deceased else ()


def check_qualified(facts: PersonFacts) -> tuple[Reason, ...]:
    """Whether the right to take part was not taken away for a breach of the rules."""
    return (Reason("join.disqualified", source=SOURCE_BAN),) if facts.is_disqualified else ()


def check_age(facts: PersonFacts, *, scheme: str, today: date, rules: AreaRules) -> tuple[Reason, ...]:
    """The area's least age; it is asked of flexible employment only, since residents may be of any age."""
    age = age_on(today, born_on=facts.born_on)
    if scheme != "310" or age >= rules.flexible_min_age:
        return ()
    return (Reason("join.too-young", {"age": age, "least": rules.flexible_min_age}, READING),)


def check_one_scheme(facts: PersonFacts, *, scheme: str) -> tuple[Reason, ...]:
    """At most one of 310 and 390 is active; the sentence says what to do first."""
    if not facts.active_scheme:
        return ()
    params = {"name": facts.active_name, "area": facts.active_area, "unit": facts.active_unit}
    if facts.active_scheme == "310" and scheme == "390":
        code = "join.employed-already" if facts.active_unit else "join.flexible-already"
    elif facts.active_scheme == "390" and scheme == "310":
        code = "join.resident-already"
    else:
        code = "join.elsewhere-already"
    return (Reason(code, params, SOURCE_ONE),)
