"""How the services of the door are called, for the comparison of lock orders: they lock one account or nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from portal.accounts.models import Purpose, User
from portal.accounts.services import access, changes, codes, registration, retention
from portal.notifications.services import choices
from tests import factories
from tests.accounts import people

Call = Callable[[], object]
USER = "accounts_user"
DESTINATION = codes.Destination("sms", "13712345678")
ASKER = codes.Asker("198.51.100.7")


def _send(_scene: Any) -> Call:
    return lambda: codes.send_code(codes.Request(Purpose.LOGIN, DESTINATION, asker=ASKER))


def _send_registration(_scene: Any) -> Call:
    return lambda: registration.send_registration_code(
        resident_id=people.UNKNOWN_ID, phone=DESTINATION.value, asker=ASKER
    )


def _register(_scene: Any) -> Call:
    who = registration.Applicant("陈新人", people.UNKNOWN_ID, DESTINATION.value, datetime(2026, 3, 10, tzinfo=UTC))
    return lambda: registration.register(who, password=people.PASSWORD, token="t" * 24)


def _reset(_scene: Any) -> Call:
    user = people.resident()
    return lambda: access.reset_password(user.pk, mark=access.reset_mark(user), password=people.PASSWORD)


def _counter(scene: Any) -> Call:
    factories.person(area=scene.person.area, user=people.resident(), id_number=people.RESIDENT_ID)
    return lambda: access.open_counter_reset(
        resident_id=people.RESIDENT_ID, reason="手机号已更换", token="t" * 24, again="/", by=scene.by
    )


def _of_somebody(call: Callable[[User], object]) -> Callable[[Any], Call]:
    def arrange(_scene: Any) -> Call:
        user = people.resident()
        return lambda: call(user)

    return arrange


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "portal.accounts.services.access.open_counter_reset": (_counter, []),
    "portal.accounts.services.access.reset_password": (_reset, [USER]),
    "portal.accounts.services.changes._write_password": (
        _of_somebody(lambda user: changes._write_password(user, password=people.WRONG)),
        [],
    ),
    "portal.accounts.services.changes.change_email": (
        _of_somebody(lambda user: changes.change_email(user, email="new@example.com")),
        [],
    ),
    "portal.accounts.services.changes.change_phone": (
        _of_somebody(lambda user: changes.change_phone(user, phone=DESTINATION.value)),
        [],
    ),
    "portal.accounts.services.codes.send_code": (_send, []),
    "portal.accounts.services.retention.forget": (lambda _scene: retention.forget, []),
    "portal.notifications.services.choices.choose": (_of_somebody(lambda user: choices.choose((), by=user)), []),
    "portal.accounts.services.registration.register": (_register, []),
    "portal.accounts.services.registration.send_registration_code": (_send_registration, []),
}
"""Service → how it is called, and the tables it locks."""
