"""转移接续: the request, what the rules say to it, and what an approval opens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from insured.models import AreaPolicy, CoveragePeriod, CreditedMonths, Enrollment, InsuredPerson
from insured.policy.dates import Month
from insured.policy.years import TRANSFER
from insured.services.overview import covered_months
from payments.services.history import months_paid
from portal import clock
from portal.accounts.models import User
from portal.errors import Reason
from portal.workdays import add_workdays
from suspension import items
from suspension.models import Application, TransferLeg
from suspension.policy.transfer import (
    DAYS,
    RETIRED,
    Combined,
    Leg,
    Record,
    Side,
    TransferFacts,
    Way,
    check_transfer,
    combine,
)
from suspension.policy.transitions import OPEN_STATES, Action, State
from suspension.services import filing
from suspension.services.facts import holidays
from suspension.services.filing import Kind, Verdict
from suspension.services.workflow import SYSTEM, move

ELSEWHERE, HERE = "外地", "本地"
"""Stand for an area outside this hall that was not named yet, and for one of this hall where there is no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest:
    """What the form asks for. Without `transfer_from_id` the old record lies outside, in `transfer_source`."""

    transfer_from_id: int | None
    transfer_source: str
    transfer_target: str
    contact_phone: str
    contact_email: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way to transfer, of those that the records of the person allow; `reasons` say why it is not accepted now."""

    code: str
    way: Way
    source: Enrollment | None
    target: Enrollment | None
    reasons: tuple[Reason, ...]

    @property
    def about(self) -> Enrollment | None:
        """The record whose area takes the application: the one that is joined, where it is in this hall."""
        return self.target or self.source


def offers(person: InsuredPerson, *, today: date) -> tuple[Offer, ...]:
    """Every way with its conditions as they are today: two statements."""
    return _all_offers(person, own=None, today=today)


def offers_for(application: Application, *, today: date) -> tuple[Offer, ...]:
    """The ways that a correction may ask for: those about the same record, whose area decides the case."""
    found = _all_offers(application.person, own=application, today=today)
    return tuple(one for one in found if one.about and one.about.pk == application.enrollment_id)


def _all_offers(person: InsuredPerson, *, own: Application | None, today: date) -> tuple[Offer, ...]:
    known = _basic(person)
    running = running_number(person.pk, own=own)
    return tuple(_offers(known, person=person, running=running, today=today))


def _basic(person: InsuredPerson) -> list[Enrollment]:
    rows = Enrollment.objects.filter(person=person, is_basic=True).exclude(status=Enrollment.NONE)
    return list(rows.select_related("person__user", "area", "employer").order_by("id"))


def _source_of(application: Application, *, source_id: int | None) -> Enrollment | None:
    """The record of the person that is left; None where it lies outside this hall."""
    if source_id is None:
        return None
    return Enrollment.objects.select_related("area").get(pk=source_id, person=application.person_id)


def _offers(known: Sequence[Enrollment], *, person: InsuredPerson, running: str, today: date) -> Iterator[Offer]:
    target = next((one for one in known if one.status == Enrollment.ACTIVE), None)
    paused = [one for one in known if one.status == Enrollment.PAUSED]

    def offer(code: str, way: Way, *, source: Enrollment | None, to: Enrollment | None) -> Offer:
        facts = TransferFacts(
            way=way,
            source=_side(source, today=today),
            target=_side(to, today=today, place=HERE if way is Way.IN else ELSEWHERE),
            is_deceased=person.is_deceased,
            running_number=running,
        )
        return Offer(code=code, way=way, source=source, target=to, reasons=check_transfer(facts))

    for number, source in enumerate(paused, start=1):
        if target is not None and target.area_id != source.area_id:
            yield offer(f"between-{number}", Way.BETWEEN, source=source, to=target)
    for number, source in enumerate(paused or [one for one in known if one == target], start=1):
        yield offer(f"out-{number}", Way.OUT, source=source, to=None)
    yield offer("in-1", Way.IN, source=None, to=target)


def _side(enrollment: Enrollment | None, *, today: date, place: str = ELSEWHERE) -> Side:
    if enrollment is None:
        return Side(area=place)
    return Side(
        area=enrollment.area.name,
        status=enrollment.status,
        is_retired=enrollment.category.startswith(RETIRED),
        is_stop_ahead=bool(enrollment.paused_on and enrollment.paused_on > today),
    )


def running_number(person_id: int, *, own: Application | None) -> str:
    """The transfer that is going on already; empty when there is none."""
    states = [*OPEN_STATES, State.APPROVED]
    others = Application.objects.filter(person=person_id, item__in=items.LEGGED, state__in=states)
    if own is not None:
        others = others.exclude(pk=own.pk)
    return others.order_by("id").values_list("number", flat=True).first() or ""


def way_of(application: Application) -> Way:
    """Which sides are in this hall."""
    return _way(application, source_id=application.transfer_from_id)


def _way(application: Application, *, source_id: int | None) -> Way:
    if source_id is None:
        return Way.IN
    return Way.OUT if source_id == application.enrollment_id else Way.BETWEEN


def facts_of(application: Application, *, today: date) -> TransferFacts:
    """What the rules need to know about an application or a draft, as it is on that day."""
    return _facts(filing.request_of(KIND, application), application, today)


def _facts(request: TransferRequest, application: Application, today: date) -> TransferFacts:
    """The same for what is asked for now: a correction may name another record, or another place."""
    way = _way(application, source_id=request.transfer_from_id)
    source = _source_of(application, source_id=request.transfer_from_id)
    about = None if way is Way.OUT else application.enrollment
    return TransferFacts(
        way=way,
        source=_side(source, today=today, place=request.transfer_source.strip()),
        target=_side(about, today=today, place=request.transfer_target.strip()),
        is_deceased=application.person.is_deceased,
        running_number=running_number(application.person_id, own=application),
    )


def _judge(request: TransferRequest, application: Application, today: date) -> Verdict:
    """Why this cannot be sent in."""
    rules = AreaPolicy.objects.in_force(area_id=application.area_id, on=today).as_rules()
    missing = () if request.contact_phone else (Reason("stop.phone-missing"),)
    return Verdict((*missing, *check_transfer(_facts(request, application, today))), rules)


KIND = Kind(items.TRANSFER, TransferRequest, _judge)


def save_draft(request: TransferRequest, *, enrollment_id: int, by: User) -> Application:
    """filing.save_draft of a transfer."""
    return filing.save_draft(KIND, request, enrollment_id=enrollment_id, by=by)


def refusals(application: Application, *, today: date) -> tuple[Reason, ...]:
    """Why the transfer cannot be approved today."""
    return check_transfer(facts_of(application, today=today))


def open_out_leg(application: Application, today: date) -> None:
    """The approval accepts the transfer: the area that is left has its working days from now on."""
    way = way_of(application)
    source = _source_of(application, source_id=application.transfer_from_id)
    TransferLeg.objects.create(
        application=application,
        kind=Leg.OUT,
        area=source.area if source else application.area,
        place=source.area.name if source else application.transfer_source,
        is_outside=way is Way.IN,
        starts_on=today,
        due_on=add_workdays(today, days=DAYS[Leg.OUT], overrides=holidays()),
    )


def open_in_leg(application: Application, today: date) -> TransferLeg:
    """The area that is left is done: the one that is joined has its working days from now on."""
    is_outside = way_of(application) is Way.OUT
    return TransferLeg.objects.create(
        application=application,
        kind=Leg.IN,
        area=application.area,
        place=application.transfer_target if is_outside else application.area.name,
        is_outside=is_outside,
        starts_on=today,
        due_on=add_workdays(today, days=DAYS[Leg.IN], overrides=holidays()),
    )


def is_through(application: Application, _today: date) -> bool:
    """Both areas are done."""
    return TransferLeg.objects.filter(application=application, kind=Leg.IN, done_at__isnull=False).exists()


def complete(application: Application, *, is_silent: bool) -> None:
    """已办结, in the caller's transaction."""
    move(application, action=Action.COMPLETE, by=SYSTEM, is_silent=is_silent, completed_at=clock.now())


