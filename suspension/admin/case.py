"""Everything the review page shows about one case, read in a handful of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery

from insured.labels import SCHEMES
from insured.models import InsuredPerson
from insured.policy.dates import Month
from insured.services.overview import Span
from payments.labels import CONTRIBUTION_KINDS, period_text
from portal import clock, masking
from portal.accounts.models import User
from portal.notifications.models import Delivery
from suspension import labels
from suspension.admin.assessment import Assessment, assess
from suspension.admin.buttons import desk_actions
from suspension.admin.chart import Chart, chart_of, first_day
from suspension.admin.differences import Difference, differences
from suspension.models import Application, ApplicationEvent, Attachment, Revision
from suspension.policy.transitions import Action, Role
from suspension.services import history
from suspension.services.aftercare import WITH_STAFF
from suspension.services.history import History, Talk, read_history, read_talks

RECENT_ROWS = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline."""

    title: str
    at: datetime
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Period:
    """Days of cover, with the name of the scheme."""

    scheme: str
    span: Span


@dataclass(frozen=True, slots=True)
class Paid:
    """A contribution, with the period it is for."""

    record: history.Paid
    period: str
    kind: str


@dataclass(frozen=True, slots=True)
class Material:
    """An uploaded file and the numbers of its rendered pages."""

    attachment: Attachment
    pages: range


@dataclass(frozen=True, slots=True)
class Told:
    """A message about the case: where it went and how far it got."""

    channel: str
    address: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """The review page as data."""

    application: Application
    person: InsuredPerson
    month: Month | None
    assessment: Assessment | None
    chart: Chart
    periods: list[Period]
    contributions: list[Paid]
    materials: list[Material]
    timeline: list[Entry]
    earlier: list[Application]
    differences: list[Difference]
    talks: tuple[Talk, ...]
    actions: frozenset[Action]
    told: list[Told]

    @property
    def reason_code(self) -> str:
        """The national code of the reason."""
        return labels.STOP_REASON_CODES.get(self.application.reason_code, "")

    @property
    def returned_fields(self) -> str:
        """What the applicant is asked to correct, in words."""
        return "、".join(labels.CORRECTABLE[name] for name in self.application.returned_fields)


def is_overdue(application: Application, *, today: date) -> bool:
    """The promised day is over and the case still lies with the staff."""
    return application.state in WITH_STAFF and application.due_on is not None and application.due_on < today


def is_urged(application: Application) -> bool:
    """The applicant urged, and the case still lies with the staff."""
    return application.state in WITH_STAFF and application.urged_at is not None


def find_case(number: str, *, user: User) -> Application:
    """The case with what belongs to it, if it lies in one's own areas; Application.DoesNotExist otherwise."""
    previous = (
        Revision.objects.filter(application=OuterRef("pk"), no__lt=OuterRef("revision"))
        .order_by("-no")
        .values("content")[:1]
    )
    application = (
        Application.objects.in_charge_of(user)
        .select_related(
            *("person__user", "enrollment__employer", "area", "taken_by", "decided_by", "refers_to"),
            "transfer_from__area",
        )
        .annotate(previous_content=Subquery(previous))
        .get(number=number)
    )
    application.enrollment.person, application.enrollment.area = application.person, application.area
    return application


def read_case(application: Application, *, user: User) -> CaseFile:
    """Everything else about a case of find_case."""
    person = application.person
    is_with_staff = application.state in WITH_STAFF
    events = list(
        ApplicationEvent.objects.filter(
            application__person=person, application__area=application.area_id, application__number__isnull=False
        )
        .select_related("actor", "application")
        .defer("application__contact_phone", "actor__phone")
        .order_by("application_id", "version")
    )
    attachments = list(Attachment.objects.filter(application=application).order_by("id"))
    known = read_history(person, area_id=application.area_id, since=first_day(clock.today()))
    assessment = assess(application, spans=known.spans_of(application.enrollment_id)) if is_with_staff else None
    possible = desk_actions(application, user=user)
    return CaseFile(
        application=application,
        person=person,
        month=Month.of(application.stop_month) if application.stop_month else None,
        assessment=assessment,
        chart=_chart(application, known=known, assessment=assessment),
        periods=[Period(SCHEMES[one.scheme], one.span) for one in known.covered],
        contributions=[
            Paid(one, period_text(first=one.first, last=one.last), CONTRIBUTION_KINDS[one.kind]) for one in known.paid
        ],
        materials=_materials(attachments),
        timeline=[_entry(event) for event in events if event.application_id == application.pk],
        earlier=_others(events, than=application),
        differences=differences(application, attachments=attachments),
        talks=read_talks(
            person, area_code=application.area.code, numbers={event.application.number or "" for event in events}
        ),
        actions=possible,
        told=[] if is_with_staff else _told(application),
    )


def _chart(application: Application, *, known: History, assessment: Assessment | None) -> Chart:
    """Basic cover and what was paid for it; where the stop would take effect, or did."""
    effect = assessment.effect if assessment else None
    stops_on = effect.effective_on if effect else application.effective_on
    is_stop = application.last_covered_on is not None or effect is not None
    return chart_of(
        (one.span for one in known.covered if one.is_basic),
        ((Month.of(one.first), Month.of(one.last)) for one in known.paid if one.kind not in history.REFUNDS),
        today=clock.today(),
        marks=[("停保生效日", stops_on)] if is_stop and stops_on else [],
    )


def _materials(attachments: Iterable[Attachment]) -> list[Material]:
    kept = (row for row in attachments if row.removed_at is None)
    return [Material(row, range(1, row.pages + 1 if row.state == "ready" else 1)) for row in kept]


def _entry(event: ApplicationEvent) -> Entry:
    who = labels.ROLES[event.role]
    if event.actor is not None and event.role != Role.APPLICANT:
        who = f"{event.actor.display_name}（{who}）"
    elif event.actor is not None and event.acted_for_id:
        is_counter = event.application.channel == "window" and event.actor_id == event.application.applicant_id
        who = f"{event.actor.display_name}（{'窗口代录' if is_counter else '家人代办'}）"
    reason = labels.REJECTIONS.get(event.reason_code) or labels.REASONS.get(event.reason_code, "")
    tone = labels.STATE_TONES.get(event.to_state, "")
    return Entry(
        f"{labels.ACTIONS[event.action]} · {who}",
        event.at,
        "；".join(part for part in (reason, event.text) if part),
        "" if tone == "info" else tone,
    )


def _others(events: Iterable[ApplicationEvent], *, than: Application) -> list[Application]:
    """The other cases of the person, the latest first."""
    cases = {event.application_id: event.application for event in events if event.application_id != than.pk}
    return sorted(cases.values(), key=lambda case: -case.pk)


def _told(application: Application) -> list[Told]:
    """The SMS and the e-mail with the latest news of the case; addresses masked."""
    rows = list(Delivery.objects.filter(subject_number=application.number).order_by("-id")[:RECENT_ROWS])
    return [
        Told(
            row.get_channel_display(),
            masking.mask_phone(row.address) if row.channel == Delivery.Channel.SMS else masking.mask_email(row.address),
            row.get_state_display(),
        )
        for row in rows
        if row.template == rows[0].template
    ]
