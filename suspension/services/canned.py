"""Moves a canned text up and down its list, and takes it out of use and back."""

from portal.accounts.models import User
from portal.transactions import business_transaction
from suspension.models import CannedText, CannedTextQuerySet

STEP = 10


def listed(*, action: str, item: str, by: User) -> CannedTextQuerySet:
    """The texts of a decision in the order in which the desk offers them; of one item those offered for it."""
    found = CannedText.objects.in_charge_of(by).filter(action=action)
    return (found.for_item(item) if item else found).order_by("position", "id")


@business_transaction
def move(text: CannedText, *, is_up: bool, item: str, by: User) -> bool:
    """Change places with the neighbour in the list that is shown (of `item`, or of all); False at its end."""
    shown = [one.pk for one in listed(action=text.action, item=item, by=by)]
    if text.pk not in shown:
        return False
    at = shown.index(text.pk) + (-1 if is_up else 1)
    if not 0 <= at < len(shown):
        return False
    whole = [one for one in listed(action=text.action, item="", by=by) if one.pk != text.pk]
    neighbour = next(number for number, one in enumerate(whole) if one.pk == shown[at])
    whole.insert(neighbour if is_up else neighbour + 1, text)
    for number, one in enumerate(whole, start=1):
        one.position = number * STEP
    CannedText.objects.bulk_update(whole, ["position"])
    return True


@business_transaction
def set_in_use(text: CannedText, *, is_in_use: bool) -> None:
    """Offer it at the desk from now on, or no longer; decisions that used it keep their words."""
    CannedText.objects.filter(pk=text.pk).update(is_in_use=is_in_use)
