"""《基本医疗保险停保登记表》 and the forms of the other items: printed, with the public answer to their QR code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from portal import clock, paper
from portal.identity import is_public_number, normalize_public_number
from portal.labels import shown
from portal.masking import mask_email, mask_id, mask_phone
from portal.money import yuan
from portal.paper import has_glyph, moment, printable
from portal.templatetags.hall import masked_account
from suspension import items, labels
from suspension.models import Application, TransferLeg
from suspension.policy.transitions import State
from suspension.services.offers import asked_on, offer_on, papers_of, slots_of
from suspension.services.transfer import facts_of

PURPOSE = "stop-form"
STOP_TITLE = "基本医疗保险停保登记表"
STOP_PLEDGE = "本人确认以上内容属实，已知晓停保生效后医疗费用需自费、中断后再次参保可能有待遇等待期。办理费用：不收费。"
RESUME_TITLE = "个人医保续保申请表"
RESUME_PLEDGE = (
    "本人确认以上内容属实，已知晓审核通过、缴清应缴费用以后才享受医保待遇、待遇等待期内医疗费用需自费。"
    "办理费用：不收费。"
)
REFUND_TITLE = "基本医疗保险退费申请表"
REFUND_PLEDGE = (
    "本人确认以上内容属实，收款账户是参保人本人的；已知晓待遇期开始后不退费，停保和退费分别审核、分别有结果。"
    "办理费用：不收费。"
)
TRANSFER_TITLE = "基本医疗保险关系转移接续申请表"
TRANSFER_PLEDGE = (
    "本人确认以上内容属实，已知晓原参保地停保、新参保地参保以后才能转移，"
    "缴费年限按两地记录合并计算，同一个月只算一次。办理费用：不收费。"
)
MISSING = "□"


def verification_code(number: str) -> str:
    """What the QR code asks about: the number and a proof that the hall printed it; good while its key is kept."""
    return f"{number}-{paper.proof_of(number, purpose=PURPOSE)}"


def find_verified(code: str) -> Application | None:
    """The application of a printed form; None for a code that the hall never printed, whatever is wrong with it."""
    typed, _, proof = code.partition("-")
    number = normalize_public_number(typed)
    if not paper.is_proof(proof, subject=number, purpose=PURPOSE) or not is_public_number(number):
        return None
    return Application.objects.submitted().select_related("person", "enrollment", "area").filter(number=number).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as data: its title, rows of label and text, the QR code as SVG, and the characters the font lacks."""

    title: str
    rows: tuple[tuple[str, str], ...]
    pledge: str
    qr: str
    address: str
    lacking: str
    is_signed: bool = True


Rows = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form of an item: its name on a button and in a file name, its title, what is signed, and its own rows."""

    name: str
    code: str
    title: str
    pledge: str
    rows: Callable[[Application], Rows]


def sheet_of(application: Application) -> Sheet | None:
    """The form of the application's item; None where there is none."""
    return SHEETS.get(application.item)


def printed_form(application: Application, sheet: Sheet, *, address: str) -> Form:
    """The form of one's own application; `address` is that of the public verification page."""
    rows = (*_head(application), *sheet.rows(application), *_tail(application))
    return legible(
        Form(title=sheet.title, pledge=sheet.pledge, rows=rows, qr=paper.qr_code(address), address=address, lacking="")
    )


def legible(form: Form) -> Form:
    """The same with a box for every character that the font lacks, and their names."""
    return replace(
        form,
        rows=tuple(
            (label, "".join(char if has_glyph(char) else MISSING for char in text)) for label, text in form.rows
        ),
        lacking=paper.lacking(text for _, text in form.rows),
    )


def as_pdf(form: Form) -> bytes:
    """The form on one A4 page. What was typed is data for the template, never its markup."""
    data = {
        "title": form.title,
        "pledge": form.pledge,
        "rows": form.rows,
        "qr": form.qr,
        "address": form.address,
        "lacking": form.lacking,
        "missing": MISSING,
        "is_signed": form.is_signed,
    }
    return paper.compiled("suspension/stop_form.typ", data)


def _head(application: Application) -> Rows:
    """Whose application it is."""
    enrollment, person = application.enrollment, application.person
    item = items.ITEMS[application.item]
    yield "受理编号", application.number or ""
    yield "申请事项", item.title_for(enrollment.scheme, is_through_unit=enrollment.is_through_unit)
    yield "姓名", printable(person.name)
    yield "身份证号", mask_id(person.id_number)
    yield "联系电话", mask_phone(application.contact_phone)
    yield "电子邮箱", mask_email(application.contact_email) if application.contact_email else "未填写"


def _record(application: Application) -> Rows:
    """The record that it is about."""
    yield "险种", application.enrollment.get_scheme_display()
    yield "参保地", application.area.name


