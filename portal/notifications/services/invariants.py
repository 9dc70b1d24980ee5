"""What must always hold of what is to be sent: nothing waits beyond its deadline, nobody holds a row for ever."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from portal.notifications.models import Delivery, DeliveryState


def waiting_too_long() -> list[str]:
    """I2: deliveries without an end although their deadline is over; the next drain should have given them up."""
    late = Delivery.objects.unsent().filter(deadline_at__lt=Now() - _grace())
    return list(late.order_by("pk").values_list("dedupe_key", flat=True))


def held_too_long() -> list[str]:
    """I10: deliveries that a worker took and never gave back, and that two sweeps have not found."""
    held = Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=Now() - _grace())
    return list(held.order_by("pk").values_list("dedupe_key", flat=True))


def _grace() -> timedelta:
    """Two sweeps."""
    return timedelta(seconds=2 * settings.SWEEP_SECONDS)
