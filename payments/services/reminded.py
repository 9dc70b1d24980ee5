"""Whom the next chunk of a reminder run looks at, and what they are told: one pass by the key, flat in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q

from insured.models import AreaPolicy, Enrollment
from insured.policy.dates import Month
from insured.policy.rules import AreaRules
from insured.policy.window import CollectionWindow, collection_window
from payments.models import Bill, ContributionRecord, Reminder, ReminderRun
from payments.models.bills import BillQuerySet
from payments.policy.deadline import month_consequence, resident_consequence
from payments.policy.reminders import Occasion
from payments.services.funding import fundings_of
from payments.services.opening import ResidentYear, resident_year
from portal import clock
from portal.errors import BusinessRuleError, Reason
from portal.labels import say
from portal.money import yuan

CHUNK = 500
"""People who are looked at in one transaction."""
Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Somebody to tell, and the parameters of the message."""

    person_id: int
    params: Params


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """How far a chunk comes, how many it looked at, whom of them it tells."""

    cursor: int
    seen: int
    wanted: tuple[Wanted, ...] = field(default=())


def window_chunk(run: ReminderRun) -> Chunk:
    """Residents of the area, also those who stopped and are in no other basic scheme, who have not paid the year."""
    year = _occasion(run).year
    found = _residents(run, year=year)
    if not found:
        return Chunk(cursor=run.cursor, seen=0)
    today = clock.today()
    rules = AreaPolicy.objects.in_force(area_id=run.area_id, on=today).as_rules()
    window = collection_window(year, rules=rules)
    try:
        terms: ResidentYear | None = resident_year(run.area_id, year=year, today=today)
    except BusinessRuleError:
        terms = None  # the year has no standard yet: the message says so
    wanted = {person: is_active for _, person, is_active, is_done in found if not is_done}
    amounts = _amounts(list(wanted), terms=terms, today=today)
    shared = _shared(window, today=today, rules=rules, terms=terms)
    return Chunk(
        cursor=found[-1][0],
        seen=len(found),
        wanted=tuple(
            Wanted(person_id=person, params=_of_window(shared, fen=amounts.get(person), is_active=is_active))
            for person, is_active in wanted.items()
        ),
    )


def _residents(run: ReminderRun, *, year: int) -> list[tuple[int, int, bool, bool]]:
    """Enrollment, person, whether it is active, and whether there is nothing to tell. One statement."""
    period = {"period_starts_on": date(year, 1, 1), "period_ends_on": date(year, 12, 1)}
    of_person = {"person": OuterRef("person"), **period}
    is_paid = Exists(Bill.objects.filter(status=Bill.PAID, **of_person))
    is_recorded = Exists(ContributionRecord.objects.filter(is_received=True, **of_person))
    is_elsewhere = Exists(
        Enrollment.objects.active().filter(person=OuterRef("person"), is_basic=True).exclude(pk=OuterRef("pk"))
    )
    rows = (
        Enrollment.objects.filter(
            area=run.area_id, scheme="390", status__in=[Enrollment.ACTIVE, Enrollment.PAUSED], pk__gt=run.cursor
        )
        .annotate(is_done=Q(is_paid) | Q(is_recorded) | Q(is_elsewhere))
        .order_by("pk")
        .values_list("pk", "person_id", "status", "is_done")[:CHUNK]
    )
    return [(pk, person, status == Enrollment.ACTIVE, bool(is_done)) for pk, person, status, is_done in rows]


def _amounts(people: Sequence[int], *, terms: ResidentYear | None, today: date) -> dict[int, int]:
    """What each pays of the year's standard after the aid they are recognised for. One statement."""
    if terms is None:
        return {}
    options = fundings_of(people, year=terms.year, on=today)
    best = {person: terms.best(options.get(person, ())) for person in people}
    return {
        person: terms.personal_fen - (found.aid_of(terms.personal_fen) if found else 0)
        for person, found in best.items()
    }


