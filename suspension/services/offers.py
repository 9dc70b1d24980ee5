"""Which reasons and materials the form of a stop has in an area, as a draft put them in force; the only writer.

A draft, and `ItemSettings.content`, hold texts: reason_<code> its wording (empty: not offered), use_<slot> one of
labels.SLOT_USES, hint_<slot>.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from insured.models import RuleDraft
from insured.services.draft_kinds import DraftKind, Values
from portal.errors import Reason
from suspension import items, labels
from suspension.models import Attachment, ItemSettings
from suspension.policy.offer import SOURCE, Offer, Slot, check_offer, missing_slots

REASON, USE, HINT = "reason_", "use_", "hint_"
REQUIRED, OPTIONAL, OFF = "required", "optional", "off"
DEFAULT = (
    {REASON + code: wording for code, wording in labels.STOP_REASONS.items()}
    | {USE + slot: OPTIONAL for slot in labels.STOP_SLOTS}
    | {HINT + slot: labels.MATERIAL_HINTS[slot] for slot in labels.STOP_SLOTS}
)
"""What an area without a row of its own asks for."""
NAMES = (
    {REASON + code: f"停缴原因“{wording}”" for code, wording in labels.STOP_REASONS.items()}
    | {USE + slot: f"材料“{labels.MATERIALS[slot]}”" for slot in labels.STOP_SLOTS}
    | {HINT + slot: f"“{labels.MATERIALS[slot]}”的提示" for slot in labels.STOP_SLOTS}
)


def offer_from(content: Values) -> Offer:
    """The content as the policy reads it."""
    reasons = {code: content[REASON + code] for code in labels.STOP_REASONS if content[REASON + code]}
    slots = {
        slot: Slot(hint=content[HINT + slot], is_required=content[USE + slot] == REQUIRED)
        for slot in labels.STOP_SLOTS
        if content[USE + slot] != OFF
    }
    return Offer(reasons=reasons, slots=slots)


def stop_offer(area_id: int, *, on: date) -> Offer:
    """What the form of a stop has in this area on that day. One statement."""
    return offer_from(_now(area_id, on))


def missing_materials(offer: Offer, *, application_id: int, uses_credential: bool) -> tuple[Reason, ...]:
    """Which required materials an application lacks. No statement where none is required."""
    if not offer.required:
        return ()
    given = Attachment.objects.kept().filter(application=application_id).values_list("slot", flat=True)
    return _named(missing_slots(offer, list(given), uses_credential=uses_credential))


def _named(slots: Iterable[str]) -> tuple[Reason, ...]:
    return tuple(Reason("stop.material-missing", {"name": labels.MATERIALS[slot]}, SOURCE) for slot in slots)


def _now(area_id: int, on: date) -> Values:
    found = ItemSettings.objects.in_force(area_id=area_id, item=items.STOP.code, on=on)
    return DEFAULT | (found.content if found else {})


def _refused(draft: RuleDraft) -> tuple[Reason, ...]:
    same_day = ItemSettings.objects.filter(
        area=draft.area_id, item=items.STOP.code, effective_from=draft.effective_from
    )
    taken = (Reason("draft.day-taken"),) if same_day.exists() else ()
    return (*taken, *check_offer(offer_from(draft.values)))


def _put_in_force(draft: RuleDraft) -> None:
    ItemSettings.objects.create(
        area_id=draft.whose_area,
        item=items.STOP.code,
        effective_from=draft.effective_from,
        content=draft.values,
        source=draft.ground,
    )


def _shown(name: str, value: Any) -> str:
    if name.startswith(USE):
        return labels.SLOT_USES[value]
    return value or ("不提供" if name.startswith(REASON) else "—")


STOP_ITEM = DraftKind(names=NAMES, now=_now, refused=_refused, put_in_force=_put_in_force, shown=_shown)
