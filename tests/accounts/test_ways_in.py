"""V6.1.3: every way in is known; V6.3.8: it takes as long for the unknown as for the known."""

import ast
import statistics
import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from portal.accounts.services.access import send_login_code, send_reset_code
from portal.accounts.services.codes import Asker, Destination
from portal.accounts.services.registration import send_registration_code
from tests.accounts import people
from tests.house_rules.source import calls, dotted, python_files, tree

OPENERS = {"login", "perform_login", "log_in_with_factor", "open_session", "adapter.login"}
WAYS_IN = {
    "portal/accounts/services/account.py": "the demo's one click, refused in production",
    "portal/accounts/views/entrance.py": "what follows a registration",
    "portal/accounts/views/register.py": "registration, never of staff",
    "portal/accounts/views/code_login.py": "a code by SMS, never for staff, second factor asked",
    "portal/demo/views.py": "the demo panel, not there in production",
}
"""Besides allauth's own log-in page with its second step."""
PAIRS = 60
NEARLY_SECONDS = 0.010


def opens_a_session(node: ast.AST) -> bool:
    """Calls one of the functions that log somebody in."""
    return any(dotted(call.func) in OPENERS for call in calls(node))


def test_every_way_in_is_known() -> None:
    found = {path.as_posix() for path in python_files() if opens_a_session(tree(path))}

    assert found == set(WAYS_IN)


def test_finds_a_way_in() -> None:
    assert opens_a_session(ast.parse("login(request, user)"))
    assert not opens_a_session(ast.parse("self.login.user"))


def login_code(number: int, *, is_known: bool) -> None:
    send_login_code(phone=people.PHONE if is_known else f"139{number:08d}", asker=Asker("198.51.100.7", is_proven=True))


def reset_code(number: int, *, is_known: bool) -> None:
    to = Destination("sms", people.PHONE if is_known else f"139{number:08d}")
    send_reset_code(resident_id=people.RESIDENT_ID, destination=to, asker=Asker("198.51.100.7", is_proven=True))


def registration_code(number: int, *, is_known: bool) -> None:
    resident_id = people.RESIDENT_ID if is_known else people.UNKNOWN_ID
    send_registration_code(
        resident_id=resident_id, phone=f"139{number:08d}", asker=Asker("198.51.100.7", is_proven=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("ask", [login_code, reset_code, registration_code])
def test_the_unknown_wait_as_long_as_the_known(settings: Settings, ask: Callable[..., None]) -> None:
    settings.CODE_LIMITS = dict.fromkeys(settings.CODE_LIMITS, 10_000)
    people.resident()
    taken: dict[bool, list[float]] = {True: [], False: []}

    for number in range(PAIRS):
        for is_known in (True, False):
            started = time.process_time()
            ask(2 * number + is_known, is_known=is_known)
            taken[is_known].append(time.process_time() - started)

    medians = [statistics.median(times) for times in taken.values()]
    assert abs(medians[0] - medians[1]) < NEARLY_SECONDS