def record_in_hall(enrollment_id: int, *, until: date) -> tuple[str, frozenset[Month]]:
    """What this hall says of an enrollment: its scheme, the months of it, and those transferred to it."""
    enrollment = Enrollment.objects.get(pk=enrollment_id)
    came = CreditedMonths.objects.standing().filter(
        person=enrollment.person_id, area=enrollment.area_id, scheme=enrollment.scheme, source=TRANSFER
    )
    months = months_of(enrollment, until=until).union(*(one.as_credit().months for one in came))
    return enrollment.scheme, frozenset(months)


def months_of(enrollment: Enrollment, *, until: date) -> set[Month]:
    """The calendar months of an enrollment: those paid for, or covered where its payments are not in this hall."""
    paid = months_paid(enrollment.person_id, area_id=enrollment.area_id, scheme=enrollment.scheme)
    due = {month for month in paid if month <= Month.of(until)}
    return due or covered_months(CoveragePeriod.objects.counting().filter(enrollment=enrollment), day=until)


def combined_of(application: Application, *, out: TransferLeg, today: date) -> Combined | None:
    """The months of both records together; None where the joined one lies outside, or the other side has not said."""
    if way_of(application) is Way.OUT or out.months is None:
        return None
    joined = months_of(application.enrollment, until=today)
    return combine(
        Record(scheme=out.scheme, months=out.months, last=Month.of(out.last_month) if out.last_month else None),
        joined=Record(scheme=application.enrollment.scheme, months=len(joined), last=max(joined, default=None)),
        first_joined=min(joined, default=None),
        both=out.paid_months & joined,
        rules=AreaPolicy.objects.in_force(area_id=application.area_id, on=today).as_rules(),
    )
