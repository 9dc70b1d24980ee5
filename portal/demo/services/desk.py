"""What the desk of a demo finds: canned texts, a corrected case, questions, a call, messages that did not arrive."""

from io import BytesIO

import structlog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageDraw

from insured.models import Enrollment
from portal import clock
from portal.accounts.models import User
from portal.demo.services.cast import CAST
from portal.errors import BusinessRuleError
from portal.help.models import Consultation
from portal.help.services import consultations
from portal.help.services.phone import NewCall, note_call
from portal.notifications.models import Delivery, DeliveryAttempt, DeliveryState
from suspension import items
from suspension.models import Application, CannedText
from suspension.policy.transitions import Action
from suspension.services import desk, materials, stop
from suspension.services.facts import read_stop_case

log = structlog.get_logger(__name__)
CORRECTED, ASKING, ANSWERED, CASEWORKER = "温书意", "罗景行", "苏文岚", "许知行"
CANNED = (
    ("return", "stop", "请补上传身份证正反面照片，四个角要拍全，字要看得清。"),
    ("return", "stop", "请在补充说明里写明将在哪里参保、从哪个月开始。"),
    ("return", "", "上传的材料看不清，请在光线好的地方重新拍一张。"),
    ("reject", "stop", "停缴原因和登记的参保情况不一致，请核对后重新申请。"),
    ("reject", "", "您说明暂时不需要办理，本次申请终止，参保状态不变。"),
)
"""Decision, item (empty for every item) and sentence; common to all areas."""
UNDELIVERED = (
    ("email", DeliveryState.FAILED, "SMTP 550 recipient refused", "permanent"),
    ("sms", DeliveryState.DEAD, "HTTP 500 simulated-fault", "temporary"),
)
"""What happened to the messages about the corrected case: channel, state, the provider's last word, outcome."""


def seed_desk() -> None:
    """Write what is missing; a second time nothing changes."""
    users = {user.display_name: user for user in User.objects.filter(email__in=[who.email for who in CAST])}
    if not CannedText.objects.exists():
        CannedText.objects.bulk_create(
            CannedText(action=action, item=item, text=text, position=10 * place)
            for place, (action, item, text) in enumerate(CANNED, start=1)
        )
    if not Consultation.objects.filter(user__in=[users[ASKING], users[ANSWERED]]).exists():
        _ask(users)
    if Application.objects.filter(person__user=users[CORRECTED], item=items.STOP.code).count() == 1:
        try:
            with transaction.atomic():
                _correct(applicant=users[CORRECTED], caseworker=users[CASEWORKER])
        except BusinessRuleError as refusal:
            log.info("demo_correction_left_out", reasons=[reason.code for reason in refusal.reasons])


def _ask(users: dict[str, User]) -> None:
    """One question waits, one is answered."""
    own = Application.objects.filter(applicant=users[ASKING]).values_list("number", flat=True).first()
    for name, subject, text in (
        (ASKING, own or "", "我的停缴申请什么时候有结果？下个月单位就要给我参保了。"),
        (ANSWERED, "停缴", "停缴以后，医保个人账户里的钱还能用吗？"),
    ):
        question = consultations.NewConsultation(text=text, subject=subject, call_phone=None, call_time="any")
        area_code = Enrollment.objects.filter(person__user=users[name]).values_list("area__code", flat=True)[:1].get()
        asked = consultations.ask(question, area_code=area_code, token=_token(users[name], step="ask"), by=users[name])
    by = users[CASEWORKER]
    consultations.take(asked.number, by=by)
    answer = "停缴以后，个人账户里的余额还是您的，可以继续在定点药店和医院使用，用完为止。"
    consultations.reply(asked.number, text=answer, token=_token(by, step="reply"), by=by)


def _correct(*, applicant: User, caseworker: User) -> None:
    """Filed after a rejection, returned, sent again with other words and other pictures; waits to be taken."""
    enrollment = Enrollment.objects.select_related("person", "area", "employer").get(
        person__user=applicant, is_basic=True
    )
    request = _request(enrollment, reason_code="other", note="", by=applicant)
    draft = stop.save_draft(request, enrollment_id=enrollment.pk, by=applicant)
    blurred = _attach("身份证.png", lines=1, to=draft)
    sent = stop.submit(
        enrollment_id=enrollment.pk, revision=draft.revision, token=_token(applicant, step="again"), by=applicant
    )
    number = str(sent.number)
    taken = desk.take(number=number, version=sent.version, by=caseworker)
    call = NewCall(
        subject=number,
        area_code=enrollment.area.code,
        direction="out",
        text="已电话说明照片模糊，本人说今晚重新拍，并写明新单位和开始的月份。",
    )
    note_call(call, token=_token(caseworker, step="call"), address="/admin/", by=caseworker)
    decision = desk.Decision(
        action=Action.RETURN,
        fields=("reason_code", "note", "material"),
        text=f"{CANNED[0][2]}停缴原因请选最接近的一项。",
    )
    back = desk.decide(
        decision, number=number, version=taken.version, token=_token(caseworker, step="return"), by=caseworker
    )
    materials.remove(blurred, application_id=back.pk)
    for name in ("身份证正面.png", "身份证反面.png"):
        _attach(name, lines=4, to=back)
    corrected = _request(
        enrollment,
        reason_code="joined-310",
        note="下月起由示例市澄江精密制造有限公司参保。",
        by=applicant,
    )
    stop.resubmit(
        corrected, number=number, version=back.version, token=_token(applicant, step="resubmit"), by=applicant
    )
    _lose_messages(number)


def _request(enrollment: Enrollment, *, reason_code: str, note: str, by: User) -> stop.StopRequest:
    months = read_stop_case(enrollment, today=clock.today()).months
    return stop.StopRequest(
        reason_code=reason_code,
        stop_month=months.earliest.first_day if months.earliest else None,
        contact_phone=by.phone or "",
        contact_email=by.email or "",
        note=note,
    )


def _attach(name: str, *, lines: int, to: Application) -> str:
    """A drawn card that shows nothing of anybody."""
    image = Image.new("RGB", (640, 400), "#dfe8f2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((440, 60, 600, 260), fill="#b8c7d9")
    for line in range(lines):
        draw.rectangle((40, 60 + 60 * line, 380, 84 + 60 * line), fill="#6f8299")
    draw.text((40, 350), "SAMPLE - DEMO", fill="#6f8299")
    data = BytesIO()
    image.save(data, "PNG")
    file = SimpleUploadedFile(name, data.getvalue(), content_type="image/png")
    slot = "id-card-back" if "反面" in name else "id-card"
    return materials.attach(materials.read_upload(file), slot=slot, application_id=to.pk).public_id


def _lose_messages(number: str) -> None:
    """The provider refused the address, or never answered."""
    for channel, state, error, outcome in UNDELIVERED:
        row = Delivery.objects.filter(subject_number=number, channel=channel).order_by("id").last()
        if row is None:
            continue
        Delivery.objects.filter(pk=row.pk).update(state=state, attempts=1, last_error=error)
        DeliveryAttempt.objects.create(delivery=row, no=1, outcome=outcome, detail=error, latency_ms=212)


def _token(user: User, *, step: str) -> str:
    return f"demo-desk-{user.handle}-{step}"
