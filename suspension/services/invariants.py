"""What must always hold of the whole hall: I1 to I10, one question each. They only read, and repair nothing."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from django.db.models import CharField, Exists, F, Max, OuterRef, Q, Value, Window
from django.db.models.functions import Cast, Coalesce, Concat, Lag

from payments.services import closing
from payments.services import invariants as money
from portal import clock
from portal.audit import services as audit
from portal.audit.labels import fault_place
from portal.notifications.models import Delivery, Message
from portal.notifications.services import invariants as notifications
from suspension.models import Application, ApplicationEvent, Attachment
from suspension.policy.transitions import Action, State
from suspension.services.materials import folder_of

TOLD = (Action.APPROVE, Action.AUTO_APPROVE, Action.CONFIRM, Action.RETURN, Action.REJECT)
"""What nobody may learn by chance."""
YOUNG = timedelta(hours=1)
"""A file is written before its row: one younger than this may still get it."""


def decisions_not_told() -> list[str]:
    """I1: decisions and returns without a message in the hall or, for who has no account, an SMS.

    The key of a message is unique, so there are never two.
    """
    key = Concat(Value("application:"), "application__number", Value(":"), Cast("version", CharField()), Value(":"))
    in_hall = Message.objects.filter(dedupe_key=Concat(OuterRef("key"), Value("hall")))
    by_sms = Delivery.objects.filter(dedupe_key=Concat(OuterRef("key"), Value("sms")))
    events = ApplicationEvent.objects.filter(action__in=TOLD).annotate(key=key)
    untold = events.filter(~Exists(in_hall), ~Exists(by_sms)).order_by("pk")
    return [f"{number} v{version}" for number, version in untold.values_list("application__number", "version")]


def stories_that_do_not_fit() -> list[str]:
    """I7: cases whose state is not where their events lead, one after the other and without a gap.

    A draft is version 1; every event is the version that it made.
    """
    case, order = [F("application_id")], [F("version")]
    events = ApplicationEvent.objects.annotate(
        before=Coalesce(Window(Lag("version"), partition_by=case, order_by=order), 1),
        came_from=Coalesce(Window(Lag("to_state"), partition_by=case, order_by=order), Value(State.DRAFT)),
    )
    broken = events.filter(~Q(version=F("before") + 1) | ~Q(from_state=F("came_from")))
    last = ApplicationEvent.objects.filter(application=OuterRef("pk")).order_by("-version")
    ends = Application.objects.annotate(
        ended_in=Coalesce(last.values("to_state")[:1], Value(State.DRAFT), output_field=CharField()),
        ended_at=Coalesce(Max("events__version"), 1),
    )
    astray = ends.filter(~Q(state=F("ended_in")) | ~Q(version=F("ended_at")))
    numbers = {*broken.values_list("application__number", flat=True), *astray.values_list("number", flat=True)}
    return sorted(number or "draft" for number in numbers)


def broken_seals() -> list[str]:
    """I8: rows of the audit chain that are not as they were sealed."""
    findings = (one for now in audit.walk() for one in now.findings)
    return [fault_place(one.table, row_id=one.row_id, fault=one.fault) for one in findings]


def files_that_do_not_fit() -> list[str]:
    """I9: rows of materials without their file or with another one, and files that no row names."""
    known: set[str] = set()
    wrong: list[str] = []
    for public_id, sha256 in Attachment.objects.order_by("pk").values_list("public_id", "sha256").iterator():
        known.add(public_id)
        if _sha256(folder_of(public_id) / "original") != sha256:
            wrong.append(public_id)
    oldest = (clock.now() - YOUNG).timestamp()
    folders = folder_of("any").parent
    strays = (one for one in folders.iterdir() if one.name not in known) if folders.is_dir() else iter(())
    return wrong + sorted(one.name for one in strays if one.stat().st_mtime < oldest)


def _sha256(file: Path) -> str:
    """Empty when it cannot be read."""
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


INVARIANTS: Mapping[str, Callable[[], list[str]]] = {
    "I1": decisions_not_told,
    "I2": notifications.waiting_too_long,
    "I3": money.unbalanced_postings,
    "I4": money.trades_not_posted_once,
    "I5": lambda: money.channels_out_of_balance() + money.personal_accounts_out_of_line(),
    "I6": lambda: money.bills_out_of_line() + money.refunds_out_of_line(),
    "I7": stories_that_do_not_fit,
    "I8": broken_seals,
    "I9": files_that_do_not_fit,
    "I10": notifications.held_too_long,
    "I11": closing.changed_closings,
}
"""Each gives what breaks it, by a name that staff can look for; nothing when it holds."""
