"""A few applications in different states, filed and decided through the same services as everybody's."""

from dataclasses import dataclass

import structlog
from django.db import transaction

from insured.models import Enrollment
from portal import clock
from portal.accounts.models import User
from portal.demo.services.cast import CAST
from portal.errors import BusinessRuleError
from suspension.models import Application
from suspension.policy.transitions import Action
from suspension.services import desk, stop
from suspension.services.facts import read_stop_case

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Story:
    """Who files a stop, and what the caseworker makes of it; without a decision it waits in the queue."""

    applicant: str
    reason_code: str
    note: str
    caseworker: str = ""
    decision: desk.Decision | None = None


STORIES = (
    Story("罗景行", "joined-310", "下个月到新单位上班，由单位缴费。"),
    Story("尹南汐", "transfer", "户口迁到外地，在当地参保。"),
    Story("邹若川", "joined-310", "已和单位签合同。", "许知行", desk.Decision(action=Action.APPROVE)),
    Story(
        "白清和",
        "other",
        "",
        "许知行",
        desk.Decision(action=Action.RETURN, fields=("reason_code", "note"), text="请写明停保的具体原因"),
    ),
    Story(
        "温书意",
        "leave",
        "离职后想停居民医保。",
        "许知行",
        desk.Decision(action=Action.REJECT, code="reason-mismatch", text="居民医保没有工作单位，离职不是停保原因"),
    ),
)


def seed_applications() -> None:
    """Tell each story once. One that the rules of this day do not allow is left out."""
    users = {user.display_name: user for user in User.objects.filter(email__in=[who.email for who in CAST])}
    for story in STORIES:
        applicant = users[story.applicant]
        if not Application.objects.filter(person__user=applicant).exists():
            _try(story, applicant=applicant, caseworker=users.get(story.caseworker))


def _try(story: Story, *, applicant: User, caseworker: User | None) -> None:
    try:
        with transaction.atomic():
            application = _file(story, by=applicant)
            if story.decision and caseworker:
                _decide(application, decision=story.decision, by=caseworker, token=_token(applicant, step="decide"))
    except BusinessRuleError as refusal:
        log.info("demo_story_left_out", user_id=applicant.pk, reasons=[reason.code for reason in refusal.reasons])


def _file(story: Story, *, by: User) -> Application:
    enrollment = Enrollment.objects.select_related("person", "area", "employer").get(person__user=by, is_basic=True)
    months = read_stop_case(enrollment, today=clock.today()).months
    request = stop.StopRequest(
        reason_code=story.reason_code,
        stop_month=months.earliest.first_day if months.earliest else None,
        contact_phone=by.phone or "",
        contact_email=by.email or "",
        note=story.note,
    )
    draft = stop.save_draft(request, enrollment_id=enrollment.pk, by=by)
    return stop.submit(enrollment_id=enrollment.pk, revision=draft.revision, token=_token(by, step="submit"), by=by)


def _decide(application: Application, *, decision: desk.Decision, by: User, token: str) -> None:
    number = str(application.number)
    taken = desk.take(number=number, version=application.version, by=by)
    desk.decide(decision, number=number, version=taken.version, token=token, by=by)


def _token(user: User, *, step: str) -> str:
    return f"demo-story-{user.handle}-{step}"
