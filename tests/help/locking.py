"""How the services of the help centre that came later are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from typing import Any

from portal.help.services.phone import NewCall, note_call

Call = Callable[[], object]


def _note_call(scene: Any) -> Call:
    call = NewCall(subject="YB1", area_code="119901", direction="in", text="问进度")
    return lambda: note_call(call, token=secrets.token_urlsafe(24), address="/", by=scene.by)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "portal.help.services.phone.note_call": (_note_call, []),
}
"""Service → how it is called, and the tables it locks."""
