"""What is known of a person beside the case: covered days and payments, and what was talked about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Value

from insured.models import CoveragePeriod, InsuredPerson
from insured.services.overview import Span
from payments.models import ContributionRecord
from portal.help.labels import CALL_DIRECTIONS, CONSULTATION_STATES
from portal.help.models import Consultation, PhoneNote

COVERED, PAID = "covered", "paid"
REFUNDS = frozenset({"20", "991"})
"""Kinds of contributions that went back to the payer."""
CONSULTED, CALLED = "consulted", "called"
TALKS = 20
"""So many of the latest conversations are shown."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A period of cover; `is_basic` says whether by a basic scheme."""

    enrollment_id: int
    scheme: str
    is_basic: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment for the months from `first` to `last`, both their first days; `kind` is a code of payments.labels."""

    scheme: str
    kind: str
    first: date
    last: date
    personal_fen: int
    unit_fen: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class History:
    """The latest first."""

    covered: tuple[Covered, ...]
    paid: tuple[Paid, ...]

    def spans_of(self, enrollment_id: int) -> tuple[Span, ...]:
        """The periods of one enrollment, the earliest first."""
        return tuple(one.span for one in reversed(self.covered) if one.enrollment_id == enrollment_id)


def read_history(person: InsuredPerson, *, area_id: int, since: date) -> History:
    """Cover and payments in an area that reach behind a day. One statement."""
    reaches = Q(ends_on__isnull=True) | Q(ends_on__gte=since)
    covered = CoveragePeriod.objects.counting().filter(reaches, person=person, enrollment__area=area_id)
    paid = ContributionRecord.objects.filter(person=person, area=area_id, period_ends_on__gte=since, is_received=True)
    nothing, basic = Value(0), Value(value=True)
    rows = covered.values_list(
        Value(COVERED), "enrollment_id", "enrollment__scheme", Value(""), "starts_on", "ends_on", nothing, nothing,
        "starts_on", "is_basic",
    ).union(
        paid.values_list(
            Value(PAID), "enrollment_id", "scheme", "kind", "period_starts_on", "period_ends_on", "personal_fen",
            "unit_fen", "paid_on", basic,
        ),
        all=True,
    )  # fmt: skip
    ordered = sorted(rows, key=lambda row: (row[4], row[8]), reverse=True)
    return History(
        covered=tuple(
            Covered(enrollment_id, scheme, bool(is_basic), Span(first, last))
            for what, enrollment_id, scheme, _kind, first, last, *_, is_basic in ordered
            if what == COVERED
        ),
        paid=tuple(
            Paid(scheme, kind, first, last, personal, unit, paid_on)
            for what, _of, scheme, kind, first, last, personal, unit, paid_on, _ in ordered
            if what == PAID
        ),
    )


@dataclass(frozen=True, slots=True)
class Talk:
    """A consultation, with the number of its thread, or a call, without one."""

    at: datetime
    kind: str
    text: str
    who: str
    subject: str
    thread: str


def read_talks(person: InsuredPerson, *, area_code: str, numbers: Collection[str]) -> tuple[Talk, ...]:
    """What was asked and said about these cases, and what the person asked besides; the latest first. One statement.

    Only what belongs to the area, or to a consultation whose area nobody knows.
    """
    about = Q(subject__in=numbers)
    if person.user_id:
        about |= Q(user=person.user_id)
    consultations = Consultation.objects.in_charge_of([area_code]).filter(about)
    calls = PhoneNote.objects.filter(subject__in=numbers, area_code=area_code)
    rows = (
        consultations.order_by()
        .values_list(Value(CONSULTED), "created_at", "state", "title", "taken_by__display_name", "subject", "number")
        .union(
            calls.values_list(Value(CALLED), "at", "direction", "text", "author__display_name", "subject", Value("")),
            all=True,
        )
    )
    latest = sorted(rows, key=lambda row: row[1], reverse=True)[:TALKS]
    return tuple(
        Talk(at, _kind_of(what, code=code), text, who or "待接办", subject, thread)
        for what, at, code, text, who, subject, thread in latest
    )


def _kind_of(what: str, *, code: str) -> str:
    return CALL_DIRECTIONS[code] if what == CALLED else f"在线咨询（{CONSULTATION_STATES[code]}）"
