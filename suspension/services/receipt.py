"""《基本医疗保险停保登记表》: the printable form of an application, and the public answer to the QR code on it."""

import hmac
import json
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import segno
import typst
from django.conf import settings
from pylopdf_fonts_zh_cn import sans_path

from portal import clock
from portal.crypto import blind_index, blind_index_candidates
from portal.identity import is_public_number, normalize_public_number
from portal.labels import shown
from portal.masking import mask_email, mask_id, mask_phone
from suspension import items, labels
from suspension.models import Application, Attachment
from suspension.policy.transitions import State

PURPOSE = "stop-form"
PROOF_LENGTH = 22
"""Characters of base64: 132 bits of the HMAC."""
MISSING = "□"
INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Control characters; those of private use stay, since names contain them."""
Ranges = tuple[tuple[int, ...], tuple[int, ...]]


def verification_code(number: str) -> str:
    """What the QR code asks about: the number and a proof that the hall printed it; good while its key is kept."""
    return f"{number}-{_proof(blind_index(number, purpose=PURPOSE))}"


def find_verified(code: str) -> Application | None:
    """The application of a printed form; None for a code that the hall never printed, whatever is wrong with it."""
    typed, _, proof = code.partition("-")
    number = normalize_public_number(typed)
    candidates = [_proof(one) for one in blind_index_candidates(number, purpose=PURPOSE)]
    if not any(hmac.compare_digest(proof.encode(), one.encode()) for one in candidates):
        return None
    if not is_public_number(number):
        return None
    return Application.objects.submitted().select_related("person", "enrollment", "area").filter(number=number).first()


def _proof(index: str) -> str:
    return index.partition("$")[2][:PROOF_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopForm:
    """The form as data: rows of label and text, the QR code as SVG, and the characters the font lacks."""

    rows: tuple[tuple[str, str], ...]
    qr: str
    address: str
    lacking: str


def stop_form(application: Application, *, address: str) -> StopForm:
    """The form of one's own application; `address` is that of the public verification page."""
    rows = tuple(_rows(application))
    lacking = {char for _, text in rows for char in text if not has_glyph(char)}
    return StopForm(
        rows=tuple((label, "".join(char if has_glyph(char) else MISSING for char in text)) for label, text in rows),
        qr=segno.make(address, error="m").svg_inline(scale=4, border=2),
        address=address,
        lacking=f"U+{'、U+'.join(f'{ord(char):04X}' for char in sorted(lacking))}" if lacking else "",
    )


def as_pdf(form: StopForm) -> bytes:
    """The form on one A4 page. What was typed is data for the template, never its markup."""
    data = {
        "rows": form.rows,
        "qr": form.qr,
        "address": form.address,
        "lacking": form.lacking,
        "missing": MISSING,
        "agency": settings.AGENCY_NAME,
        "hall": settings.HALL_NAME,
        "hotline": settings.HOTLINE,
        "printed": _moment(clock.now()),
        "is_demo": settings.DEMO,
    }
    compiler = typst.Compiler(
        _template(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"data": json.dumps(data)}
    )
    made = compiler.compile(format="pdf", timestamp=clock.now().replace(microsecond=0))
    if not isinstance(made, bytes):
        raise TypeError("one page makes one document")
    return made


def _rows(application: Application) -> Iterator[tuple[str, str]]:
    enrollment, person = application.enrollment, application.person
    item = items.ITEMS[application.item]
    slots = Attachment.objects.kept().filter(application=application).order_by("id").values_list("slot", flat=True)
    yield "受理编号", application.number or ""
    yield "申请事项", item.title_for(enrollment.scheme, is_through_unit=enrollment.is_through_unit)
    yield "姓名", _printable(person.name)
    yield "身份证号", mask_id(person.id_number)
    yield "联系电话", mask_phone(application.contact_phone)
    yield "电子邮箱", mask_email(application.contact_email) if application.contact_email else "未填写"
    yield "参保单位", _printable(enrollment.employer.name)
    yield "险种", enrollment.get_scheme_display()
    yield "参保地", application.area.name
    yield "停保原因", labels.STOP_REASONS.get(application.reason_code, "")
    yield "停保年月", _month(application.stop_month, otherwise="审核通过后尽快")
    yield "预计恢复月", _month(application.resume_month, otherwise="未填写")
    yield "转移接续", _printable(application.transfer_target or "需要") if application.wants_transfer else "不需要"
    yield "提交材料", _materials(application, slots=list(dict.fromkeys(slots)))
    yield "备注", _printable(application.note) or "无"
    yield "受理时间", _moment(application.submitted_at) if application.submitted_at else ""
    yield "申办方式", _filed_by(application)
    yield "受理机构", application.area.agency_name
    yield "经办人", application.taken_by.display_name if application.taken_by else "待接办"
    yield "承诺办结日", shown("", application.due_on) if application.due_on else ""
    yield "办理状态", f"{labels.STATES[application.state]}（打印时）"
    if application.effective_on and application.state in (State.APPROVED, State.COMPLETED):
        yield "停保生效日", shown("", application.effective_on)


def _filed_by(application: Application) -> str:
    if application.channel != "web":
        return f"{application.get_channel_display()}受理"
    is_own = application.applicant_id == application.person.user_id
    return f"{application.get_channel_display()}，{'本人办理' if is_own else '家人代办'}"


def _materials(application: Application, *, slots: list[str]) -> str:
    names = [labels.MATERIALS[slot] for slot in slots]
    if application.uses_credential:
        names.append("医保电子凭证（代替上传）")
    return "、".join(names) or "未上传"


def _month(day: date | None, *, otherwise: str) -> str:
    return f"{day.year}年{day.month}月" if day else otherwise


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def _printable(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) not in INVISIBLE)


@cache
def _template() -> bytes:
    return (Path(settings.BASE_DIR) / "templates" / "suspension/stop_form.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(sans_path().parent)])


def has_glyph(char: str) -> bool:
    """Whether the form's font can draw the character."""
    starts, ends = _ranges()
    place = bisect_right(starts, ord(char)) - 1
    return place >= 0 and ord(char) <= ends[place]


@cache
def _ranges() -> Ranges:
    """First and last code points of the font's character map: the groups of its format-12 table."""
    with sans_path().open("rb") as font:
        (count,) = struct.unpack(">4xH6x", font.read(12))
        tables = {tag: offset for tag, _, offset, _ in struct.iter_unpack(">4sIII", font.read(16 * count))}
        start = tables[b"cmap"]
        font.seek(start)
        (count,) = struct.unpack(">2xH", font.read(4))
        for _, _, offset in struct.iter_unpack(">HHI", font.read(8 * count)):
            font.seek(start + offset)
            (kind,) = struct.unpack(">H", font.read(2))
            if kind == 12:
                (count,) = struct.unpack(">10xI", font.read(14))
                groups = list(struct.iter_unpack(">III", font.read(12 * count)))
                return tuple(first for first, _, _ in groups), tuple(last for _, last, _ in groups)
    raise ValueError("the font has no table of all characters")
