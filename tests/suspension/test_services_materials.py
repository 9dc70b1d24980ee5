"""Uploads: what is taken, what is refused, and that reviewers see only what was rendered."""

import pytest
from PIL import Image

from insured.models import InsuredPerson
from portal.errors import BusinessRuleError
from suspension.models import Application, Attachment
from suspension.services import materials, stop
from tests import factories
from tests.suspension import files
from tests.suspension.cases import filed, stop_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]


@pytest.fixture
def draft(resident: InsuredPerson) -> Application:
    return stop.save_draft(
        stop_request(), enrollment_id=resident.enrollments.get().pk, by=factories.account_of(resident)
    )


def kept(application: Application, upload: materials.Upload) -> Attachment:
    return materials.attach(upload, slot="id-card", application_id=application.pk)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (files.picture(), "image/jpeg"),
        (files.picture("a.png", kind="PNG"), "image/png"),
        (files.picture("a.pdf"), "image/jpeg"),
        (files.pdf(), "application/pdf"),
    ],
)
def test_takes_pictures_and_pdfs_by_their_content(file, kind: str) -> None:
    assert materials.read_upload(file).content_type == kind


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (files.text("a.jpg", b"<html><script>alert(1)</script>"), "material.wrong-kind"),
        (files.text("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "material.wrong-kind"),
        (files.text("a.exe", b"MZ" + b"\0" * 100), "material.wrong-kind"),
        (files.text("a.gif", b"GIF89a" + b"\0" * 100), "material.wrong-kind"),
        (files.text("a.zip", b"PK\x03\x04" + b"\0" * 100), "material.wrong-kind"),
        (files.text("empty.jpg", b""), "material.wrong-kind"),
        (files.text("cut.jpg", files.picture().read()[:50]), "material.unreadable"),
        (files.text("cut.png", files.picture(kind="PNG").read()[:30]), "material.unreadable"),
        (files.text("cut.pdf", b"%PDF-1.7\n garbage"), "material.unreadable"),
        (files.pdf(pages=21), "material.too-many-pages"),
        (files.text("big.jpg", b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024)), "material.too-big"),
    ],
)
def test_refuses_everything_else_and_says_what_to_do(file, code: str) -> None:
    with pytest.raises(BusinessRuleError) as refused:
        materials.read_upload(file)

    assert refused.value.reasons[0].code == code


@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "a/b/c.jpg", "x" * 300 + ".jpg"])
def test_keeps_no_path_of_the_sender(name: str) -> None:
    file = files.picture()
    file.name = name

    upload = materials.read_upload(file)

    assert "/" not in upload.name
    assert len(upload.name) <= 100


def test_renders_pages_without_the_senders_metadata(draft: Application, sent_hints: list[str]) -> None:
    attachment = kept(draft, materials.read_upload(files.picture()))

    materials.render_pending()

    attachment.refresh_from_db()
    assert (attachment.state, attachment.pages) == ("ready", 1)
    with Image.open(materials.page_of(attachment.public_id, page=1)) as page:
        assert page.format == "PNG"
        assert not dict(page.getexif())


def test_renders_every_page_of_a_pdf(draft: Application) -> None:
    attachment = kept(draft, materials.read_upload(files.pdf(pages=3)))

    materials.render_pending()

    attachment.refresh_from_db()
    assert attachment.pages == 3
    assert materials.page_of(attachment.public_id, page=3).exists()


def test_marks_what_cannot_be_rendered_and_goes_on(draft: Application) -> None:
    lost = kept(draft, materials.read_upload(files.picture()))
    fine = kept(draft, materials.read_upload(files.picture()))
    (materials.folder_of(lost.public_id) / "original").unlink()

    materials.render_pending()

    lost.refresh_from_db()
    fine.refresh_from_db()
    assert (lost.state, fine.state) == ("failed", "ready")


def test_leaves_no_file_without_a_row(resident: InsuredPerson, settings) -> None:
    application = filed(resident)

    with pytest.raises(Application.DoesNotExist):
        kept(application, materials.read_upload(files.picture()))

    assert not list((settings.MEDIA_ROOT / "materials").iterdir())


def test_takes_ten_files_and_no_more(draft: Application) -> None:
    upload = materials.read_upload(files.picture())
    for _ in range(materials.MAX_FILES):
        kept(draft, upload)

    with pytest.raises(BusinessRuleError) as refused:
        kept(draft, upload)

    assert refused.value.reasons[0].code == "material.too-many"


def test_lets_the_applicant_take_a_file_out_of_the_draft(draft: Application) -> None:
    attachment = kept(draft, materials.read_upload(files.picture()))

    materials.remove(attachment.public_id, application_id=draft.pk)

    assert not Attachment.objects.kept().exists()
