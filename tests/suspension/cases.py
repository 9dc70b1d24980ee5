"""Cases in the states that tests start from, brought there by the services alone."""

import secrets
from typing import Any

from insured.models import InsuredPerson
from portal.accounts.models import User
from suspension.models import Application
from suspension.policy.transitions import Action
from suspension.services import desk, stop
from tests import factories


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


def filed(person: InsuredPerson, **changes: Any) -> Application:
    """待审核."""
    account = factories.account_of(person)
    enrollment = person.enrollments.get()
    draft = stop.save_draft(stop_request(**changes), enrollment_id=enrollment.pk, by=account)
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
