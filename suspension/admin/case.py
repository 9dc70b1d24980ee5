"""Everything the review page shows about one case, read in a handful of statements."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Subquery

from insured.models import CoveragePeriod, InsuredPerson
from insured.policy.dates import Month
from insured.policy.effective import Hole, StopEffect
from insured.services.staff import duties_of
from payments.labels import period_text
from payments.models import ContributionRecord
from portal import clock, masking
from portal.accounts.models import User
from portal.errors import Reason
from portal.notifications.models import Delivery
from portal.templatetags.hall import cn_date
from suspension import items, labels
from suspension.models import Application, ApplicationEvent, Attachment, Revision
from suspension.policy.cancel import cancel_checks
from suspension.policy.stop import stop_advice, stop_checks
from suspension.policy.transitions import Action, Role, State, actions
from suspension.services.aftercare import WITH_STAFF
from suspension.services.cancel import facts_of
from suspension.services.desk import DECISIONS
from suspension.services.facts import StopCase, read_stop_case

DESK_ACTIONS = frozenset({Action.TAKE, Action.RELEASE, *DECISIONS})
"""The actions that the desk has a service for."""
RECENT_ROWS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """An automatic check with its answer; `finding` is what was found when all is well."""

    label: str
    is_ok: bool
    finding: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the rules say today about a case that lies with the staff; only a stop has days and a hole."""

    checks: tuple[CheckLine, ...]
    advice: tuple[Reason, ...] = ()
    case: StopCase | None = None
    effect: StopEffect | None = None
    hole: Hole | None = None

    @property
    def is_green(self) -> bool:
        """Nothing stands in the way of an approval."""
        return all(check.is_ok for check in self.checks)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline."""

    title: str
    at: datetime
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A contribution, with the period it is for."""

    record: ContributionRecord
    period: str


@dataclass(frozen=True, slots=True)
class Material:
    """An uploaded file and the numbers of its rendered pages."""

    attachment: Attachment
    pages: range


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was sent anew: before and now."""

    label: str
    before: str
    now: str


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
    periods: list[CoveragePeriod]
    contributions: list[Paid]
    materials: list[Material]
    timeline: list[Entry]
    earlier: list[Application]
    differences: list[Difference]
    actions: frozenset[Action]
    told: list[Told]
    next_number: str

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
        .select_related("person__user", "enrollment__employer", "area", "taken_by", "decided_by", "refers_to")
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
    materials = _materials(application)
    return CaseFile(
        application=application,
        person=person,
        month=Month.of(application.stop_month) if application.stop_month else None,
        assessment=_assess(application) if is_with_staff else None,
        periods=list(
            CoveragePeriod.objects.counting()
            .filter(enrollment=application.enrollment_id)
            .order_by("-starts_on", "-id")[:RECENT_ROWS]
        ),
        contributions=_contributions(application),
        materials=materials,
        timeline=[_entry(event) for event in events if event.application_id == application.pk],
        earlier=_others(events, than=application),
        differences=_differences(application, materials=materials),
        actions=desk_actions(application, user=user),
        told=[] if is_with_staff else _told(application),
        next_number="" if is_with_staff else next_number(user),
    )


def desk_actions(application: Application, *, user: User) -> frozenset[Action]:
    """The buttons: what the table allows the roles held in this area.

    After somebody took it, a caseworker's are theirs alone; a reviewer's are never theirs.
    """
    duties, is_holder = duties_of(user), application.taken_by_id == user.pk
    is_open_to = {
        Role.CASEWORKER: is_holder or application.taken_by_id is None,
        Role.REVIEWER: not is_holder,
        Role.SUPERVISOR: True,
    }
    possible = {
        action
        for role, is_open in is_open_to.items()
        if is_open and duties.has(role, area_id=application.area_id)
        for action in actions(application.state, role=role)
    }
    if not items.ITEMS[application.item].is_correctable:
        possible.discard(Action.RETURN)
    return DESK_ACTIONS & possible


def next_number(user: User) -> str:
    """The case to go on with: one's own first, then the waiting one that is due first; empty when none is left."""
    mine = Application.objects.in_charge_of(user).filter(state=State.UNDER_REVIEW, taken_by=user)
    waiting = Application.objects.in_charge_of(user).filter(state=State.SUBMITTED)
    found = (mine | waiting).order_by(F("taken_by").asc(nulls_last=True), "due_on", "id")
    return found.values_list("number", flat=True).first() or ""


