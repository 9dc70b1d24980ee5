"""The corpus of hostile uploads through the page and the renderer: an exact verdict for each, and nothing leaks."""

import time
from html import escape
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from insured.models import InsuredPerson
from portal import labels
from portal.errors import Reason
from suspension.models import Application, Attachment
from suspension.services import materials, rendering
from tests import factories
from tests.suspension import corpus
from tests.suspension.cases import filed
from tests.suspension.pages import typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_10")]
DEADLINE = 30
"""Seconds for one file on a busy machine; a file that hangs is noticed, a slow machine is not."""


def send(visitor: Client, *parts: bytes) -> HttpResponse:
    body = corpus.form_of(typed(upload="1"), *parts)
    kind = f"multipart/form-data; boundary={corpus.BOUNDARY.decode()}"
    return visitor.generic("POST", "/stop/form/", body, content_type=kind)


def written(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def sentence(code: str, *, name: str) -> str:
    limit = {"material.too-big": materials.MAX_MEGABYTES}.get(code, rendering.MAX_PAGES)
    return escape(labels.say(Reason(code, {"name": name, "limit": limit})))


@pytest.mark.parametrize("case", list(corpus.refused()), ids=lambda case: case.label)
def test_refuses_it_with_the_right_sentence(case: corpus.Hostile, visitor: Client, settings) -> None:
    started = time.monotonic()

    answer = send(visitor, corpus.file_part(case.name, case.data))

    assert answer.status_code == 422
    assert sentence(case.verdict, name=case.name) in answer.content.decode()
    assert not Attachment.objects.exists()
    assert written(settings.MEDIA_ROOT) == set()
    assert time.monotonic() - started < DEADLINE


@pytest.mark.parametrize("case", list(corpus.accepted()), ids=lambda case: case.label)
def test_takes_it_in_and_shows_only_what_was_drawn_anew(case: corpus.Hostile, visitor: Client, settings) -> None:
    assert send(visitor, corpus.file_part(case.name, case.data)).status_code == 302
    materials.render_pending()

    file = Attachment.objects.get()
    assert (file.state, file.pages) == ("ready", 1)
    place = f"materials/{file.public_id}"
    assert written(settings.MEDIA_ROOT) == {f"{place}/original", f"{place}/page-1.png"}
    answer = visitor.get(f"/materials/{file.public_id}/1/")
    shown = b"".join(answer)
    assert answer["Content-Type"] == "image/png"
    assert corpus.PAYLOAD not in shown
    with Image.open(materials.page_of(file.public_id, page=1)) as page:
        page.load()
        assert (page.format, page.mode, page.info, dict(page.getexif())) == ("PNG", "RGB", {}, {})


@pytest.mark.parametrize(("given", "kept"), corpus.NAMES.items(), ids=[f"name-{n}" for n in range(len(corpus.NAMES))])
def test_keeps_a_plain_name_and_writes_nowhere_else(given: str, kept: str, visitor: Client, settings) -> None:
    assert send(visitor, corpus.file_part(given, corpus.jpeg())).status_code == 302

    file = Attachment.objects.get()
    assert file.name == kept
    assert written(settings.MEDIA_ROOT) == {f"materials/{file.public_id}/original"}
    page = visitor.get("/stop/form/").content.decode()
    assert escape(kept) in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("name", ["", ".", "..", "/", "\0", "\u202e", "a/b\\..", "a\r\nSet-Cookie: x=1.jpg"])
def test_calls_a_file_something_whatever_it_was_called(name: str) -> None:
    plain = materials.plain_name(name)

    assert plain.isprintable()
    assert plain not in ("", ".", "..")
    assert not set("/\\") & set(plain)


@pytest.mark.parametrize(
    ("parts", "status", "count"),
    [
        ([corpus.part(b'name="file_id_card"', corpus.jpeg())], 302, 0),
        ([corpus.file_part("", corpus.jpeg())], 302, 0),
        ([corpus.file_part("..", corpus.jpeg())], 302, 0),
        ([corpus.file_part("a.jpg", b"")], 422, 0),
        ([corpus.file_part(b'a.jpg"; filename="b.html', corpus.jpeg())], 302, 1),
        ([corpus.file_part(b"a\r\nX-Bad: 1.jpg", corpus.jpeg())], 302, 1),
        ([corpus.file_part(b"\xff\xfe\x00.jpg", corpus.jpeg())], 302, 0),
        ([corpus.file_part("a.jpg", corpus.jpeg())] * 2, 302, 2),
        ([corpus.file_part("a.jpg", corpus.jpeg(), field="file_unknown")], 302, 0),
        ([corpus.file_part("a.jpg", corpus.jpeg())] * 21, 400, 0),
        ([b"--hall-boundary\r\nrubbish"], 302, 0),
    ],
    ids=["no-filename", "empty-name", "dots", "empty", "two-names", "crlf", "bytes", "two", "field", "21", "rubbish"],
)
def test_answers_a_broken_form_plainly(parts: list[bytes], status: int, count: int, visitor: Client) -> None:
    assert send(visitor, *parts).status_code == status
    assert Attachment.objects.count() == count


def test_keeps_the_good_file_when_another_is_refused(visitor: Client) -> None:
    bad = corpus.file_part("bad.jpg", corpus.strangers()["html"])

    assert send(visitor, bad, corpus.file_part("good.jpg", corpus.jpeg())).status_code == 422
    assert Attachment.objects.get().name == "good.jpg"


def pending(application: Application, data: bytes, content_type: str) -> Attachment:
    upload = materials.Upload("a", content_type, data)
    Application.objects.filter(pk=application.pk).update(state="returned")
    return materials.attach(upload, slot="other", application_id=application.pk)


def test_goes_on_when_drawing_one_file_kills_its_process(
    resident: InsuredPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = filed(resident)
    bad = pending(application, b"bad", "image/jpeg")
    good = pending(application, corpus.jpeg(), "image/jpeg")
    real = rendering.subprocess.run

    def run(command: list[str], **more: object) -> object:
        if more["input"] == b"bad":
            command = ["sh", "-c", "kill -SEGV $$"]
        return real(command, **more)

    monkeypatch.setattr(rendering.subprocess, "run", run)
    assert materials.render_pending() == 2

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("failed", "ready")


def test_gives_up_a_file_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "TIMEOUT", 0.001)

    with pytest.raises(rendering.RefusedError, match="unreadable"):
        rendering.read_pages(corpus.jpeg(), is_pdf=False)


def test_draws_the_shades_of_a_deep_picture(tmp_path: Path) -> None:
    rendering.read_pages(corpus.picture_in("I;16", "PNG"), is_pdf=False, into=tmp_path)

    with Image.open(tmp_path / "page-1.png") as page:
        assert page.getpixel((0, 0)) == (156, 156, 156)


def test_puts_a_see_through_picture_on_white(tmp_path: Path) -> None:
    rendering.read_pages(corpus.picture_in("RGBA", "PNG"), is_pdf=False, into=tmp_path)

    with Image.open(tmp_path / "page-1.png") as page:
        assert page.getpixel((0, 0)) == (255, 255, 255)


def test_hands_staff_the_original_as_a_download_only(resident: InsuredPerson, area, client_of) -> None:
    application = filed(resident)
    file = pending(application, corpus.png() + corpus.PAYLOAD, "image/png")
    desk = client_of(factories.staff(area=area))

    answer = desk.get(f"/admin/suspension/application/{application.number}/materials/{file.public_id}/original/")

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
