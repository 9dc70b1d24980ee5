"""Cases in the states that tests start from, brought there by the services alone."""

import secrets
from datetime import date
from typing import Any

from insured.models import InsuredPerson
from portal.accounts.models import User
from portal.accounts.services import codes, contacts
from portal.accounts.services.codes import Destination
from suspension.models import Application
from suspension.policy.transitions import Action
from suspension.services import cancel, desk, stop, walk_in
from tests import factories
from tests.accounts import letters


def stop_request(**changes: Any) -> stop.StopRequest:
    """A stop as soon as possible, because an employer takes over."""
    plain: dict[str, Any] = {
        "reason_code": "joined-310",
        "stop_month": None,
        "contact_phone": "13800138000",
        "contact_email": "wenlan@example.invalid",
        "note": "",
    }
    return stop.StopRequest(**plain | changes)


def prove(value: str, *, by: User) -> None:
    """A code came to this address and was right."""
    destination = Destination("email" if "@" in value else "sms", value)
    token = contacts.send_contact_code(destination, user=by, address="198.51.100.7")
    codes.use_code(letters.last_code(destination.channel), purpose=codes.Purpose.CONTACT, token=token)


def filed(person: InsuredPerson, **changes: Any) -> Application:
    """待审核."""
    account = factories.account_of(person)
    enrollment = person.enrollments.get()
    request = stop_request(**{"contact_phone": person.phone} | changes)
    draft = stop.save_draft(request, enrollment_id=enrollment.pk, by=account)
    return stop.submit(
        enrollment_id=enrollment.pk, revision=draft.revision, token=secrets.token_urlsafe(24), by=account
    )


def taken(application: Application, *, by: User) -> Application:
    """审核中."""
    return desk.take(number=application.number or "", version=application.version, by=by)


def decided(
    application: Application, *, by: User, action: str = "approve", token: str = "", **more: Any
) -> Application:
    """Approved (and, when the day has come, completed), returned or rejected."""
    return desk.decide(
        desk.Decision(action=Action(action), **more),
        number=application.number or "",
        version=application.version,
        token=token or secrets.token_urlsafe(24),
        by=by,
    )


def approved(person: InsuredPerson, *, by: User, stop_month: date = date(2026, 4, 1)) -> Application:
    """审核通过, with its effect ahead when the clock stands in March 2026."""
    return decided(taken(filed(person, stop_month=stop_month), by=by), by=by)


def cancel_filed(stopped: Application, *, note: str = "单位推迟入职，先不停了", token: str = "") -> Application:
    """生效前取消, 待审核."""
    return cancel.file_cancel(
        number=stopped.number or "",
        note=note,
        token=token or secrets.token_urlsafe(24),
        by=factories.account_of(stopped.person),
    )


def entered(person: InsuredPerson, *, by: User, token: str = "", is_identity_checked: bool = True) -> Application:
    """待审核, entered at the counter."""
    return walk_in.enter(
        stop_request(),
        enrollment_id=person.enrollments.get().pk,
        is_identity_checked=is_identity_checked,
        token=token or secrets.token_urlsafe(24),
        by=by,
    )
