"""Take in uploaded files and turn them into harmless pages: reviewers see only what was rendered here."""

import hashlib
import io
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path

import filetype
import pypdfium2
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Now
from PIL import Image, ImageOps, UnidentifiedImageError

from insured.services.coverage import lock_enrollment
from portal.errors import BusinessRuleError, Reason
from portal.hints import hint
from portal.transactions import business_transaction
from suspension.models import Application, Attachment, attachment_id
from suspension.policy.transitions import State

MAX_MEGABYTES = 10
MAX_FILES = 10
MAX_PAGES = 20
MAX_PIXELS = 40_000_000
PAGE_WIDTH = 1400
UNREADABLE = (
    pypdfium2.PdfiumError,
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    Image.DecompressionBombWarning,
)
"""What the two libraries raise for files that are damaged or dangerous."""
KINDS = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}


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
    name = Path(file.name or "材料").name[:100]
    if (file.size or 0) > MAX_MEGABYTES * 1024 * 1024:
        raise BusinessRuleError(Reason("material.too-big", {"name": name, "limit": MAX_MEGABYTES}))
    data = file.read()
    kind = filetype.guess(data)
    if kind is None or kind.extension not in KINDS:
        raise BusinessRuleError(Reason("material.wrong-kind", {"name": name}))
    if not _opens(data, is_pdf=kind.extension == "pdf"):
        raise BusinessRuleError(Reason("material.unreadable", {"name": name}))
    return Upload(name, KINDS[kind.extension], data)


def _opens(data: bytes, *, is_pdf: bool) -> bool:
    try:
        if is_pdf:
            with pypdfium2.PdfDocument(data) as document:
                return 0 < len(document) <= MAX_PAGES
        with _opened(data) as image:
            image.verify()
    except UNREADABLE:
        return False
    return True


def _opened(data: bytes) -> Image.Image:
    """The image, its header read; ValueError when it claims more pixels than we decode."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    return image


def attach(upload: Upload, *, slot: str, application_id: int) -> Attachment:
    """Keep a file with a draft or a returned case. The file is written first and removed when the row is not."""
    public_id = attachment_id()
    folder = folder_of(public_id)
    folder.mkdir(parents=True, mode=0o750)
    try:
        (folder / "original").write_bytes(upload.data)
        return _attach(upload, slot=slot, application_id=application_id, public_id=public_id)
    except BaseException:
        shutil.rmtree(folder)
        raise


@business_transaction
def _attach(upload: Upload, *, slot: str, application_id: int, public_id: str) -> Attachment:
    application = _open_for_files(application_id)
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
    try:
        data = (folder_of(attachment.public_id) / "original").read_bytes()
        if attachment.content_type == "application/pdf":
            return _render_pdf(data, public_id=attachment.public_id)
        with _opened(data) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((PAGE_WIDTH, PAGE_WIDTH * 2))
        upright.save(page_of(attachment.public_id, page=1), "PNG")
    except UNREADABLE:
        return 0
    return 1


def _render_pdf(data: bytes, *, public_id: str) -> int:
    with pypdfium2.PdfDocument(data) as document:
        pages = min(len(document), MAX_PAGES)
        for index in range(pages):
            page = document[index]
            scale = min(PAGE_WIDTH / max(page.get_width(), 1), 4)
            if page.get_height() * scale > PAGE_WIDTH * 4:
                raise ValueError("page too long")
            page.render(scale=scale).to_pil().save(page_of(public_id, page=index + 1), "PNG")
    return pages
