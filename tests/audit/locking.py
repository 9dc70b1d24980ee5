"""How the services of audit are called, for the comparison of lock orders: they lock nothing."""

from collections.abc import Callable
from typing import Any

from portal.audit.models import AuditCheck
from portal.audit.services import chain, checks

Call = Callable[[], object]


def _seal(_scene: Any) -> Call:
    return lambda: chain.seal_block("audit_accesslog")


def _start(scene: Any) -> Call:
    return lambda: checks.start_check(by=scene.by)


def _note(_scene: Any) -> Call:
    check = AuditCheck.objects.create(table="audit_accesslog")
    return lambda: checks.note_progress(check, checks.Progress("audit_accesslog", is_done=True))


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "portal.audit.services.chain.seal_block": (_seal, []),
    "portal.audit.services.checks.note_progress": (_note, []),
    "portal.audit.services.checks.start_check": (_start, []),
    "portal.audit.services.checks.start_nightly_check": (lambda _scene: checks.start_nightly_check, []),
}
"""Service → how it is called, and the tables it locks."""
