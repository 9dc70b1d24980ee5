"""How the desk's services are called, for the comparison of lock orders."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

import time_machine

from insured.services import absence
from portal import clock
from suspension.models import Application, CannedText
from suspension.services import assigning, bulk, canned, duplicates_at_desk, materials, walk_in
from suspension.services.duplicates import resolutions_of
from tests import factories
from tests.house_rules.world import png
from tests.suspension import cases
from tests.suspension.paid_twice import paid_twice

Call = Callable[[], object]
Arrange = Callable[[Any], Call]
E, A = "insured_enrollment", "suspension_application"


def _case(found: Application) -> dict[str, Any]:
    return {"number": found.number, "version": found.version}


def _hand_over(scene: Any) -> Call:
    found, to = scene.taken(), factories.staff(area=scene.person.area, name="孙经办")
    return lambda: assigning.hand_over(**_case(found), to=to, by=scene.by)


def _free(scene: Any) -> Call:
    found = scene.taken()

    def freed() -> None:
        with time_machine.travel("2026-04-10T02:00:00Z", tick=False):
            assert assigning.free(found.number or "")

    return freed


def _keep_back(scene: Any) -> Call:
    found = scene.taken()
    return lambda: bulk.keep_back(**_case(found), by=scene.by)


def _prepare(scene: Any) -> Call:
    found = scene.taken()
    return lambda: prepared(found, by=scene.by)


def prepared(*found: Application, by: Any) -> Any:
    """A bulk approval of these cases, not yet started."""
    picks = [bulk.Pick(case.number or "", case.version) for case in found]
    return bulk.prepare(picks, token=secrets.token_urlsafe(24), by=by)


def _start(scene: Any) -> Call:
    chosen = prepared(scene.taken(), by=scene.by)
    return lambda: bulk.start(chosen.number, by=scene.by)


def _settle(scene: Any) -> Call:
    (line,) = bulk.lines_of(prepared(scene.taken(), by=scene.by))
    return lambda: bulk.settle(line, by=scene.by)


def _at_counter(call: Callable[[Application, Any], object], *, is_returned: bool = False) -> Arrange:
    """A service for the person who came to the counter again."""

    def arrange(scene: Any) -> Call:
        found = cases.entered(scene.person, by=scene.by)
        if is_returned:
            other = factories.staff(area=scene.person.area, name="孙经办")
            found = cases.decided(
                cases.taken(found, by=other), by=other, action="return", fields=("note",), text="请补充。"
            )
        return lambda: call(found, scene.by)

    return arrange


def _supplemented(found: Application, by: Any) -> object:
    upload = materials.read_upload(png())
    return walk_in.supplement(upload, slot="other", **_case(found), is_identity_checked=True, by=by)


def _counter_corrected(found: Application, by: Any) -> object:
    request = cases.stop_request(note="新单位是澄江精密")
    token = secrets.token_urlsafe(24)
    return walk_in.resubmit(request, **_case(found), is_identity_checked=True, token=token, by=by)


def _counter_withdrawn(found: Application, by: Any) -> object:
    return walk_in.withdraw(**_case(found), is_identity_checked=True, by=by)


def _move_text(scene: Any) -> Call:
    text, _ = (CannedText.objects.create(action="return", text=one) for one in "甲乙")
    return lambda: canned.move(text, is_up=False, item="", by=scene.by)


def _use_text(_scene: Any) -> Call:
    text = CannedText.objects.create(action="return", text="甲")
    return lambda: canned.set_in_use(text, is_in_use=False)


def _mark_colleague(scene: Any) -> Call:
    head = factories.staff(area=scene.person.area, role="supervisor")
    days = {"starts_on": date(2026, 3, 10), "ends_on": date(2026, 3, 12)}
    return lambda: absence.mark_colleague_absent(scene.by, **days, by=head)


def _end_colleague(scene: Any) -> Call:
    head = factories.staff(area=scene.person.area, role="supervisor")
    row = absence.mark_absent(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 12), by=scene.by)
    return lambda: absence.end_colleagues_absence(row, by=head)


def _mark_absent(scene: Any) -> Call:
    return lambda: absence.mark_absent(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 12), by=scene.by)


def _settle_duplicate(scene: Any) -> Call:
    person = paid_twice(scene.person.area)
    (one,) = resolutions_of(person, today=clock.today())
    sent = {"stamp": one.stamp, "is_identity_checked": True, "token": secrets.token_urlsafe(24), "by": scene.by}
    return lambda: duplicates_at_desk.settle(one.end.pk, **sent)


def _note_duplicates(scene: Any) -> Call:
    person = paid_twice(scene.person.area)
    return lambda: duplicates_at_desk._note([person], today=clock.today(), at=clock.now())


SERVICES: dict[str, tuple[Arrange, list[str]]] = {
    "suspension.services.canned.move": (_move_text, []),
    "suspension.services.canned.set_in_use": (_use_text, []),
    "insured.services.absence.mark_absent": (_mark_absent, []),
    "insured.services.absence.mark_colleague_absent": (_mark_colleague, []),
    "insured.services.absence.end_colleagues_absence": (_end_colleague, []),
    "insured.services.absence.come_back": (lambda scene: lambda: absence.come_back(by=scene.by), []),
    "suspension.services.assigning.hand_over": (_hand_over, [E, A]),
    "suspension.services.assigning.free": (_free, [E, A]),
    "suspension.services.walk_in._supplement": (_at_counter(_supplemented), [E, A]),
    "suspension.services.walk_in.withdraw": (_at_counter(_counter_withdrawn), [E, A]),
    "suspension.services.walk_in.resubmit": (_at_counter(_counter_corrected, is_returned=True), [E, A]),
    "suspension.services.duplicates_at_desk._note": (_note_duplicates, []),
    "suspension.services.duplicates_at_desk.settle": (_settle_duplicate, [E, E]),
    "suspension.services.bulk.keep_back": (_keep_back, [E, A]),
    "suspension.services.bulk.prepare": (_prepare, []),
    "suspension.services.bulk.start": (_start, []),
    "suspension.services.bulk.settle": (_settle, [E, A]),
}
"""Service → how it is called, and the tables it locks."""
