"""What the user can mend: reasons as codes, and the one exception family that carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is so, as a code whose wording stands in a labels module.

    `params` fill the wording; `source` names the document or the setting the rule comes from.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""


class BusinessRuleError(Exception):
    """The request breaks a rule; every reason says what to do next. Nothing was written."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class ConflictError(BusinessRuleError):
    """Somebody was first: the row changed since the page was shown. Answered with 409."""


class AlreadyDone(Exception):
    """The same form was sent before; `address` is where its result stands."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address
