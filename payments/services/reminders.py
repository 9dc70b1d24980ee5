"""批量提醒: opens a run per occasion and tells its people in chunks; a run that was cut off goes on where it stood.

A chunk is one transaction: who was told, the messages, and the cursor. Nobody is told twice of one occasion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import F

from insured.models import AreaPolicy, InsuredPerson, PoolingArea
from insured.services.staff import duties_of
from payments.labels import REMINDER_TOPICS
from payments.models import Bill, Reminder, ReminderRun
from payments.policy.reminders import OF_WINDOW, Occasion, bill_days, occasions_on
from payments.services.reminded import Wanted, bills_chunk, bills_to_tell, window_chunk
from portal import clock
from portal.accounts.models import User
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.hints import hint
from portal.identity import public_number
from portal.notifications.services import Recipient, Telling, refusals_of, tell_many
from portal.transactions import business_transaction

NUMBER_PREFIX = "TX"
"""提醒批次号 begin with 提醒's initials."""
TEMPLATES = {
    "opening": "reminder_opening",
    "closing": "reminder_closing",
    "extension": "reminder_extension",
    "due": "reminder_due",
    "overdue": "reminder_overdue",
}
SMS, EMAIL, HALL = "sms", "email", "hall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one chunk has done."""

    told: int = 0
    in_hall: int = 0
    by_sms: int = 0
    by_email: int = 0
    unreached: int = 0


def occasions_of(area_id: int) -> tuple[Occasion, ...]:
    """What the people of an area are to be reminded of today. Two statements."""
    today = clock.today()
    rules = AreaPolicy.objects.in_force(area_id=area_id, on=today).as_rules()
    due = Bill.objects.payable().filter(area=area_id, person__isnull=False, due_on__range=bill_days(today, rules=rules))
    return occasions_on(today, rules=rules, due_days=set(due.values_list("due_on", flat=True).distinct()))


def open_due_runs() -> int:
    """Begin what is due today in every area that has rules; how many runs are new. Saying it again begins nothing."""
    ruled = AreaPolicy.objects.filter(effective_from__lte=clock.today()).values("area")
    return sum(_open_runs(area, by=None) for area in PoolingArea.objects.filter(pk__in=ruled).order_by("pk"))


@business_transaction
def start_now(area: PoolingArea, *, by: User) -> int:
    """A supervisor does not wait for the clock; how many runs are new. BusinessRuleError for who may not."""
    if not duties_of(by).has("supervisor", area_id=area.pk):
        raise BusinessRuleError(Reason("reminder.not-yours"))
    return _open_runs(area, by=by)


@business_transaction
def _open_runs(area: PoolingArea, *, by: User | None) -> int:
    known = {(run.kind, run.window): run for run in ReminderRun.objects.filter(area=area)}
    occasions = occasions_of(area.pk)
    for one in occasions:
        if one.kind not in OF_WINDOW and (one.kind, one.window) in known:
            _go_on(known[one.kind, one.window])
    wanted = [one for one in occasions if (one.kind, one.window) not in known]
    return sum(_opened(one, area=area, by=by) for one in wanted)


def _go_on(run: ReminderRun) -> None:
    """Bills that came to the day after its run had finished, as a plan of instalments brings them, are told of too."""
    if run.finished_at is None or not bills_to_tell(run).exists():
        return
    finished = ReminderRun.objects.filter(pk=run.pk, finished_at__isnull=False)
    if finished.update(finished_at=None, cursor=0):
        hint("reminding")


def _opened(occasion: Occasion, *, area: PoolingArea, by: User | None) -> bool:
    try:
        with transaction.atomic():
            ReminderRun.objects.create(
                number=public_number(prefix=NUMBER_PREFIX, on=clock.today()),
                kind=occasion.kind,
                window=occasion.window,
                area=area,
                started_by=by,
                started_at=clock.now(),
            )
    except IntegrityError:
        return False
    hint("reminding")
    return True


