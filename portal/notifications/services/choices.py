"""提醒设置: which reminders somebody does not want, and on which channel; the only writer."""

from collections import defaultdict
from collections.abc import Collection

from django.contrib.auth.base_user import AbstractBaseUser

from portal.notifications.labels import REMINDERS
from portal.notifications.models import Delivery, ReminderRefusal
from portal.transactions import business_transaction

Choice = tuple[str, str]
"""Kind and channel."""
ALL: tuple[Choice, ...] = tuple((kind, channel) for kind in REMINDERS for channel in Delivery.Channel.values)


def choices_of(user: AbstractBaseUser) -> frozenset[Choice]:
    """What this user receives; everything, as long as nothing was refused. One statement."""
    return frozenset(ALL) - set(ReminderRefusal.objects.filter(user_id=user.pk).values_list("kind", "channel"))


@business_transaction
def choose(wanted: Collection[Choice], *, by: AbstractBaseUser) -> None:
    """Receive exactly these from now on. Saying the same twice changes nothing."""
    refused = set(ALL) - set(wanted)
    known = set(ReminderRefusal.objects.filter(user_id=by.pk).values_list("kind", "channel"))
    for kind, channel in sorted(known - refused):
        ReminderRefusal.objects.filter(user_id=by.pk, kind=kind, channel=channel).delete()
    for kind, channel in sorted(refused - known):
        ReminderRefusal.objects.get_or_create(user_id=by.pk, kind=kind, channel=channel)


def refusals_of(users: Collection[int], *, kind: str) -> dict[int, frozenset[str]]:
    """User → the channels on which this kind is refused. One statement."""
    found: dict[int, set[str]] = defaultdict(set)
    for user, channel in ReminderRefusal.objects.filter(user__in=users, kind=kind).values_list("user_id", "channel"):
        found[user].add(channel)
    return {user: frozenset(channels) for user, channels in found.items()}
