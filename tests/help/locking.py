"""How the services of the help centre that came later are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from typing import Any

from portal import clock
from portal.help.models import NoticeRun, Subscription
from portal.help.services import subscriptions
from portal.help.services.phone import NewCall, note_call
from tests.help import rows

Call = Callable[[], object]


def _note_call(scene: Any) -> Call:
    call = NewCall(subject="YB1", area_code="119901", direction="in", text="问进度")
    return lambda: note_call(call, token=secrets.token_urlsafe(24), address="/", by=scene.by)


WISH = subscriptions.Wish(kinds=["notice"], area_code="", by_sms=False, by_email=False)


def _subscribe(scene: Any) -> Call:
    return lambda: subscriptions.subscribe(WISH, by=scene.account)


def _unsubscribe(scene: Any) -> Call:
    subscriptions.subscribe(WISH, by=scene.account)
    public_id = Subscription.objects.get(user=scene.account).public_id
    return lambda: subscriptions.unsubscribe(public_id, is_all=True)


def _open_run(_scene: Any) -> Call:
    notice = rows.notice(slug="lately", published_at=clock.now())
    return lambda: subscriptions._open(notice)


def _advance_run(scene: Any) -> Call:
    subscriptions.subscribe(WISH, by=scene.account)
    rows.notice(slug="lately", published_at=clock.now())
    subscriptions.open_due_runs()
    pk = NoticeRun.objects.get().pk
    return lambda: subscriptions.advance(pk)


SERVICES: dict[str, tuple[Callable[[Any], Call], list[str]]] = {
    "portal.help.services.phone.note_call": (_note_call, []),
    "portal.help.services.subscriptions.subscribe": (_subscribe, []),
    "portal.help.services.subscriptions.unsubscribe": (_unsubscribe, []),
    "portal.help.services.subscriptions._open": (_open_run, []),
    "portal.help.services.subscriptions.advance": (_advance_run, []),
}
"""Service → how it is called, and the tables it locks."""