def advance_runs() -> int:
    """One chunk of every run with somebody left to tell, and a hint when there is more; how many chunks were done."""
    done = 0
    for pk in ReminderRun.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        done += advance(pk)
    if ReminderRun.objects.unfinished().exists():
        with transaction.atomic():
            hint("reminding")
    return done


@business_transaction
def advance(pk: int) -> bool:
    """The next chunk of a run, whole or not at all; False when there is none.

    Two workers cannot tell the same chunk: the second finds the cursor moved, or a reminder written, and its work is
    taken back. ConflictError says so.
    """
    run = ReminderRun.objects.unfinished().filter(pk=pk).select_related("area").first()
    if run is None:
        return False
    chunk = (window_chunk if run.kind in OF_WINDOW else bills_chunk)(run)
    try:
        with transaction.atomic():
            told = _tell(run, chunk.wanted)
    except IntegrityError:
        raise ConflictError(Reason("reminder.overtaken")) from None
    now = clock.now()
    changed = ReminderRun.objects.filter(pk=pk, cursor=run.cursor, finished_at__isnull=True).update(
        cursor=chunk.cursor,
        seen=F("seen") + chunk.seen,
        told=F("told") + told.told,
        in_hall=F("in_hall") + told.in_hall,
        by_sms=F("by_sms") + told.by_sms,
        by_email=F("by_email") + told.by_email,
        unreached=F("unreached") + told.unreached,
        chunk_at=now,
        finished_at=None if chunk.seen else now,
    )
    if not changed:
        raise ConflictError(Reason("reminder.overtaken"))
    return bool(chunk.seen)


def _tell(run: ReminderRun, wanted: Sequence[Wanted]) -> Told:
    """Whoever was not told of this occasion yet, on the channels they did not refuse. Six statements."""
    known = set(
        Reminder.objects.filter(
            kind=run.kind, window=run.window, person__in=[one.person_id for one in wanted]
        ).values_list("person_id", flat=True)
    )
    by_person = {one.person_id: one for one in wanted if one.person_id not in known}
    people = InsuredPerson.objects.filter(pk__in=by_person, is_deceased=False).select_related("user").order_by("pk")
    found = list(people)
    refused = refusals_of(
        [person.user_id for person in found if person.user_id], kind=REMINDER_TOPICS[run.kind]
    )  # fmt: skip
    tellings = [
        _telling(run, person, wanted=by_person[person.pk], refused=refused.get(person.user_id or 0, frozenset()))
        for person in found
    ]
    Reminder.objects.bulk_create(
        Reminder(run=run, person=person, kind=run.kind, window=run.window, channels=",".join(_channels(telling)))
        for person, telling in zip(found, tellings, strict=True)
    )
    tell_many(tellings)
    ways = [_channels(one) for one in tellings]
    return Told(
        told=len(ways),
        in_hall=sum(HALL in way for way in ways),
        by_sms=sum(SMS in way for way in ways),
        by_email=sum(EMAIL in way for way in ways),
        unreached=sum(not way for way in ways),
    )


def _telling(run: ReminderRun, person: InsuredPerson, *, wanted: Wanted, refused: frozenset[str]) -> Telling:
    user = person.user
    to = Recipient(
        user=user,
        phone=(user and user.phone) or person.phone,
        email=(user and user.email) or person.email or None,
        area_code=run.area.code,
    )
    return Telling(
        event_key=f"reminder:{run.kind}:{run.window}:{person.number}",
        template=TEMPLATES[run.kind],
        params=wanted.params,
        to=replace(to, phone=None if SMS in refused else to.phone, email=None if EMAIL in refused else to.email),
        url_name="pay",
        batch=run.number,
    )


def _channels(telling: Telling) -> tuple[str, ...]:
    to = telling.to
    return tuple(name for name, way in ((HALL, to.user), (SMS, to.phone), (EMAIL, to.email)) if way)
