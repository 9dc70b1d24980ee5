"""Move a case: the one place that writes a state, its event and what is told about it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from insured.models import CoveragePeriod, InsuredPerson
from insured.services.coverage import lock_enrollment
from insured.services.family import may_act
from payments.models import Bill
from portal import labels as wording
from portal import masking
from portal.accounts.models import User
from portal.audit.services import current_request_id
from portal.errors import ConflictError, Reason
from portal.money import yuan
from portal.notifications.services import Recipient, tell
from suspension import items, labels
from suspension.models import Application, ApplicationEvent
from suspension.policy.transitions import EVERYWHERE, Action, Role, State, find


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves the case, in which capacity, and for whom if it is not their own."""

    user: User | None
    role: Role
    acted_for: InsuredPerson | None = None


SYSTEM = Actor(None, Role.SYSTEM)


def applicant_of(application: Application, *, user: User) -> Actor:
    """The person the case is about, or a relative with their consent of today.

    PermissionError for anybody else: the page should not have got here.
    """
    return applicant_for(application.person, user=user)


def applicant_for(person: InsuredPerson, *, user: User) -> Actor:
    """The same before there is a case; one statement when somebody acts for a relative, none otherwise."""
    if person.user_id == user.pk:
        return Actor(user, Role.APPLICANT)
    if not may_act(user, person=person):
        raise PermissionError("neither the applicant nor a relative with consent")
    return Actor(user, Role.APPLICANT, acted_for=person)


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

    `code` and `text` say why, on the event and to the applicant; what identifies somebody in the text is masked.

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
    text = masking.mask_text(text)
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
        acted_for=by.acted_for,
        reason_code=code,
        text=text,
        fields=changes.get("returned_fields", []),
        request_id=current_request_id(),
    )
    if transition.notifies is not None and not is_silent:
        _tell(
            application,
            template=TEMPLATES[action],
            key=str(application.version),
            params=message_params(application, reason_code=code, text=text),
            channels=EVERYWHERE if _is_news_everywhere(application, action) else transition.notifies,
            by=by,
        )
    return event


def _is_news_everywhere(application: Application, action: Action) -> bool:
    """A payment has brought cover, or two areas are through: no approval could tell it, so every channel does."""
    item = items.ITEMS[application.item]
    return action is Action.COMPLETE and (item.is_paid or item.has_legs)


def _tell(
    application: Application,
    *,
    template: str,
    key: str,
    params: dict[str, str | int],
    channels: tuple[str, ...],
    by: Actor = SYSTEM,
) -> None:
    """The person is told; whoever acts for them, too, as long as they consent."""
    relative, writer_id = _relative(application, by=by), _writing_relative(application)
    event_key = f"application:{application.number}:{key}"
    tell(
        event_key=event_key,
        template=f"{items.ITEMS[application.item].template}_{template}",
        params=params | ({"by_relative": 1} if relative else {}),
        to=_recipient(application, by_relative=writer_id is not None),
        subject_number=application.number or "",
        url_name="application",
        channels=channels,
    )
    if relative is not None and may_act(relative, person=application.person):
        phone = application.contact_phone if relative.pk == writer_id else relative.phone
        tell(
            event_key=f"{event_key}:relative",
            template="relative_news",
            params={"number": params["number"], "item": params["item"], "state": labels.STATES[application.state]},
            to=Recipient(
                user=relative,
                phone=None if phone == application.person.phone else phone,
                email=None,
                area_code=application.area.code,
            ),
            subject_number=application.number or "",
            url_name="application",
            channels=channels,
        )


def _relative(application: Application, *, by: Actor) -> User | None:
    """The relative who acts for the person: now, or when the application was sent in. At the counter there is none."""
    is_counter = application.channel == "window"
    if by.role is Role.COUNTER:
        return None
    if by.user is not None and by.acted_for is not None:
        return None if is_counter and by.user.pk == application.applicant_id else by.user
    is_own = application.applicant_id == application.person.user_id or is_counter
    return None if is_own else application.applicant


def _writing_relative(application: Application) -> int | None:
    """The account of the relative who wrote the phone and e-mail of the application; a cancellation has the stop's."""
    source = application
    if application.item == items.CANCEL_STOP.code and application.refers_to is not None:
        source = application.refers_to
    is_own = source.applicant_id == application.person.user_id or source.channel == "window"
    return None if is_own else source.applicant_id


def remind(application: Application) -> None:
    """Tell the applicant that a correction is still awaited; no step of the case."""
    _tell(
        application,
        template=REMINDER,
        key=f"{application.version}:warned",
        params=message_params(application, reason_code="", text=""),
        channels=EVERYWHERE,
    )


def _recipient(application: Application, *, by_relative: bool) -> Recipient:
    """The person: where the application says, or where the register says when a relative wrote the application."""
    person = application.person
    return Recipient(
        user=person.user,
        phone=person.phone if by_relative else application.contact_phone,
        email=(person.email if by_relative else application.contact_email) or None,
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
    } | (_of_bill(application) if item.is_paid else _of_refund(application) if item.is_refund else {})


def _of_refund(application: Application) -> dict[str, str | int]:
    """What was granted; nothing before a decision."""
    fen = application.refund_fen
    return {} if fen is None else {"amount": yuan(fen), "is_refused": int(not fen)}


def _of_bill(application: Application) -> dict[str, str | int]:
    """The amount and the last day to pay it; `is_paid` once it is, or where an approval opened none: nothing is due."""
    bill = Bill.objects.filter(basis=application.number).order_by("-id").first() if application.number else None
    if bill is None:
        return {"is_paid": 1} if application.state == State.APPROVED else {}
    return {
        "amount": yuan(bill.payable_fen),
        "payable_until_on": bill.due_on.isoformat(),
        "is_paid": int(bill.status == Bill.PAID),
        "reimbursed_from_on": day.isoformat() if (day := reimbursed_from(application)) else "",
    }


def reimbursed_from(application: Application) -> date | None:
    """Where interrupted months were made up for, the first of them: it lies before the benefits begin again.

    One statement, and only of a return that is in force.
    """
    if application.state != State.COMPLETED or application.effective_on is None:
        return None
    opened = CoveragePeriod.objects.filter(enrollment=application.enrollment_id, opened_by=application.number)
    return opened.filter(starts_on__lt=application.effective_on).values_list("starts_on", flat=True).first()
