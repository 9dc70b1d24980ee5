"""Take in uploaded files and turn them into harmless pages: reviewers see only what was rendered here."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Now

from insured.services.coverage import lock_enrollment
from portal.errors import BusinessRuleError, Reason
from portal.hints import hint
from portal.transactions import business_transaction
from suspension.models import Application, Attachment, attachment_id
from suspension.policy.transitions import State
from suspension.services.rendering import (
    LOCKED,
    MAX_PAGES,
    TOO_LARGE,
    TOO_MANY_PAGES,
    UNREADABLE,
    RefusedError,
    read_pages,
)

MAX_MEGABYTES = 10
MAX_FILES = 10
NAME_LENGTH = 100
KINDS = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
REFUSALS = {
    UNREADABLE: "material.unreadable",
    LOCKED: "material.locked",
    TOO_MANY_PAGES: "material.too-many-pages",
    TOO_LARGE: "material.too-large",
}
SUFFIXES = {"jpg": (".jpg", ".jpeg"), "png": (".png",), "pdf": (".pdf",)}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked at: its name, its kind by content, its bytes."""

    name: str
    content_type: str
    data: bytes


def folder_of(public_id: str) -> Path:
    """Where an attachment's original and pages lie; outside of anything the web server serves."""
    return Path(settings.MEDIA_ROOT) / "materials" / public_id


def page_of(public_id: str, *, page: int) -> Path:
    """One rendered page, counted from 1."""
    return folder_of(public_id) / f"page-{page}.png"


def read_upload(file: "UploadedFile[bytes]") -> Upload:
    """Check size, kind by content and that it opens. BusinessRuleError says what to do instead."""
    name = plain_name(file.name or "")
    if (file.size or 0) > MAX_MEGABYTES * 1024 * 1024:
        raise BusinessRuleError(Reason("material.too-big", {"name": name, "limit": MAX_MEGABYTES}))
    data = file.read()
    kind = filetype.guess(data)
    if kind is None or kind.extension not in KINDS:
        raise BusinessRuleError(Reason("material.wrong-kind", {"name": name}))
    try:
        read_pages(data, is_pdf=kind.extension == "pdf")
    except RefusedError as refused:
        raise BusinessRuleError(Reason(REFUSALS[str(refused)], {"name": name, "limit": MAX_PAGES})) from refused
    return Upload(_named_by_content(name, kind=kind.extension), KINDS[kind.extension], data)


def plain_name(given: str) -> str:
    """The sender's name for a file, without path and invisible characters; it is shown and never opened."""
    last = re.split(r"[/\\]", given.replace("\0", ""))[-1]
    shown = "".join(char if char.isprintable() else " " for char in last)
    return " ".join(shown.split()).strip(". ")[:NAME_LENGTH].strip(". ") or "材料"


def _named_by_content(name: str, *, kind: str) -> str:
    """Whoever saves the file gets a name that opens it as what it is: a.jpg.html becomes a.jpg.html.jpg."""
    suffixes = SUFFIXES[kind]
    if name.lower().endswith(suffixes):
        return name
    return name[: NAME_LENGTH - len(suffixes[0])] + suffixes[0]


def attach(upload: Upload, *, slot: str, application_id: int) -> Attachment:
    """Keep a file with a draft or a returned case."""
    with stored(upload) as public_id:
        return _attach(upload, slot=slot, application_id=application_id, public_id=public_id)


@contextmanager
def stored(upload: Upload) -> Iterator[str]:
    """Write the file first; it is removed when what follows, the row, does not come about."""
    public_id = attachment_id()
    folder = folder_of(public_id)
    folder.mkdir(parents=True, mode=0o750)
    try:
        (folder / "original").write_bytes(upload.data)
        yield public_id
    except BaseException:
        shutil.rmtree(folder)
        raise


@business_transaction
def _attach(upload: Upload, *, slot: str, application_id: int, public_id: str) -> Attachment:
    return record(upload, slot=slot, application=_open_for_files(application_id), public_id=public_id)


def record(upload: Upload, *, slot: str, application: Application, public_id: str) -> Attachment:
    """The row of a stored file, in the caller's transaction; the case is locked. BusinessRuleError when it has many."""
    if Attachment.objects.kept().filter(application=application).count() >= MAX_FILES:
        raise BusinessRuleError(Reason("material.too-many", {"limit": MAX_FILES}))
    attachment = Attachment.objects.create(
        public_id=public_id,
        application=application,
        slot=slot,
        name=upload.name,
        content_type=upload.content_type,
        size=len(upload.data),
        sha256=hashlib.sha256(upload.data).hexdigest(),
    )
    hint("materials")
    return attachment


def copy_files(*, of: Application, to: Application) -> None:
    """Give a draft the readable files of an older application, in the caller's transaction.

    The bytes are shared by hard links and never changed; folders are removed again when the rows are not written.
    """
    old = Attachment.objects.kept().filter(application=of).exclude(state="failed").order_by("id")[:MAX_FILES]
    pairs = [(one, attachment_id()) for one in old]
    try:
        for one, public_id in pairs:
            _share(one, into=folder_of(public_id))
        Attachment.objects.bulk_create(
            Attachment(
                public_id=public_id,
                application=to,
                slot=one.slot,
                name=one.name,
                content_type=one.content_type,
                size=one.size,
                sha256=one.sha256,
                state=one.state,
                pages=one.pages,
            )
            for one, public_id in pairs
        )
    except BaseException:
        for _, public_id in pairs:
            shutil.rmtree(folder_of(public_id), ignore_errors=True)
        raise
    if any(one.state == "pending" for one, _ in pairs):
        hint("materials")


def _share(one: Attachment, *, into: Path) -> None:
    """Link the original, and the pages once they are drawn; copy where the file system has no links."""
    into.mkdir(parents=True, mode=0o750)
    for file in folder_of(one.public_id).glob("*" if one.state == "ready" else "original"):
        try:
            (into / file.name).hardlink_to(file)
        except OSError:
            shutil.copy2(file, into / file.name)


@business_transaction
def remove(public_id: str, *, application_id: int) -> None:
    """Take a file out of a draft or a returned case; what was already sent keeps naming it."""
    application = _open_for_files(application_id)
    Attachment.objects.kept().filter(application=application, public_id=public_id).update(removed_at=Now())


def _open_for_files(application_id: int) -> Application:
    """Lock from the top. Application.DoesNotExist when files can no longer change."""
    lock_enrollment(Application.objects.values_list("enrollment_id", flat=True).get(pk=application_id))
    return Application.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=application_id, state__in=[State.DRAFT, State.RETURNED]
    )


def render_pending(*, limit: int = 20) -> int:
    """Render what waits; a file that cannot be rendered is marked so, and is not tried again."""
    waiting = list(Attachment.objects.filter(state="pending").order_by("id")[:limit])
    for attachment in waiting:
        pages = _render(attachment)
        Attachment.objects.filter(pk=attachment.pk, state="pending").update(
            state="ready" if pages else "failed", pages=pages
        )
    return len(waiting)


def _render(attachment: Attachment) -> int:
    """Write page-1.png … and say how many; 0 when the file is damaged or gone."""
    folder = folder_of(attachment.public_id)
    try:
        data = (folder / "original").read_bytes()
        return read_pages(data, is_pdf=attachment.content_type == "application/pdf", into=folder)
    except (RefusedError, OSError):
        return 0