def _shared(
    window: CollectionWindow, *, today: date, rules: AreaRules, terms: ResidentYear | None
) -> dict[str, str | int]:
    consequence = resident_consequence(
        window, today=today, fiscal_fen=terms.fiscal_fen if terms else 0, rules=rules
    )  # fmt: skip
    return {
        "year": window.coverage_year,
        "opens_on": window.opens_on.isoformat(),
        "closes_on": window.closes_on.isoformat(),
        "ends_on": (window.extension_ends_on or window.closes_on).isoformat(),
        "consequence": _said(consequence),
    }


def _of_window(shared: Params, *, fen: int | None, is_active: bool) -> Params:
    return {
        **shared,
        "amount": yuan(fen) if fen else "",
        "is_free": int(fen == 0),
        "is_paused": int(not is_active),
    }


def bills_to_tell(run: ReminderRun) -> BillQuerySet:
    """Payable bills that fall due on the day, of people who were not told; a resident year is told of by its window."""
    told = Reminder.objects.filter(person=OuterRef("person"), kind=run.kind, window=run.window)
    return (
        Bill.objects.payable()
        .filter(~Q(basis="") | Q(scheme="310", enrollment__status=Enrollment.ACTIVE))
        .filter(~Exists(told), area=run.area_id, due_on=_occasion(run).day, person__is_deceased=False)
    )


def bills_chunk(run: ReminderRun) -> Chunk:
    """People with bills that fall due on the day. The bills of one person always lie in one chunk."""
    bills = list(
        bills_to_tell(run)
        .filter(person__gt=run.cursor)
        .select_related("enrollment")
        .order_by("person", "pk")[: CHUNK + 1]
    )
    if not bills:
        return Chunk(cursor=run.cursor, seen=0)
    last = bills[-1].person_id
    if len(bills) > CHUNK and bills[0].person_id != last:
        bills = [bill for bill in bills if bill.person_id != last]
    grouped: dict[int, list[Bill]] = {}
    for bill in bills:
        assert bill.person_id is not None  # noqa: S101 - tells the type; the filter holds it
        grouped.setdefault(bill.person_id, []).append(bill)
    today = clock.today()
    rules = AreaPolicy.objects.in_force(area_id=run.area_id, on=today).as_rules()
    return Chunk(
        cursor=max(grouped),
        seen=len(grouped),
        wanted=tuple(
            Wanted(person_id=person, params=_of_bills(own, today=today, rules=rules)) for person, own in grouped.items()
        ),
    )


def _of_bills(bills: Sequence[Bill], *, today: date, rules: AreaRules) -> Params:
    first = bills[0]
    return {
        "count": len(bills),
        "amount": yuan(sum(bill.left_fen for bill in bills)),
        "what": "、".join(dict.fromkeys(f"{bill.period}{bill.get_scheme_display()}" for bill in bills)),
        "due_on": first.due_on.isoformat(),
        "consequence": _said(_if_late(first, today=today, rules=rules)),
    }


def _if_late(bill: Bill, *, today: date, rules: AreaRules) -> tuple[Reason, ...]:
    if bill.basis:
        code = "reminder.of-application" if today <= bill.due_on else "reminder.application-late"
        return (Reason(code, {"number": bill.basis}),)
    paid = bill.enrollment.last_paid_month if bill.enrollment else None
    consequence, why_not = month_consequence(
        Month.of(bill.period_ends_on),
        last_paid=Month.of(paid) if paid else None,
        due_on=bill.due_on,
        today=today,
        rules=rules,
    )
    return why_not or consequence


def _occasion(run: ReminderRun) -> Occasion:
    return Occasion(kind=run.kind, window=run.window)  # type: ignore[arg-type]  # a constraint holds the kinds


def _said(reasons: Iterable[Reason]) -> str:
    return "".join(say(reason) for reason in reasons)
