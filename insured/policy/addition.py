"""Whether a unit may add a person (增员): one basic scheme at a time, and the old one is stopped first."""

from dataclasses import dataclass
from datetime import date

from insured.policy.rules import AREA
from portal.errors import Reason

DECREE_33 = "医保发〔2020〕33号"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionFacts:
    """What is known of the person on that day.

    `active_scheme` is the basic scheme they are 正常参保 in, empty for none, and `active_area` where; `is_flexible`
    when they pay 职工医保 themselves; `is_here` when the unit that asks has them already; `stops_on` the day from which
    an approved stop takes effect.
    """

    name: str
    is_name_right: bool = True
    is_deceased: bool = False
    active_scheme: str = ""
    active_area: str = ""
    is_flexible: bool = False
    is_here: bool = False
    stops_on: date | None = None


def check_addition(facts: AdditionFacts) -> tuple[Reason, ...]:
    """Why the person cannot be added, each with what to do; nothing when they can."""
    if not facts.is_name_right:
        return (Reason("addition.name-mismatch"),)
    if facts.is_deceased:
        return (Reason("addition.deceased", {"name": facts.name}),)
    if facts.is_here:
        return (Reason("addition.already-here", {"name": facts.name}, AREA),)
    if not facts.active_scheme:
        return ()
    params: dict[str, object] = {"name": facts.name, "area": facts.active_area}
    if facts.stops_on is not None:
        return (Reason("addition.stop-pending", params | {"on": facts.stops_on}, DECREE_33),)
    if facts.active_scheme == "390":
        return (Reason("addition.resident-active", params, DECREE_33),)
    if facts.is_flexible:
        return (Reason("addition.flexible-active", params, DECREE_33),)
    return (Reason("addition.other-unit", params, DECREE_33),)