def _stop_rows(application: Application) -> Rows:
    sent_on = asked_on(application, today=clock.today())
    offer = offer_on(items.ITEMS[application.item], area_id=application.area_id, on=sent_on)
    yield "参保单位", printable(application.enrollment.employer.name)
    yield from _record(application)
    known = labels.STOP_REASONS.get(application.reason_code, "")
    yield "停保原因", offer.reasons.get(application.reason_code, known)
    yield "停保年月", _month(application.stop_month, otherwise="审核通过后尽快")
    yield "预计恢复月", _month(application.resume_month, otherwise="未填写")
    yield "转移接续", printable(application.transfer_target or "需要") if application.wants_transfer else "不需要"
    yield from _materials(application)
    if application.effective_on and application.state in (State.APPROVED, State.COMPLETED):
        yield "停保生效日", shown("", application.effective_on)


def _return_rows(application: Application) -> Rows:
    """What a return or an enrolment says."""
    yield from _record(application)
    yield "缴费方式", _way(application)
    yield from _materials(application)
    if application.effective_on and application.state == State.COMPLETED:
        yield "待遇开始日", shown("", application.effective_on)


def _refund_rows(application: Application) -> Rows:
    yield from _record(application)
    year = application.coverage_year
    yield "要退的缴费", f"{year}年度居民医保" if year else "灵活就业预缴的月份"
    yield "退费原因", labels.REFUND_CAUSES.get(application.refund_cause, "")
    yield "收款账户", _account(application)
    yield from _materials(application)
    if application.refund_fen is not None:
        yield "退费结果", f"核准退回{yuan(application.refund_fen)}元" if application.refund_fen else "不退费"


def _account(application: Application) -> str:
    if not application.refund_account:
        return "原路退回"
    named = f"{application.refund_bank}，{application.refund_holder}，{masked_account(application.refund_account)}"
    return printable(named)


def _transfer_rows(application: Application) -> Rows:
    """What a transfer says: both sides, and what each area has recorded by the day of printing."""
    facts = facts_of(application, today=clock.today())
    yield "险种", application.enrollment.get_scheme_display()
    yield "转出地（原参保地）", printable(facts.source.area)
    yield "转入地（新参保地）", printable(facts.target.area)
    for leg in TransferLeg.objects.filter(application=application).order_by("id"):
        done = f"{moment(leg.done_at)}办结" if leg.done_at else f"最晚{shown('', leg.due_on)}办结"
        yield labels.LEGS[leg.kind], f"{printable(leg.place)}，{done}"


def _way(application: Application) -> str:
    if application.coverage_year:
        repaired = f"补缴断保{application.repair_years}年" if application.repair_years else "不补缴"
        return f"{application.coverage_year}年度，{repaired}"
    return "中断的月份一起补缴" if application.pays_gap else "只缴恢复的那个月"


def _tail(application: Application) -> Rows:
    """How it was sent in, and where it stands."""
    yield "备注", printable(application.note) or "无"
    yield "受理时间", moment(application.submitted_at) if application.submitted_at else ""
    yield "申办方式", _filed_by(application)
    yield "受理机构", application.area.agency_name
    yield "经办人", application.taken_by.display_name if application.taken_by else "待接办"
    yield "承诺办结日", shown("", application.due_on) if application.due_on else ""
    yield "办理状态", f"{labels.STATES[application.state]}（打印时）"


def _filed_by(application: Application) -> str:
    if application.channel != "web":
        return f"{application.get_channel_display()}受理"
    is_own = application.applicant_id == application.person.user_id
    return f"{application.get_channel_display()}，{'本人办理' if is_own else '家人代办'}"


def _materials(application: Application) -> Rows:
    sent_on = asked_on(application, today=clock.today())
    offer = offer_on(items.ITEMS[application.item], area_id=application.area_id, on=sent_on)
    names = [labels.MATERIALS[slot] for slot in dict.fromkeys(slots_of(application))]
    if application.uses_credential:
        names.append("医保电子凭证（代替上传）")
    yield "提交材料", "、".join(names) or "未上传"
    if must := papers_of(offer).must:
        yield "必交材料", f"{'、'.join(must)}（{shown('', sent_on)}的办理要求）"


def _month(day: date | None, *, otherwise: str) -> str:
    return f"{day.year}年{day.month}月" if day else otherwise


RETURN_SHEET = Sheet("续保申请表", "resume", RESUME_TITLE, RESUME_PLEDGE, _return_rows)
SHEETS = {
    items.STOP.code: Sheet("停保登记表", "stop", STOP_TITLE, STOP_PLEDGE, _stop_rows),
    **{item.code: RETURN_SHEET for item in items.COMEBACK_ITEMS},
    items.REFUND.code: Sheet("退费申请表", "refund", REFUND_TITLE, REFUND_PLEDGE, _refund_rows),
    items.TRANSFER.code: Sheet("转移接续申请表", "transfer", TRANSFER_TITLE, TRANSFER_PLEDGE, _transfer_rows),
}
"""By item; what is done at once has no form."""
