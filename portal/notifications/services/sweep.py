"""What a lost hint left behind is found here, and the health page is told that somebody looked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from portal import hints
from portal.audit.models import JobRun
from portal.audit.services import claim_slot, finish_slot
from portal.notifications.models import OPEN_DELIVERY_STATES, Delivery, DeliveryState

JOB, SLOT = "sweep", "latest"
HINTS_PER_CHANNEL = 2
LATE = timedelta(minutes=2)
SHOWN_STATES = (*OPEN_DELIVERY_STATES, DeliveryState.FAILED, DeliveryState.DEAD)


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """One channel's rows that are not at a good end, and how long the oldest of them has waited."""

    name: str
    counts: tuple[tuple[str, int], ...]
    given_up: int
    oldest_unsent: timedelta | None
    oldest_due: timedelta | None

    @property
    def oldest(self) -> str:
        """The age of the oldest unsent row in words; empty when there is none."""
        return "" if self.oldest_unsent is None else in_words(self.oldest_unsent)

    @property
    def waiting(self) -> str:
        """How long the oldest due row has been due, in words; empty when there is none."""
        return "" if self.oldest_due is None else in_words(self.oldest_due)

    @property
    def is_late(self) -> bool:
        """Something has been due for more than two minutes: no worker, or a provider that fails."""
        return self.oldest_due is not None and self.oldest_due > LATE


@dataclass(frozen=True, slots=True)
class Health:
    """The state of telling."""

    channels: tuple[ChannelHealth, ...]
    last_sweep_at: datetime | None
    is_sweep_late: bool

    @property
    def is_fine(self) -> bool:
        """Nothing is late."""
        return not self.is_sweep_late and not any(channel.is_late for channel in self.channels)

    @property
    def states(self) -> tuple[str, ...]:
        """The columns of the table."""
        return tuple(str(state.label) for state in SHOWN_STATES)


def in_words(age: timedelta) -> str:
    """45秒, 12分钟, 3小时5分钟, 2天4小时."""
    seconds = max(int(age.total_seconds()), 0)
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days}天{hours}小时"
    if hours:
        return f"{hours}小时{minutes}分钟"
    return f"{minutes}分钟" if minutes else f"{seconds}秒"


def sweep() -> int:
    """Hint at each channel that has due rows, at most twice each; how many hints. Works whatever Redis has lost."""
    claim_slot(JOB, slot=SLOT)
    count = 0
    for channel in Delivery.Channel.values:
        due = Delivery.objects.due().filter(channel=channel).values_list("pk", flat=True)[:HINTS_PER_CHANNEL]
        for _ in due:
            hints.publish(channel)
            count += 1
    finish_slot(JOB, slot=SLOT, note=f"{count} hints")
    return count


def health() -> Health:
    """What staff should know about both channels and the sweep; reads only what is not at a good end."""
    now = timezone.now()
    last = JobRun.objects.filter(job=JOB, slot=SLOT).values_list("finished_at", flat=True).first()
    return Health(
        channels=tuple(_channel_health(choice, now=now) for choice in Delivery.Channel),
        last_sweep_at=last,
        is_sweep_late=last is None or now - last > LATE,
    )


def _channel_health(channel: Delivery.Channel, *, now: datetime) -> ChannelHealth:
    rows = Delivery.objects.filter(channel=channel)
    open_counts = dict(rows.unsent().order_by().values_list("state").annotate(Count("pk")))
    bad_counts = dict(rows.undelivered().order_by().values_list("state").annotate(Count("pk")))
    counts = bad_counts | open_counts
    created = rows.unsent().aggregate(oldest=Min("created_at"))["oldest"]
    due = rows.due().aggregate(oldest=Min("next_at"))["oldest"]
    return ChannelHealth(
        name=str(channel.label),
        counts=tuple((str(state.label), counts.get(state.value, 0)) for state in SHOWN_STATES),
        given_up=counts.get(DeliveryState.FAILED.value, 0) + counts.get(DeliveryState.DEAD.value, 0),
        oldest_unsent=now - created if created else None,
        oldest_due=now - due if due else None,
    )
