"""How the services of the counter and of coming back are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

import time_machine

from insured.services import enrolment
from suspension.models import RealNameReview
from suspension.services import effect, legs, real_name
from tests import factories
from tests.suspension import cases, instalment_locking, names, returning, transferring

Call = Callable[[], object]
E, A, B = "insured_enrollment", "suspension_application", "payments_bill"


def _enter(scene: Any) -> Call:
    return lambda: cases.entered(scene.person, by=scene.by)


def _begin(scene: Any) -> Call:
    return lambda: enrolment.begin_enrollment(person_id=scene.person.pk, scheme="310", today=date(2026, 3, 10))


def _void_unpaid(scene: Any) -> Call:
    returning.standards(scene.person.area)
    person = returning.paused_resident(area=scene.person.area, last=date(2025, 12, 31))
    waiting = returning.approved(person, by=scene.by, coverage_year=2026)

    def voided() -> None:
        with time_machine.travel("2026-04-10T02:00:00Z", tick=False):
            assert effect.void_unpaid_one(waiting.number or "")

    return voided


def _transfer(scene: Any) -> Any:
    """An accepted transfer to a place outside the hall."""
    person = returning.paused_resident(area=scene.person.area, last=date(2025, 12, 31))
    old = person.enrollments.get()
    filed = transferring.filed(person, about=old, transfer_from_id=old.pk, transfer_target="江苏省昆山市")
    return transferring.accepted(filed, by=scene.by)


def _finish_leg(scene: Any) -> Call:
    found = _transfer(scene)
    return lambda: transferring.finished(found, "out", by=scene.by)


def _give_up_leg(scene: Any) -> Call:
    found, token = _transfer(scene), secrets.token_urlsafe(24)
    return lambda: legs.give_up_leg("out", number=found.number or "", why="有欠费", token=token, by=scene.by)


def _alarm_leg(scene: Any) -> Call:
    leg = _transfer(scene).legs.get()

    def alarmed() -> None:
        with time_machine.travel("2026-04-10T02:00:00Z", tick=False):
            assert legs.alarm_leg(leg.pk)

    return alarmed


def _review(scene: Any) -> RealNameReview:
    """Somebody without a name, whom the register did not know, in the scene's area."""
    return names.waiting(area=scene.person.area, by=factories.user())


def _named(_scene: Any) -> Call:
    user, token = factories.user(), secrets.token_urlsafe(24)
    return lambda: real_name._confirm(user, name="陈新人", resident_id=names.ID_NUMBER, token=token, page="/")


def _sent(scene: Any) -> Call:
    return lambda: _review(scene)


def _looked(scene: Any) -> Call:
    review = _review(scene)
    return lambda: real_name.look(review.number, side="front", by=scene.by)


def _opened(scene: Any) -> Call:
    review = _review(scene)
    return lambda: real_name.open_review(review, by=scene.by)


def _named_by_staff(scene: Any) -> Call:
    review = _review(scene)
    return lambda: real_name._decide(review.number, is_approved=True, note="", by=scene.by)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    **instalment_locking.SERVICES,
    "suspension.services.walk_in._enter": (_enter, [E]),
    "insured.services.enrolment.begin_enrollment": (_begin, []),
    "suspension.services.effect.void_unpaid_one": (_void_unpaid, [E, A, B]),
    "suspension.services.legs.finish_leg": (_finish_leg, [E, A]),
    "suspension.services.legs.give_up_leg": (_give_up_leg, [E, A]),
    "suspension.services.legs.alarm_leg": (_alarm_leg, []),
    "suspension.services.real_name._confirm": (_named, []),
    "suspension.services.real_name._send": (_sent, []),
    "suspension.services.real_name._decide": (_named_by_staff, []),
    "suspension.services.real_name.look": (_looked, []),
    "suspension.services.real_name.open_review": (_opened, []),
}
"""Service → how it is called, and the tables it locks."""
