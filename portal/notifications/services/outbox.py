"""Telling somebody: the rows are written with the change they tell of, and nothing is sent here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from portal import hints, masking
from portal.audit.services import current_request_id, record_access
from portal.notifications.models import Delivery, DeliveryState, Message
from portal.notifications.services.rendering import HALL, render

DEADLINE = timedelta(hours=72)
IDENTIFYING = masking.canary_pattern()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: an account for the message in the hall, addresses for the rest. What is None gets nothing.

    `area_code` is the pooling area whose staff look after what could not be delivered.
    """

    user: AbstractBaseUser | None
    phone: str | None
    email: str | None
    area_code: str


def tell(
    *,
    event_key: str,
    template: str,
    params: Mapping[str, str | int],
    to: Recipient,
    subject_number: str = "",
    url_name: str = "",
    channels: tuple[str, ...] = ("sms", "email"),
) -> None:
    """Write the message in the hall and one delivery per channel that has an address; at most 2 statements.

    Runs inside the caller's transaction. `event_key` is unique: telling the same event twice raises IntegrityError,
    and the caller's transaction with it. `params` hold numbers, ISO dates (names in `_on`) and sentences; a resident
    ID or a mobile number typed into a sentence is masked before it is stored.
    """
    stored = {name: _masked(value) if isinstance(value, str) else value for name, value in params.items()}
    request_id = current_request_id()
    if to.user is not None:
        hall = render(template, channel=HALL, params=stored)
        Message.objects.create(
            recipient=to.user,
            dedupe_key=f"{event_key}:{HALL}",
            title=hall.title,
            body=hall.text,
            subject_number=subject_number,
            url_name=url_name,
            request_id=request_id,
        )
    addresses = {Delivery.Channel.SMS: to.phone, Delivery.Channel.EMAIL: to.email}
    rows = [
        Delivery(
            dedupe_key=f"{event_key}:{channel}",
            channel=channel,
            address=address,
            template=template,
            params=stored,
            subject_number=subject_number,
            area_code=to.area_code,
            next_at=Now(),
            deadline_at=Now() + DEADLINE,
            request_id=request_id,
        )
        for channel, address in addresses.items()
        if channel in channels and address
    ]
    if rows:
        Delivery.objects.bulk_create(rows)
    for row in rows:
        hints.hint(row.channel)


def _masked(text: str) -> str:
    return IDENTIFYING.sub(
        lambda found: masking.mask_id(found[0]) if len(found[0]) == 18 else masking.mask_phone(found[0]), text
    )


def cancel_pending(subject_number: str) -> int:
    """Stop what waits to be sent about a case because it was overtaken; call it before telling the news.

    What is being sent at this moment is left alone.
    """
    return Delivery.objects.filter(
        subject_number=subject_number, state__in=[DeliveryState.QUEUED, DeliveryState.UNKNOWN]
    ).update(state=DeliveryState.CANCELLED)


@transaction.atomic
def resend(delivery: Delivery, *, by: AbstractBaseUser) -> Delivery:
    """Send what could not be delivered once more, as a new row with the key of the first and ":r1", ":r2" behind it.

    The log of access names who did it. Two people at once make one row: the second gets IntegrityError.
    """
    first = delivery.resend_of or delivery
    count = Delivery.objects.filter(resend_of=first).count() + 1
    again = Delivery.objects.create(
        dedupe_key=f"{first.dedupe_key}:r{count}",
        channel=first.channel,
        address=first.address,
        template=first.template,
        params=first.params,
        subject_number=first.subject_number,
        area_code=first.area_code,
        next_at=Now(),
        deadline_at=Now() + DEADLINE,
        resend_of=first,
        request_id=current_request_id(),
    )
    record_access(user=by, action="resend", subject_kind="delivery", subject_id=delivery.pk, reason=again.dedupe_key)
    hints.hint(again.channel)
    return again


def mark_read(message: Message) -> None:
    """The recipient has read it; the first time counts."""
    Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=timezone.now())


def mark_all_read(user: AbstractBaseUser) -> int:
    """Everything in somebody's inbox is read; how many were not."""
    return Message.objects.visible_to(user).unread().update(read_at=timezone.now())
