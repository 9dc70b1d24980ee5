"""Which reasons and materials the form of an item has in an area, as a draft put them in force; the only writer.

A draft, and `ItemSettings.content`, hold texts: reason_<code> its wording (empty: not offered), use_<slot> one of
labels.SLOT_USES, hint_<slot>.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from insured.models import RuleDraft
from insured.services.draft_kinds import DraftKind, Values
from portal import clock
from portal.errors import Reason
from suspension import items, labels
from suspension.items import Item
from suspension.models import Application, Attachment, ItemSettings
from suspension.policy.offer import SOURCE, Offer, Slot, check_offer, missing_slots
from suspension.policy.refund import PROOF
from suspension.policy.resume import CARD_SLOTS

REASON, USE, HINT = "reason_", "use_", "hint_"
REQUIRED, OPTIONAL, OFF = "required", "optional", "off"
IDENTITY = frozenset({"id-card"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What everybody asks for on the form of an item, and its drafts, by which an area asks for something else."""

    item: Item
    slots: tuple[str, ...]
    required: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    never_off: frozenset[str] = frozenset()
    """Materials without which the rules could not be met."""

    @property
    def default(self) -> Values:
        """What an area without a row of its own asks for."""
        return (
            {REASON + code: wording for code, wording in self.reasons.items()}
            | {USE + slot: REQUIRED if slot in self.required else OPTIONAL for slot in self.slots}
            | {HINT + slot: labels.MATERIAL_HINTS[slot] for slot in self.slots}
        )

    @property
    def names(self) -> dict[str, str]:
        """What a draft calls them."""
        return (
            {REASON + code: f"停缴原因“{wording}”" for code, wording in self.reasons.items()}
            | {USE + slot: f"材料“{labels.MATERIALS[slot]}”" for slot in self.slots}
            | {HINT + slot: f"“{labels.MATERIALS[slot]}”的提示" for slot in self.slots}
        )

    def offer_from(self, content: Values) -> Offer:
        """The content as the policy reads it."""
        reasons = {code: content[REASON + code] for code in self.reasons if content[REASON + code]}
        slots = {
            slot: Slot(hint=content[HINT + slot], is_required=content[USE + slot] == REQUIRED)
            for slot in self.slots
            if content[USE + slot] != OFF
        }
        return Offer(reasons=reasons, slots=slots)

    def now(self, area_id: int, on: date) -> Values:
        """What an area asks for on that day. One statement."""
        found = ItemSettings.objects.in_force(area_id=area_id, item=self.item.code, on=on)
        return self.default | (found.content if found else {})

    def refused(self, draft: RuleDraft) -> tuple[Reason, ...]:
        """Why a draft may not be put in force."""
        same_day = ItemSettings.objects.filter(
            area=draft.area_id, item=self.item.code, effective_from=draft.effective_from
        )
        taken = (Reason("draft.day-taken"),) if same_day.exists() else ()
        offer = self.offer_from(draft.values)
        needed = tuple(
            Reason("offer.slot-needed", {"name": labels.MATERIALS[slot]})
            for slot in self.slots
            if slot in self.never_off - offer.slots.keys()
        )
        return (*taken, *needed, *(check_offer(offer) if self.reasons else ()))

    def put_in_force(self, draft: RuleDraft) -> None:
        """From its day on, in the transaction of the approval."""
        ItemSettings.objects.create(
            area_id=draft.whose_area,
            item=self.item.code,
            effective_from=draft.effective_from,
            content=draft.values,
            source=draft.ground,
        )

    def as_kind(self) -> DraftKind:
        """The drafts of it."""
        return DraftKind(
            names=self.names, now=self.now, refused=self.refused, put_in_force=self.put_in_force, shown=_shown
        )


def _shown(name: str, value: Any) -> str:
    if name.startswith(USE):
        return labels.SLOT_USES[value]
    return value or ("不提供" if name.startswith(REASON) else "—")


STOP = Asking(item=items.STOP, slots=labels.STOP_SLOTS, reasons=labels.STOP_REASONS)
ASKING = {
    asking.item.code: asking
    for asking in (
        STOP,
        *(Asking(item=item, slots=labels.RESUME_SLOTS, required=IDENTITY) for item in items.COMEBACK_ITEMS),
        Asking(item=items.REFUND, slots=labels.REFUND_SLOTS, required=IDENTITY, never_off=frozenset({PROOF})),
    )
}
"""By item; an item that is not here has no form that an area could change."""
NOTHING = Offer(reasons={}, slots={})
STOP_ITEM = STOP.as_kind()
RESUME_ITEM = ASKING[items.RESUME.code].as_kind()
RESIDENT_ITEM = ASKING[items.RESIDENT_ENROLMENT.code].as_kind()
FLEXIBLE_ITEM = ASKING[items.FLEXIBLE_ENROLMENT.code].as_kind()
REFUND_ITEM = ASKING[items.REFUND.code].as_kind()
OF_DRAFTS = {
    "stop-item": STOP,
    "resume-item": ASKING[items.RESUME.code],
    "resident-item": ASKING[items.RESIDENT_ENROLMENT.code],
    "flexible-item": ASKING[items.FLEXIBLE_ENROLMENT.code],
    "refund-item": ASKING[items.REFUND.code],
}
"""Kind of a draft → what it changes."""


def offer_on(item: Item, *, area_id: int, on: date) -> Offer:
    """What the form of this item has in this area on that day. One statement."""
    asking = ASKING.get(item.code)
    return asking.offer_from(asking.now(area_id, on)) if asking else NOTHING


@dataclass(frozen=True, slots=True)
class Papers:
    """The names of what must be there and of what may, as a page says it."""

    must: tuple[str, ...]
    may: tuple[str, ...]


def papers_of(offer: Offer) -> Papers:
    """In the order of the form; the cards of which one is enough are one name."""
    either = [slot for slot in offer.slots if slot in CARD_SLOTS] if CARD_SLOTS.isdisjoint(offer.required) else []
    must = [labels.MATERIALS[slot] for slot in offer.slots if slot in offer.required]
    may = [labels.MATERIALS[slot] for slot in offer.slots if slot not in {*offer.required, *either}]
    return Papers((*must, *(["或".join(labels.MATERIALS[slot] for slot in either)] if either else ())), tuple(may))


def asked_on(application: Application | None, *, today: date) -> date:
    """The day whose requirements an application has to meet: that on which it was sent in, else today."""
    sent_at = application.submitted_at if application else None
    return sent_at.astimezone(clock.SHANGHAI).date() if sent_at else today


def slots_of(application: Application) -> list[str]:
    """The filled slots of an application or a draft, in the order in which they were filled."""
    files = Attachment.objects.kept().filter(application=application).order_by("id")
    return list(files.values_list("slot", flat=True))


def missing_materials(offer: Offer, *, application_id: int, uses_credential: bool) -> tuple[Reason, ...]:
    """Which required materials an application lacks. No statement where none is required."""
    if not offer.required:
        return ()
    given = Attachment.objects.kept().filter(application=application_id).values_list("slot", flat=True)
    return missing_in(offer, list(given), uses_credential=uses_credential)


def missing_in(
    offer: Offer, given: Iterable[str], *, uses_credential: bool, besides: Collection[str] = ()
) -> tuple[Reason, ...]:
    """Which required materials are not among those given; `besides` are those that somebody else asks about."""
    missing = missing_slots(offer, list(given), uses_credential=uses_credential)
    return tuple(
        Reason("stop.material-missing", {"name": labels.MATERIALS[slot]}, SOURCE)
        for slot in missing
        if slot not in besides
    )
