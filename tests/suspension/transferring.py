"""People who move between areas, and their transfers in the states that tests start from."""

import secrets
from datetime import date
from typing import Any

from insured.models import Employer, Enrollment, InsuredPerson, PoolingArea
from portal.accounts.models import User
from suspension.models import Application
from suspension.services import filing, legs, transfer
from suspension.services.transfer import TransferRequest
from tests import factories
from tests.suspension import cases


def neighbour() -> PoolingArea:
    """The other area of the hall."""
    return factories.area(code="119902", name="邻州市")


def mover(*, area: PoolingArea, to: PoolingArea, last: date = date(2025, 12, 31)) -> InsuredPerson:
    """Flexible in `area` from 2024 until `last` and stopped there, covered by 310 in `to` since 2026-02-01."""
    found = factories.person(area=area, user=factories.user())
    old = factories.enrollment(
        of=found,
        scheme="310",
        status="2",
        paused_on=date.fromordinal(last.toordinal() + 1),
        last_paid_month=last.replace(day=1),
    )
    factories.period(of=old, starts_on=date(2024, 1, 1), ends_on=last)
    new = factories.enrollment(of=found, scheme="310", joined_on=date(2026, 2, 1), last_paid_month=date(2026, 3, 1))
    Enrollment.objects.filter(pk=new.pk).update(area=to, employer=Employer.objects.get(area=to, kind="02"))
    factories.period(of=new, starts_on=date(2026, 2, 1), ends_on=None)
    return found


def old_of(person: InsuredPerson) -> Enrollment:
    """The record that was stopped."""
    return person.enrollments.get(status="2")


def new_of(person: InsuredPerson) -> Enrollment:
    """The record that is active."""
    return person.enrollments.get(status="1")


def request(**changes: Any) -> TransferRequest:
    """A transfer with the register's own phone."""
    plain: dict[str, Any] = {
        "transfer_from_id": None,
        "transfer_source": "",
        "transfer_target": "",
        "contact_phone": "13800138000",
        "contact_email": "",
        "note": "",
    }
    return TransferRequest(**plain | changes)


def filed(person: InsuredPerson, *, about: Enrollment, **changes: Any) -> Application:
    """待审核."""
    account = factories.account_of(person)
    draft = transfer.save_draft(request(**changes), enrollment_id=about.pk, by=account)
    return filing.submit(
        transfer.KIND,
        enrollment_id=about.pk,
        revision=draft.revision,
        token=secrets.token_urlsafe(24),
        by=account,
    )


def between(person: InsuredPerson) -> Application:
    """From the stopped record to the active one, 待审核."""
    return filed(person, about=new_of(person), transfer_from_id=old_of(person).pk)


def accepted(found: Application, *, by: User) -> Application:
    """审核通过: the first leg runs."""
    return cases.decided(cases.taken(found, by=by), by=by)


def finished(found: Application, kind: str, *, by: User, **report: Any) -> Application:
    """One leg is recorded as done."""
    return legs.finish_leg(
        kind, legs.LegReport(**report), number=found.number or "", token=secrets.token_urlsafe(24), by=by
    )
