"""Sending what is due: claim a row, call the provider outside any transaction, write what came of it."""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Now

from portal import hints
from portal.notifications import channels
from portal.notifications.channels.base import Channel, Kind, Outcome, Outgoing
from portal.notifications.models import OPEN_DELIVERY_STATES, Delivery, DeliveryAttempt, DeliveryQuerySet, DeliveryState
from portal.notifications.services.breaker import BREAKERS
from portal.notifications.services.rendering import render

TRIES = 8
LONGEST_WAIT_SECONDS = 3600.0
TOO_LATE = "deadline or tries used up"
log = structlog.get_logger(__name__)
random = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until the lease runs out; `no` is the number of this try and the fencing token.

    `is_doubtful`: an earlier try may have reached the provider. `is_over`: nothing may be sent any more.
    """

    pk: int
    no: int
    is_doubtful: bool
    is_over: bool


def drain(channel: str, *, limit: int = 50, seconds: float = 20) -> int:
    """Send what is due on a channel; how many rows were worked on.

    Ends when nothing is due, when the provider needs a rest, or at the cap, and then hints at itself once more.
    Safe to run any number of times side by side.
    """
    breaker, ends_at, count = BREAKERS[channel], time.monotonic() + seconds, 0
    if breaker.is_open or not Delivery.objects.due().filter(channel=channel).exists():
        return 0
    with channels.OPENERS[channel]() as provider:
        while not breaker.is_open:
            if count >= limit or time.monotonic() >= ends_at:
                hints.hint(channel)
                break
            claim = _claim(channel)
            if claim is None:
                break
            count += 1
            _work(claim, provider=provider, channel=channel)
    return count


def _claim(channel: str) -> Claim | None:
    """Take the row that has been due longest among the most urgent, or None when there is none left for us."""
    with transaction.atomic():
        row = (
            Delivery.objects.due()
            .filter(channel=channel)
            .order_by("rank", "next_at", "id")
            .select_for_update(skip_locked=True)
            .values_list("pk", "state", "attempts", Case(When(deadline_at__lt=Now(), then=True), default=False))
            .first()
        )
        if row is None:
            return None
        pk, state, tries, is_late = row
        is_mine = Delivery.objects.filter(pk=pk, attempts=tries, state=state).update(
            state=DeliveryState.SENDING,
            attempts=F("attempts") + 1,
            lease_until=Now() + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS),
        )
    if not is_mine:
        return None
    return Claim(pk=pk, no=tries + 1, is_doubtful=state != DeliveryState.QUEUED, is_over=is_late or tries >= TRIES)


def _work(claim: Claim, *, provider: Channel, channel: str) -> None:
    started = time.monotonic()
    try:
        outgoing = _outgoing(claim)
    except Exception:
        # The edge of the loop: one row that cannot be read or worded stops no other.
        log.exception("delivery_unreadable", delivery=claim.pk)
        outcome: Outcome | None = Outcome(Kind.TEMPORARY, detail="unreadable")
    else:
        outcome = _attempted(claim, outgoing=outgoing, provider=provider, channel=channel)
    if outcome is not None:
        _complete(claim, outcome=outcome, latency_ms=round((time.monotonic() - started) * 1000))


def _outgoing(claim: Claim) -> Outgoing:
    row = Delivery.objects.get(pk=claim.pk)
    rendered = render(row.template, channel=row.channel, params=row.params | ({"code": row.code} if row.code else {}))
    return Outgoing(key=row.dedupe_key, address=row.address, title=rendered.title, text=rendered.text)


def _attempted(claim: Claim, *, outgoing: Outgoing, provider: Channel, channel: str) -> Outcome | None:
    """Ask first when an earlier try is in doubt, then send; None when the row was taken from us meanwhile."""
    try:
        known = provider.query(outgoing.key) if claim.is_doubtful else None
        if known is None and not claim.is_over:
            if claim.is_doubtful and not _marked_as_possible_duplicate(claim):
                return None
            known = provider.send(outgoing)
    except Exception as error:  # noqa: BLE001 - the edge of the loop: what a channel did not foresee may be sent
        # The class only: the text of a foreign error may hold an address.
        log.error("channel_broke", delivery=claim.pk, channel=channel, error=type(error).__name__)
        known = Outcome(Kind.UNKNOWN, detail="channel broke")
    if known is None:
        return Outcome(Kind.TEMPORARY, detail=TOO_LATE)
    breaker = BREAKERS[channel]
    if known.kind in {Kind.ACCEPTED, Kind.PERMANENT}:
        breaker.succeeded()
    else:
        breaker.failed(retry_after=known.retry_after)
    return known


def _marked_as_possible_duplicate(claim: Claim) -> bool:
    """Before a doubtful message is sent once more, the row says so, whatever happens to this worker next."""
    return bool(_mine(claim).update(is_possible_duplicate=True))


def _mine(claim: Claim) -> DeliveryQuerySet:
    return Delivery.objects.filter(pk=claim.pk, attempts=claim.no, state=DeliveryState.SENDING)


def _complete(claim: Claim, *, outcome: Outcome, latency_ms: int) -> None:
    """Write the result if the row is still ours, and the try in any case."""
    state = _next_state(claim, kind=outcome.kind)
    wait = backoff(claim.no) if outcome.retry_after is None else outcome.retry_after * random.uniform(1, 1.2)
    with transaction.atomic():
        is_mine = _mine(claim).update(
            state=state,
            next_at=Now() + timedelta(seconds=wait),
            lease_until=None,
            last_error="" if outcome.kind == Kind.ACCEPTED else outcome.detail[:200],
            **({"provider_ref": outcome.ref} if outcome.ref else {}),
            **({} if state in OPEN_DELIVERY_STATES else {"code": None}),
        )
        DeliveryAttempt.objects.create(
            delivery_id=claim.pk,
            no=claim.no,
            outcome=outcome.kind,
            detail=outcome.detail[:200] if is_mine else f"after the lease: {outcome.detail}"[:200],
            latency_ms=latency_ms,
        )
    log.info("delivery_tried", delivery=claim.pk, no=claim.no, outcome=str(outcome.kind), is_mine=bool(is_mine))


def _next_state(claim: Claim, *, kind: Kind) -> DeliveryState:
    if kind == Kind.ACCEPTED:
        return DeliveryState.ACCEPTED
    if kind == Kind.PERMANENT:
        return DeliveryState.FAILED
    if claim.is_over or claim.no >= TRIES:
        return DeliveryState.DEAD
    return DeliveryState.UNKNOWN if kind == Kind.UNKNOWN else DeliveryState.QUEUED


def backoff(tries: int) -> float:
    """Seconds to wait after so many tries: 30, 60, 120 … up to an hour, each give or take a half."""
    wait: float = settings.DELIVERY_FIRST_WAIT_SECONDS * 2.0 ** (tries - 1)
    return min(LONGEST_WAIT_SECONDS, wait) * random.uniform(0.5, 1.5)
