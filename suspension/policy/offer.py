"""What an area asks for on the form of an item: reasons in its words, and materials; what a request lacks by it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.errors import Reason

SOURCE = "本统筹区公布的办理要求"
BY_CREDENTIAL = frozenset({"id-card", "id-card-back", "medical-card", "social-card"})
"""What 医保电子凭证 stands for: the identity card and the card of the insurance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A material that may be uploaded, or must be."""

    hint: str
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The reasons with their wording and the materials, by code and in the order of the form."""

    reasons: Mapping[str, str]
    slots: Mapping[str, Slot]

    @property
    def required(self) -> frozenset[str]:
        """What must be uploaded."""
        return frozenset(code for code, slot in self.slots.items() if slot.is_required)


def check_offer(offer: Offer) -> tuple[Reason, ...]:
    """Why an area may not ask for that."""
    return () if offer.reasons else (Reason("offer.no-reason"),)


def check_reason(offer: Offer, *, reason_code: str) -> tuple[Reason, ...]:
    """Why a reason cannot be given here; one that is missing is told elsewhere."""
    if not reason_code or reason_code in offer.reasons:
        return ()
    return (Reason("stop.reason-not-offered", source=SOURCE),)


def missing_slots(offer: Offer, given: Collection[str], *, uses_credential: bool) -> tuple[str, ...]:
    """The required materials that are not there, in the order of the form."""
    present = {*given, *(BY_CREDENTIAL if uses_credential else ())}
    return tuple(code for code in offer.slots if code in offer.required - present)
