"""Telling somebody: the rows are written with the change they tell of, and nothing is sent here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from portal import hints, masking
from portal.audit.services import current_request_id, record_access
from portal.errors import ConflictError, Reason
from portal.notifications.models import Delivery, DeliveryState, Message
from portal.notifications.services.rendering import HALL, render

DEADLINE = timedelta(hours=72)
AGAIN = ":r"
GIVEN_UP_STATES = (DeliveryState.FAILED, DeliveryState.DEAD)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: an account for the message in the hall, addresses for the rest. What is None gets nothing.

    `area_code` is the pooling area whose staff look after what could not be delivered.
    """

    user: AbstractBaseUser | None
    phone: str | None
    email: str | None
    area_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing to tell one person. `batch` is what the deliveries are counted under, the subject number otherwise."""

    event_key: str
    template: str
    params: Mapping[str, str | int]
    to: Recipient
    subject_number: str = ""
    url_name: str = ""
    channels: tuple[str, ...] = ("sms", "email")
    batch: str = ""


def tell(
    *,
    event_key: str,
    template: str,
    params: Mapping[str, str | int],
    to: Recipient,
    subject_number: str = "",
    url_name: str = "",
    channels: tuple[str, ...] = ("sms", "email"),
    code: str | None = None,
    deadline: timedelta = DEADLINE,
) -> None:
    """Write the message in the hall and one delivery per channel that has an address; at most 2 statements.

    Runs inside the caller's transaction. `event_key` is unique: telling the same event twice raises IntegrityError,
    and the caller's transaction with it. `params` hold numbers, ISO dates (names in `_on`) and sentences; a resident
    ID or a mobile number typed into a sentence is masked before it is stored. A one-time `code` is stored encrypted,
    shown by the template as {{ code }}, and never sent again; give it a `deadline` shorter than its life.
    """
    one = Telling(
        event_key=event_key,
        template=template,
        params=params,
        to=to,
        subject_number=subject_number,
        url_name=url_name,
        channels=channels,
    )
    _write([one], code=code, deadline=deadline)


def tell_many(tellings: Sequence[Telling]) -> int:
    """The same for many people, in two statements however many they are; how many deliveries wait to be sent."""
    return _write(tellings, code=None, deadline=DEADLINE)


def _write(tellings: Sequence[Telling], *, code: str | None, deadline: timedelta) -> int:
    request_id = current_request_id()
    messages: list[Message] = []
    rows: list[Delivery] = []
    for one in tellings:
        stored = {
            name: masking.mask_text(value) if isinstance(value, str) else value for name, value in one.params.items()
        }
        messages += _message_of(one, params=stored, request_id=request_id)
        rows += _deliveries_of(one, params=stored, request_id=request_id, code=code, deadline=deadline)
    if messages:
        Message.objects.bulk_create(messages)
    if rows:
        Delivery.objects.bulk_create(rows)
    for channel in sorted({row.channel for row in rows}):
        hints.hint(channel)
    return len(rows)


def _message_of(one: Telling, *, params: Mapping[str, str | int], request_id: str) -> list[Message]:
    if one.to.user is None:
        return []
    hall = render(one.template, channel=HALL, params=params)
    return [
        Message(
            recipient_id=one.to.user.pk,
            dedupe_key=f"{one.event_key}:{HALL}",
            title=hall.title,
            body=hall.text,
            subject_number=one.subject_number,
            url_name=one.url_name,
            request_id=request_id,
        )
    ]


def _deliveries_of(
    one: Telling, *, params: Mapping[str, str | int], request_id: str, code: str | None, deadline: timedelta
) -> list[Delivery]:
    addresses = {Delivery.Channel.SMS: one.to.phone, Delivery.Channel.EMAIL: one.to.email}
    return [
        Delivery(
            dedupe_key=f"{one.event_key}:{channel}",
            channel=channel,
            address=address,
            template=one.template,
            params=params,
            code=code,
            rank=_rank(one, code=code),
            can_be_resent=code is None,
            subject_number=one.batch or one.subject_number,
            area_code=one.to.area_code,
            next_at=Now(),
            deadline_at=Now() + deadline,
            request_id=request_id,
        )
        for channel, address in addresses.items()
        if channel in one.channels and address
    ]


def _rank(one: Telling, *, code: str | None) -> Delivery.Rank:
    if code is not None:
        return Delivery.Rank.CODE
    return Delivery.Rank.BULK if one.batch else Delivery.Rank.NEWS


def cancel_pending(subject_number: str) -> int:
    """Stop what waits to be sent about a case because it was overtaken; call it before telling the news.

    What is being sent at this moment is left alone.
    """
    return Delivery.objects.filter(
        subject_number=subject_number, state__in=[DeliveryState.QUEUED, DeliveryState.UNKNOWN]
    ).update(state=DeliveryState.CANCELLED)


def resend(delivery: Delivery, *, by: AbstractBaseUser) -> Delivery:
    """Send what was given up once more: a new row with the first one's key and ":r1", ":r2" … behind it.

    The log of access names who did it. ConflictError when it is not given up, or when somebody was first.
    """
    try:
        with transaction.atomic():
            old = Delivery.objects.select_for_update(no_key=True, of=("self",)).get(pk=delivery.pk)
            if not old.can_be_resent:
                raise ConflictError(Reason("notify.code-not-resent", {"key": old.dedupe_key}))
            if old.state not in GIVEN_UP_STATES:
                raise ConflictError(Reason("notify.not-given-up", {"key": old.dedupe_key}))
            return _sent_again(old, by=by)
    except IntegrityError:
        raise ConflictError(Reason("notify.sent-again-already", {"key": delivery.dedupe_key})) from None


def resend_all(deliveries: Iterable[Delivery], *, by: AbstractBaseUser) -> tuple[int, int]:
    """Send several once more; how many went out again, and how many were not given up or not any more."""
    done = skipped = 0
    for delivery in deliveries:
        try:
            resend(delivery, by=by)
        except ConflictError:
            skipped += 1
        else:
            done += 1
    return done, skipped


def _sent_again(old: Delivery, *, by: AbstractBaseUser) -> Delivery:
    key, _, count = old.dedupe_key.rpartition(AGAIN) if old.resend_of_id else (old.dedupe_key, "", "0")
    again = Delivery.objects.create(
        dedupe_key=f"{key}{AGAIN}{int(count) + 1}",
        channel=old.channel,
        address=old.address,
        template=old.template,
        params=old.params,
        subject_number=old.subject_number,
        area_code=old.area_code,
        next_at=Now(),
        deadline_at=Now() + DEADLINE,
        resend_of=old,
        request_id=current_request_id(),
    )
    record_access(user=by, action="resend", subject_kind="delivery", subject_id=old.pk, reason=again.dedupe_key)
    hints.hint(again.channel)
    return again


def mark_read(message: Message) -> None:
    """The recipient has read it; the first time counts."""
    Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=timezone.now())


def mark_all_read(user: AbstractBaseUser | AnonymousUser) -> int:
    """Everything in somebody's inbox is read; how many were not."""
    return Message.objects.visible_to(user).unread().update(read_at=timezone.now())
