"""在线客服: ask, answer, take over, verify who asks, call back, close. The only writer of consultations.

Every service locks the consultation, looks, and writes with the version it saw; each turn tells the other side. A
resident ID or a mobile that was typed into a text is masked before it is stored.
"""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from portal import clock, identity, masking
from portal.accounts.models import User
from portal.audit.services import current_request_id, record_access, use_form_token
from portal.errors import BusinessRuleError, ConflictError, Reason
from portal.help import labels
from portal.help.models import Consultation, ConsultationMessage
from portal.notifications.services import Recipient, tell
from portal.transactions import business_transaction

PREFIX = "ZX"
OPEN_LIMIT = 5
"""So many questions of one person may wait at a time."""
TITLE_LENGTH = 60
State = Consultation.State


@dataclass(frozen=True, slots=True)
class NewConsultation:
    """What somebody asks. `call_phone` is 11 digits or None; `subject` is what it is about, in plain text.

    `kind` is a code of labels.CONSULTATION_KINDS, or nothing for a plain question.
    """

    text: str
    subject: str
    call_phone: str | None
    call_time: str
    kind: str = ""


@business_transaction
def ask(request: NewConsultation, *, area_code: str, token: str, by: User) -> Consultation:
    """Open a consultation. BusinessRuleError while OPEN_LIMIT of the person's wait for an answer."""
    number = identity.public_number(prefix=PREFIX, on=clock.today())
    use_form_token(token, address=reverse("consultation", args=[number]))
    waiting = Consultation.objects.visible_to(by).waiting().count()
    if waiting >= OPEN_LIMIT:
        raise BusinessRuleError(Reason("consult.too-many-open", {"count": waiting}))
    title = masking.mask_text(request.text).strip().splitlines()[0]
    if request.kind:
        title = f"{labels.CONSULTATION_KINDS[request.kind]}：{title}"
    found = Consultation.objects.create(
        number=number,
        user=by,
        area_code=area_code,
        subject=masking.mask_text(request.subject),
        title=title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…",
        messages_count=1,
        wants_call=request.call_phone is not None,
        call_phone=request.call_phone,
        call_time=request.call_time,
        changed_at=timezone.now(),
    )
    _say(found, text=request.text, by=by, is_from_staff=False)
    return found


@business_transaction
def add(number: str, *, text: str, token: str, by: User) -> Consultation:
    """The person who asked says more; who answers is told."""
    found = _locked(number)
    use_form_token(token, address=reverse("consultation", args=[number]))
    _refuse_closed(found)
    _write(found, state=State.OPEN, messages_count=F("messages_count") + 1)
    _say(found, text=text, by=by, is_from_staff=False)
    if found.taken_by is not None:
        _tell_staff(found, to=found.taken_by)
    return found


@business_transaction
def take(number: str, *, by: User) -> Consultation:
    """One staff member is in charge from now on. ConflictError when somebody was first."""
    found = _locked(number)
    _refuse_closed(found)
    if found.user_id == by.pk:
        raise BusinessRuleError(Reason("consult.own"))
    if found.taken_by is not None:
        raise ConflictError(Reason("consult.somebody-first", {"name": found.taken_by.display_name}))
    _write(found, taken_by=by, taken_at=timezone.now())
    return found


@business_transaction
def release(number: str, *, is_supervisor: bool, by: User) -> Consultation:
    """Give it back, so that somebody else can take it: who is in charge, or a supervisor of its area."""
    found = _locked(number)
    if found.taken_by_id != by.pk and not is_supervisor:
        raise BusinessRuleError(Reason("consult.not-yours"))
    _write(found, taken_by=None, taken_at=None)
    return found


@business_transaction
def reply(number: str, *, text: str, token: str, by: User) -> Consultation:
    """Staff answer; the person is told in the hall, by SMS and by e-mail."""
    found = _locked(number)
    use_form_token(token, address=reverse("admin:help_consultation_thread", args=[number]))
    _refuse_closed(found)
    _refuse_others(found, by=by)
    _write(found, state=State.ANSWERED, messages_count=F("messages_count") + 1)
    _say(found, text=text, by=by, is_from_staff=True)
    _tell(found)
    return found


@business_transaction
def verify_identity(number: str, *, by: User) -> Consultation:
    """身份已核实: who is in charge has checked who asks; the log of access names it."""
    found = _locked(number)
    _refuse_others(found, by=by)
    if found.identity_verified_by_id is None:
        _write(found, identity_verified_by=by, identity_verified_at=timezone.now())
        record_access(user=by, action="verify-identity", subject_kind="consultation", subject_id=found.pk)
    return found


@business_transaction
def reveal_phone(number: str, *, by: User) -> str:
    """The number to call back, for who is in charge; the look is logged."""
    found = _locked(number)
    _refuse_others(found, by=by)
    if found.call_phone is None:
        raise BusinessRuleError(Reason("consult.no-call"))
    record_access(user=by, action="reveal-phone", subject_kind="consultation", subject_id=found.pk, reason="回电话")
    return found.call_phone


@business_transaction
def close(number: str, *, by: User) -> Consultation:
    """The end, said by who asked or by who is in charge; nothing is written to it any more."""
    found = _locked(number)
    _refuse_closed(found)
    if found.user_id != by.pk:
        _refuse_others(found, by=by)
    _write(found, state=State.CLOSED, closed_at=timezone.now())
    return found


def _locked(number: str) -> Consultation:
    rows = Consultation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("user", "taken_by").get(number=number)


def _refuse_closed(found: Consultation) -> None:
    if found.state == State.CLOSED:
        raise BusinessRuleError(Reason("consult.closed"))


def _refuse_others(found: Consultation, *, by: User) -> None:
    """Only who took it goes on."""
    if found.taken_by is None:
        raise BusinessRuleError(Reason("consult.take-first"))
    if found.taken_by_id != by.pk:
        raise ConflictError(Reason("consult.somebody-first", {"name": found.taken_by.display_name}))


def _write(found: Consultation, **changes: object) -> None:
    """Write with the version that was seen; 0 rows = somebody was first."""
    now = timezone.now()
    changed = Consultation.objects.filter(pk=found.pk, version=found.version).update(
        version=F("version") + 1, changed_at=now, **changes
    )
    if not changed:
        raise ConflictError(Reason("consult.changed-meanwhile"))
    found.version += 1
    for name, value in changes.items():
        setattr(found, name, found.messages_count + 1 if name == "messages_count" else value)


def _say(found: Consultation, *, text: str, by: User, is_from_staff: bool) -> None:
    ConsultationMessage.objects.create(
        consultation=found,
        no=found.messages_count,
        author=by,
        is_from_staff=is_from_staff,
        text=masking.mask_text(text).strip(),
        request_id=current_request_id(),
    )


def _tell(found: Consultation) -> None:
    """The person who asked: in the hall, by SMS and by e-mail."""
    tell(
        event_key=f"consultation:{found.number}:{found.messages_count}",
        template="consultation_reply",
        params={"number": found.number},
        to=Recipient(user=found.user, phone=found.user.phone, email=found.user.email, area_code=found.area_code),
        subject_number=found.number,
        url_name="consultation",
    )


def _tell_staff(found: Consultation, *, to: User) -> None:
    """Who is in charge: in the hall only; at the desk it is seen at once."""
    tell(
        event_key=f"consultation:{found.number}:{found.messages_count}",
        template="consultation_message",
        params={"number": found.number},
        to=Recipient(user=to, phone=None, email=None, area_code=found.area_code),
        subject_number=found.number,
        url_name="admin:help_consultation_thread",
    )
