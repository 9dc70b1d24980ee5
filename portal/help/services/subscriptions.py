"""政策动态订阅: subscribe, end it, and tell the subscribers of a notice in chunks; a run that was cut off goes on.

A chunk is one transaction: the messages and the cursor. Nobody is told twice of one notice: the key of the message is
of the notice and the person, and unique.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from portal import clock
from portal.accounts.models import User
from portal.errors import ConflictError, Reason
from portal.help.labels import NOTICE_KINDS
from portal.help.models import Notice, NoticeRun, Subscription
from portal.hints import hint
from portal.identity import public_number
from portal.notifications.models import Message
from portal.notifications.services import Recipient, Telling, tell_many
from portal.transactions import business_transaction

CHUNK = 500
"""Subscribers who are looked at in one transaction."""
FRESH = timedelta(days=3)
"""A notice older than this is no news any more: nobody is told of what was published before the hall was asked to."""
NUMBER_PREFIX = "DT"
"""批次号 begin with 动态's initials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to hear of. No kinds: of nothing; no area code: of every area."""

    kinds: Collection[str]
    area_code: str
    by_sms: bool
    by_email: bool

    @property
    def is_anything(self) -> bool:
        """Whether anything is wanted at all."""
        return bool(self.kinds)

    @property
    def ways(self) -> list[str]:
        """Codes of labels.NEWS_WAYS."""
        return [way for way, is_wanted in (("sms", self.by_sms), ("email", self.by_email)) if is_wanted]


def wish_of(user: User) -> Wish:
    """As it is now; one statement."""
    rows = list(Subscription.objects.visible_to(user).order_by("kind"))
    return Wish(
        kinds=[row.kind for row in rows],
        area_code=rows[0].area_code if rows else "",
        by_sms=any(row.by_sms for row in rows),
        by_email=any(row.by_email for row in rows),
    )


@business_transaction
def subscribe(wish: Wish, *, by: User) -> None:
    """Want exactly this from now on. Saying the same twice changes nothing."""
    mine = Subscription.objects.visible_to(by)
    mine.exclude(kind__in=wish.kinds).delete()
    values = {"area_code": wish.area_code, "by_sms": wish.by_sms, "by_email": wish.by_email}
    for kind in sorted(wish.kinds):
        if not mine.filter(kind=kind).update(**values):
            Subscription.objects.get_or_create(user=by, kind=kind, defaults={**values, "created_at": clock.now()})


@business_transaction
def unsubscribe(public_id: str, *, is_all: bool) -> None:
    """End this one, or everything of the same account; nothing happens when it was ended before."""
    found = Subscription.objects.filter(public_id=public_id)
    if is_all:
        found = Subscription.objects.filter(user__in=found.values("user"))
    found.delete()


def open_due_runs() -> int:
    """Begin to tell of what was published lately and has no run yet; how many are new."""
    now = clock.now()
    due = Notice.objects.published().filter(is_told=True, published_at__gt=now - FRESH, run__isnull=True)
    return sum(_open(notice) for notice in due.order_by("published_at", "pk"))


@business_transaction
def _open(notice: Notice) -> bool:
    now = clock.now()
    number = public_number(prefix=NUMBER_PREFIX, on=clock.today())
    try:
        with transaction.atomic():
            NoticeRun.objects.create(notice=notice, number=number, started_at=now)
    except IntegrityError:
        return False
    hint("news")
    return True


def advance_runs() -> int:
    """One chunk of every run with somebody left to tell, and a hint when there is more; how many chunks were done."""
    done = 0
    for pk in NoticeRun.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        done += advance(pk)
    if NoticeRun.objects.unfinished().exists():
        with transaction.atomic():
            hint("news")
    return done


@business_transaction
def advance(pk: int) -> bool:
    """The next chunk of a run, whole or not at all; False when there is none. A notice taken back ends its run.

    Two workers cannot tell the same chunk: the second finds the cursor moved, or a message written, and its work is
    taken back. ConflictError says so.
    """
    run = NoticeRun.objects.unfinished().filter(pk=pk).select_related("notice").first()
    if run is None:
        return False
    found: list[Subscription] = []
    if Notice.objects.published().filter(pk=run.notice_id).exists():
        rows = Subscription.objects.wanting(run.notice, before=run.started_at).filter(pk__gt=run.cursor)
        found = list(rows.select_related("user").order_by("pk")[:CHUNK])
    try:
        with transaction.atomic():
            told = _tell(run, found)
    except IntegrityError:
        raise ConflictError(Reason("news.overtaken")) from None
    now = clock.now()
    changed = NoticeRun.objects.filter(pk=pk, cursor=run.cursor, finished_at__isnull=True).update(
        cursor=found[-1].pk if found else run.cursor,
        seen=F("seen") + len(found),
        told=F("told") + told,
        chunk_at=now,
        finished_at=None if found else now,
    )
    if not changed:
        raise ConflictError(Reason("news.overtaken"))
    return bool(found)


def _tell(run: NoticeRun, found: Sequence[Subscription]) -> int:
    """Whoever was not told of this notice yet; three statements, however many they are."""
    keys = {f"{_key(run, one)}:hall": one for one in found}
    known = set(Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    tellings = [_telling(run, one) for key, one in keys.items() if key not in known]
    tell_many(tellings)
    return len(tellings)


def _key(run: NoticeRun, one: Subscription) -> str:
    return f"news:{run.number}:{one.user_id}"


def _telling(run: NoticeRun, one: Subscription) -> Telling:
    notice, user = run.notice, one.user
    published = notice.published_at or run.started_at
    return Telling(
        event_key=_key(run, one),
        template="news_published",
        params={
            "topic": NOTICE_KINDS[notice.kind],
            "title": notice.title,
            "published_on": published.astimezone(clock.SHANGHAI).date().isoformat(),
            "ends_it": one.public_id,
        },
        to=Recipient(
            user=user,
            phone=user.phone if one.by_sms else None,
            email=user.email or None if one.by_email else None,
            area_code=notice.area_code,
        ),
        subject_number=notice.slug,
        url_name="notice",
        batch=run.number,
    )
