"""Small files of every kind that people, and others, upload."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(name: str = "身份证.jpg", *, kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    """A plain picture, with a place in its EXIF data where the format allows it."""
    stream = io.BytesIO()
    image = Image.new("RGB", size, "white")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    image.save(stream, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return SimpleUploadedFile(name, stream.getvalue())


def pdf(name: str = "证明.pdf", *, pages: int = 2) -> SimpleUploadedFile:
    """A PDF of empty pages."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(300, 400)
    stream = io.BytesIO()
    document.save(stream)
    return SimpleUploadedFile(name, stream.getvalue())


def text(name: str, data: bytes) -> SimpleUploadedFile:
    """Anything else."""
    return SimpleUploadedFile(name, data)
