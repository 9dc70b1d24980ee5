"""Move a case: the one place that writes a state, its event and what is told about it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from insured.services.coverage import lock_enrollment
from portal import labels as wording
from portal.accounts.models import User
from portal.audit.services import current_request_id
from portal.errors import ConflictError, Reason
from portal.notifications.services import Recipient, tell
from suspension import items, labels
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import EVERYWHERE, Action, Role, State, Transition, find


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves the case, and in which capacity."""

    user: User | None
    role: Role


SYSTEM = Actor(None, Role.SYSTEM)


def applicant_of(application: Application, *, user: User) -> Actor:
    """The person the case is about. PermissionError for anybody else: the page should not have got here."""
    if application.person.user_id != user.pk:
        raise PermissionError("not the applicant")
    return Actor(user, Role.APPLICANT)


TEMPLATES = {
    Action.SUBMIT: "submitted",
    Action.WITHDRAW: "withdrawn",
    Action.RETURN: "returned",
    Action.RESUBMIT: "resubmitted",
    Action.REJECT: "rejected",
    Action.APPROVE: "approved",
    Action.AUTO_APPROVE: "approved",
    Action.CONFIRM: "approved",
    Action.LAPSE: "lapsed",
    Action.COMPLETE: "completed",
    Action.VOID: "voided",
}
"""What each step is told with: templates/notifications/<item>_<name>."""
REMINDER = "correction_reminder"
"""What a late correction is reminded of with."""


def told_about(item: items.Item) -> set[str]:
    """The names of the messages an item needs: without what cannot happen to it."""
    never = set() if item.is_correctable else {"returned", "resubmitted", "lapsed", REMINDER}
    never |= {"completed", "voided"} if item.takes_effect_at_once else set()
    return {*TEMPLATES.values(), REMINDER} - never


def lock_application(number: str) -> Application:
    """Lock from the top: the enrollment, then the case and the one it refers to, by pk. Raises DoesNotExist."""
    keys = Application.objects.values_list("pk", "enrollment_id", "refers_to")
    pk, enrollment_id, refers_to = keys.get(number=number)
    enrollment = lock_enrollment(enrollment_id)
    wanted = Application.objects.filter(pk__in=[pk, refers_to]) if refers_to else Application.objects.filter(pk=pk)
    locked = {row.pk: row for row in wanted.select_for_update(no_key=True, of=("self",)).order_by("pk")}
    for row in locked.values():
        row.enrollment, row.person, row.area = enrollment, enrollment.person, enrollment.area
    application = locked[pk]
    if refers_to:
        application.refers_to = locked[refers_to]
    return application


def check_version(application: Application, *, version: int) -> None:
    """ConflictError when the case changed since the page was shown; it says who did what."""
    if application.version != version:
        raise ConflictError(conflict(application.pk))


def conflict(application_id: int) -> Reason:
    """Who was first, what they did and where the case stands now."""
    last = (
        ApplicationEvent.objects.filter(application_id=application_id)
        .select_related("actor")
        .order_by("-version")
        .first()
    )
    if last is None:
        return Reason("case.stale", {"state": labels.STATES[State.DRAFT]})
    if last.role in (Role.APPLICANT, Role.SYSTEM) or last.actor is None:
        who = labels.ROLES[last.role]
    else:
        who = last.actor.display_name
    return Reason(
        "case.somebody-first",
        {
            "who": who,
            "at": last.at,
            "did": labels.ACTIONS[last.action],
            "state": labels.STATES[last.to_state],
        },
    )


def move(
    application: Application,
    *,
    action: Action,
    by: Actor,
    code: str = "",
    text: str = "",
    is_silent: bool = False,
    **changes: Any,
) -> ApplicationEvent:
    """Take one edge of TRANSITIONS inside the caller's transaction; `changes` are fields written with it.

    `code` and `text` say why, on the event and to the applicant.

    ConflictError when the table has no such edge from here, or when somebody else moved the case first: the state and
    the version stand in the WHERE. Nobody is told when `is_silent`.
    """
    transition = find(application.state, action)
    if transition is None:
        raise ConflictError(
            Reason("case.not-possible", {"state": labels.STATES[application.state], "action": labels.ACTIONS[action]})
        )
    if by.role not in transition.roles:
        raise PermissionError(f"{by.role} may not {action}")
    if transition.needs_reason and not (code or text):
        raise ValueError(f"{action} needs a reason")
    before = application.state
    changed = Application.objects.filter(pk=application.pk, state=before, version=application.version).update(
        state=transition.to, version=F("version") + 1, **changes
    )
    if not changed:
        raise ConflictError(conflict(application.pk))
    for name, value in (changes | {"state": transition.to, "version": application.version + 1}).items():
        setattr(application, name, value)
    event = ApplicationEvent.objects.create(
        application=application,
        version=application.version,
        action=action,
        from_state=before,
        to_state=transition.to,
        actor=by.user,
        role=by.role,
        reason_code=code,
        text=text,
        request_id=current_request_id(),
    )
    if transition.notifies is not None and not is_silent:
        _tell(application, action=action, transition=transition, reason_code=code, text=text)
    return event


def _tell(application: Application, *, action: Action, transition: Transition, reason_code: str, text: str) -> None:
    tell(
        event_key=f"application:{application.number}:{application.version}",
        template=f"{application.item}_{TEMPLATES[action]}",
        params=message_params(application, reason_code=reason_code, text=text),
        to=_recipient(application),
        subject_number=application.number or "",
        url_name="application",
        channels=transition.notifies or (),
    )


def remind(application: Application) -> None:
    """Tell the applicant that a correction is still awaited; no step of the case."""
    tell(
        event_key=f"application:{application.number}:{application.version}:warned",
        template=f"{application.item}_{REMINDER}",
        params=message_params(application, reason_code="", text=""),
        to=_recipient(application),
        subject_number=application.number or "",
        url_name="application",
        channels=EVERYWHERE,
    )


def _recipient(application: Application) -> Recipient:
    return Recipient(
        user=application.person.user,
        phone=application.contact_phone,
        email=application.contact_email or None,
        area_code=application.area.code,
    )


def message_params(application: Application, *, reason_code: str, text: str) -> dict[str, str | int]:
    """What a message about this case may say: public values only."""

    def iso(name: str) -> str:
        value = getattr(application, name)
        return value.isoformat() if value else ""

    item = items.ITEMS[application.item]
    reason = labels.REJECTIONS.get(reason_code) or (
        wording.say(Reason(reason_code)) if reason_code in labels.REASONS else ""
    )
    return {
        "number": application.number or "",
        "refers_to": (application.refers_to.number or "") if application.refers_to else "",
        "item": item.title_for(application.enrollment.scheme, is_through_unit=application.enrollment.is_through_unit),
        "effective_on": iso("effective_on"),
        "last_covered_on": iso("last_covered_on"),
        "due_on": iso("due_on"),
        "correction_due_on": iso("correction_due_on"),
        "fields": "、".join(labels.CORRECTABLE[name] for name in application.returned_fields),
        "reason": "；".join(part for part in (reason, text.rstrip("。；; ")) if part),
    }
