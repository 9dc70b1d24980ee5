"""Counts what may be done only so often; the counting and the comparing are one statement in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.accounts.models import RateCounter
from portal.crypto import blind_index
from portal.errors import BusinessRuleError, Reason

HALL = "hall"
STATEMENT = """
INSERT INTO accounts_ratecounter AS had (kind, subject, count, capacity, resets_at) VALUES {rows}
ON CONFLICT (kind, subject) DO UPDATE SET
    count = CASE WHEN had.resets_at <= %s THEN 1 ELSE had.count + 1 END,
    resets_at = CASE WHEN had.resets_at <= %s THEN excluded.resets_at ELSE had.resets_at END,
    capacity = excluded.capacity
WHERE had.resets_at <= %s OR had.count < excluded.capacity
"""
"""A window begins with the first use and is over `seconds` later; a row that is full is not touched."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `capacity` times in `seconds` for one subject, which is never an address or a number in clear."""

    kind: str
    subject: str
    capacity: int
    seconds: int


class TooOften(BusinessRuleError):
    """A limit is reached; the reason says how long to wait."""


def hidden(value: str) -> str:
    """The name of a subject in the table: an HMAC."""
    return blind_index(value, purpose="rate")


def spend(*limits: Limit) -> None:
    """Count one use of every limit, or none: TooOften when any is full. Safe side by side."""
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    values: list[str | int | None] = []
    for one in limits:
        values += [one.kind, one.subject, 1, one.capacity, adapt(now + timedelta(seconds=one.seconds))]
    rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(limits))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(rows=rows), [*values, *[adapt(now)] * 3])
        is_counted = cursor.rowcount == len(limits)
        transaction.set_rollback(not is_counted)
    if not is_counted:
        raise _refusal(limits, now=now)


def give_back(limit: Limit) -> None:
    """One use was none after all, such as a right answer where only wrong ones count."""
    now = timezone.now()
    spent = RateCounter.objects.filter(kind=limit.kind, subject=limit.subject, resets_at__gt=now, count__gt=0)
    spent.update(count=F("count") - 1)


def used(limit: Limit) -> int:
    """How often it was used in its window that has not ended."""
    found = RateCounter.objects.filter(kind=limit.kind, subject=limit.subject, resets_at__gt=timezone.now())
    return found.values_list("count", flat=True).first() or 0


def _refusal(limits: tuple[Limit, ...], *, now: datetime) -> TooOften:
    """Which limit was full, and until when; whoever emptied it meanwhile makes it a second."""
    full = RateCounter.objects.filter(
        kind__in=[one.kind for one in limits],
        subject__in=[one.subject for one in limits],
        resets_at__gt=now,
        count__gte=F("capacity"),
    )
    until = now + timedelta(seconds=1)
    for kind, subject, resets_at in full.values_list("kind", "subject", "resets_at"):
        until = max(until, resets_at)
        if subject == HALL:
            log.warning("budget_used_up", kind=kind)
    return TooOften(Reason("account.too-often", {"wait": in_words(until - now)}))


def in_words(wait: timedelta) -> str:
    """40秒, 12分钟, 3小时: rounded up, so that waiting so long is enough."""
    seconds = -(-wait // timedelta(seconds=1))
    if seconds <= 90:
        return f"{seconds}秒"
    return f"{-(-seconds // 60)}分钟" if seconds <= 5400 else f"{-(-seconds // 3600)}小时"