def _assess(application: Application) -> Assessment:
    if application.refers_to is not None and application.item == items.CANCEL_STOP.code:
        return Assessment(checks=_cancel_lines(application, stop=application.refers_to))
    case = read_stop_case(application.enrollment, today=clock.today(), own=application)
    month = Month.of(application.stop_month) if application.stop_month else None
    enrollment = application.enrollment
    findings = {
        "active": f"{enrollment.get_scheme_display()}：{enrollment.get_status_display()}",
        "own-account": f"{enrollment.get_category_display()}，参保单位：{enrollment.employer.name}",
        "alive": "没有死亡登记",
        "only-one": "没有其他在办或待生效的停保申请",
        "window": f"本地每月{case.facts.filing_day_from}日至{case.facts.filing_day_to}日受理",
        "resume": f"预计{Month.of(resume)}恢复" if (resume := application.resume_month) else "没有填写预计恢复月",
        "month": f"{case.months.earliest}至{case.months.latest}可选，申请的是{month or '审核通过后尽快'}",
    }
    checks = tuple(
        CheckLine(
            label=labels.CHECKS[check.code], is_ok=check.is_ok, finding=findings[check.code], reasons=check.reasons
        )
        for check in stop_checks(case.facts, month=month)
    )
    effect = case.effect(month)
    advice = stop_advice(case.facts, reason_code=application.reason_code, month=month)
    return Assessment(case=case, checks=checks, advice=advice, effect=effect, hole=case.hole(effect))


def _cancel_lines(own: Application, *, stop: Application) -> tuple[CheckLine, ...]:
    facts = facts_of(own)
    findings = {
        "still-approved": f"{stop.number}：{labels.STATES[stop.state]}",
        "in-time": f"停缴生效日：{cn_date(stop.effective_on)}，取消申请日：{cn_date(facts.filed_on)}",
    }
    return tuple(
        CheckLine(
            label=labels.CHECKS[check.code], is_ok=check.is_ok, finding=findings[check.code], reasons=check.reasons
        )
        for check in cancel_checks(facts)
    )


def _contributions(application: Application) -> list[Paid]:
    records = ContributionRecord.objects.filter(person=application.person_id, area=application.area_id)
    return [
        Paid(record, period_text(first=record.period_starts_on, last=record.period_ends_on))
        for record in records.order_by("-period_starts_on", "-id")[:RECENT_ROWS]
    ]


def _materials(application: Application) -> list[Material]:
    kept = Attachment.objects.kept().filter(application=application).order_by("id")
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


def _differences(application: Application, *, materials: list[Material]) -> list[Difference]:
    """What the applicant changed with the last submission."""
    content: str | None = getattr(application, "previous_content", None)
    if not content:
        return []
    before = json.loads(content)
    now = {
        "reason_code": application.reason_code,
        "stop_month": application.stop_month.isoformat() if application.stop_month else "",
        "contact_phone": application.contact_phone,
        "contact_email": application.contact_email,
        "note": application.note,
        "resume_month": application.resume_month.isoformat() if application.resume_month else "",
        "transfer_target": application.transfer_target,
    }
    found = [
        Difference(labels.CORRECTABLE[name], _shown(name, before.get(name, "")), _shown(name, value))
        for name, value in now.items()
        if before.get(name, "") != value
    ]
    sent, kept = set(before.get("materials", ())), {one.attachment.public_id for one in materials}
    if sent != kept:
        text = f"新增{len(kept - sent)}份，移除{len(sent - kept)}份"
        found.append(Difference(labels.CORRECTABLE["material"], f"{len(sent)}份", f"{len(kept)}份（{text}）"))
    return found


def _shown(name: str, value: str) -> str:
    if not value:
        return "未填写"
    if name == "reason_code":
        return labels.STOP_REASONS.get(value, value)
    if name in ("stop_month", "resume_month"):
        return str(Month.parse(value[:7]))
    return masking.mask_phone(value) if name == "contact_phone" else value


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
