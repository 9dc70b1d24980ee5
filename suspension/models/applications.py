"""The application, its events, what was submitted, and its materials."""

import secrets
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from insured.models import Enrollment, InsuredPerson, PoolingArea, StaffAssignment
from insured.policy.roles import Right
from payments.models import Bill, Refund
from portal.accounts.models import User
from portal.crypto import EncryptedTextField
from suspension import items, labels
from suspension.policy.transitions import OPEN_STATES, State


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: the applications about oneself and about relatives who let one act for them today."""
        return self.filter(person__in=InsuredPerson.objects.within_reach_of(user))

    def about(self, user: User) -> Self:
        """The applications about oneself only, whoever filed them."""
        return self.filter(person__user=user)

    def in_charge_of(self, user: User) -> Self:
        """At the desk: submitted cases of the staff member's pooling areas."""
        return self.submitted().filter(area__in=StaffAssignment.objects.areas_with(user, Right.CASES))

    def drafts_unchanged_since(self, moment: datetime) -> Self:
        """Drafts that were last kept before, or begun before when it was not kept when."""
        began = Q(kept_at__isnull=True, created_at__lt=moment)
        return self.filter(began | Q(kept_at__lt=moment), state=State.DRAFT)

    def by_due_day(self) -> Self:
        """As the lists of the desk stand, along their indexes: who counts up to a limit reads as many rows and no more.

        An order that begins with the state would lead a list of several states through all that is done.
        """
        return self.order_by("due_on", "id")

    def submitted(self) -> Self:
        """Everything that was sent in, drafts left out."""
        return self.filter(number__isnull=False)

    def open(self) -> Self:
        """Sent in and not decided."""
        return self.filter(state__in=OPEN_STATES)

    def waiting_for_effect(self, day: date) -> Self:
        """Approved, the day has come, and no open cancellation holds it; or its money was paid, or is back."""
        holding = Application.objects.open().filter(refers_to=OuterRef("pk"), item=items.CANCEL_STOP.code)
        paid = Bill.objects.filter(basis=OuterRef("number"), status=Bill.PAID)
        dated = Q(~Exists(holding), effective_on__lte=day)
        dated &= ~Q(item__in=(*items.PAID, *items.LEGGED, *items.REFUNDS))
        back = Q(~Exists(Refund.objects.unsettled().filter(basis=OuterRef("number"))), item__in=items.REFUNDS)
        return self.filter(dated | back | Q(Exists(paid), item__in=items.PAID), state=State.APPROVED)

    def unpaid_after(self, day: date) -> Self:
        """Approved, and the bill that they wait for was due before that day; nothing was paid, or is on its way, or
        what was paid of it went back.
        """
        late = Bill.objects.untouched().filter(basis=OuterRef("number"), due_on__lt=day)
        back = Bill.objects.parts_gone_back().filter(basis=OuterRef("number"))
        return self.filter(Q(Exists(late)) | Q(Exists(back)), state=State.APPROVED, item__in=items.PAID)


class Application(models.Model):
    """办件: one request about one enrollment, from draft to result.

    Every change goes through suspension.services; `version` counts the changes and guards each of them.
    """

    number = models.CharField("受理编号", max_length=24, unique=True, null=True)
    item = models.CharField("事项", max_length=32, choices=items.CHOICES)
    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="applications"
    )
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, verbose_name="参保关系", related_name="applications"
    )
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="申请人", related_name="filed_applications"
    )
    channel = models.CharField("渠道", max_length=8, choices=list(labels.CHANNELS.items()), default="web")
    state = models.CharField("状态", max_length=16, choices=list(labels.STATES.items()), default=State.DRAFT)
    version = models.PositiveIntegerField("版本", default=1)
    revision = models.PositiveIntegerField("内容版本", default=1)
    is_coverage_changing = models.BooleanField("影响参保状态", default=True)

    reason_code = models.CharField("停缴原因", max_length=16, choices=list(labels.STOP_REASONS.items()), blank=True)
    stop_month = models.DateField("停缴年月（月首日，空为审核通过后尽快）", null=True)
    resume_month = models.DateField("预计恢复月（月首日）", null=True)
    wants_transfer = models.BooleanField("需要转移接续", default=False)
    transfer_target = models.CharField("转往的单位或地区", max_length=100, blank=True)
    transfer_source = models.CharField("转出的地区", max_length=100, blank=True)
    transfer_from = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, verbose_name="转出的参保关系", related_name="+"
    )
    uses_credential = models.BooleanField("以医保电子凭证代替上传", default=False)
    coverage_year = models.PositiveSmallIntegerField("参保年度", null=True)
    repair_years = models.PositiveSmallIntegerField("补缴断保年度数", default=0)
    pays_gap = models.BooleanField("补缴中断的月份", default=True)
    instalments = models.PositiveSmallIntegerField("分几期", default=0)
    refund_cause = models.CharField("退费原因", max_length=12, choices=list(labels.REFUND_CAUSES.items()), blank=True)
    refund_holder = models.CharField("收款户名", max_length=50, blank=True)
    refund_bank = models.CharField("开户银行", max_length=60, blank=True)
    refund_account = EncryptedTextField("收款账号", null=True)
    refund_fen = models.BigIntegerField("核准退费（分）", null=True)
    refund_refused = models.JSONField("不退费的原因", default=list)
    note = models.CharField("补充说明", max_length=200, blank=True)
    contact_phone = EncryptedTextField("联系电话")
    contact_email = models.EmailField("电子邮箱", blank=True)

    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    kept_at = models.DateTimeField("最近暂存时间", null=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    due_on = models.DateField("承诺办结日", null=True)
    effective_on = models.DateField("生效日期", null=True)
    last_covered_on = models.DateField("最后待遇日", null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="经办人", related_name="+"
    )
    taken_at = models.DateTimeField("接办时间", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="审核人", related_name="+"
    )
    decided_at = models.DateTimeField("审核时间", null=True)
    decision_code = models.CharField("审核原因", max_length=32, blank=True)
    decision_text = models.CharField("审核意见", max_length=500, blank=True)
    returned_fields = models.JSONField("需补正的内容", default=list)
    correction_due_on = models.DateField("补正截止日", null=True)
    completed_at = models.DateTimeField("办结时间", null=True)
    refers_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, verbose_name="针对的申请", related_name="followed_by"
    )
    warned_at = models.DateTimeField("补正提醒时间", null=True)
    kept_back_at = models.DateTimeField("抽查保留时间", null=True)
    urged_at = models.DateTimeField("催办时间", null=True)
    confirmed_at = models.DateTimeField("确认结果无误时间", null=True)
    done_steps = models.JSONField("已完成的后续事项", default=list)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(state__in=OPEN_STATES, is_coverage_changing=True),
                name="one_open_application",
                violation_error_message="这段参保关系已有正在办理的申请。",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[*OPEN_STATES, State.APPROVED], item__in=items.LEGGED),
                name="one_running_transfer",
                violation_error_message="已有一件正在办理的转移接续。",
            ),
            models.UniqueConstraint(
                fields=["person", "item"], condition=Q(state=State.DRAFT), name="one_draft_per_item"
            ),
            models.CheckConstraint(condition=Q(state__in=list(labels.STATES)), name="application_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.DISCARDED], number__isnull=True, submitted_at__isnull=True)
                | (
                    ~Q(state__in=[State.DRAFT, State.DISCARDED])
                    & Q(number__isnull=False, submitted_at__isnull=False, due_on__isnull=False)
                ),
                name="number_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="taken_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applicant")),
                name="reviewer_is_not_applicant",
                violation_error_message="审核人不能是申请人本人。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.APPROVED, State.COMPLETED]) | Q(effective_on__isnull=False),
                name="approved_has_effective_day",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "state", "due_on", "id"], name="desk_queue"),
            models.Index(fields=["taken_by", "state", "due_on", "id"], name="desk_mine"),
            models.Index(fields=["item", "state", "due_on", "id"], name="desk_item"),
            models.Index(fields=["channel", "state", "due_on", "id"], name="desk_channel"),
            models.Index(fields=["person", "-id"], name="application_person"),
            models.Index(fields=["effective_on"], name="application_effect", condition=Q(state=State.APPROVED)),
            models.Index(fields=["due_on", "id"], name="desk_open", condition=Q(state__in=OPEN_STATES)),
            models.Index(fields=["due_on", "id"], name="desk_all", condition=Q(number__isnull=False)),
            models.Index(fields=["area", "decided_at"], name="desk_decided", condition=Q(decided_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number or "草稿"

    @property
    def tone(self) -> str:
        """The colour of the state's tag."""
        return labels.STATE_TONES.get(self.state, "neutral")


class ApplicationEvent(models.Model):
    """One step of an application's life. Append-only by trigger; versions run without a gap."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, verbose_name="办件", related_name="events")
    version = models.PositiveIntegerField("版本")
    action = models.CharField("动作", max_length=16, choices=list(labels.ACTIONS.items()))
    from_state = models.CharField("原状态", max_length=16, choices=list(labels.STATES.items()))
    to_state = models.CharField("新状态", max_length=16, choices=list(labels.STATES.items()))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="操作人", related_name="+"
    )
    role = models.CharField("身份", max_length=12, choices=list(labels.ROLES.items()))
    acted_for = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, null=True, verbose_name="代谁办理", related_name="+"
    )
    reason_code = models.CharField("原因", max_length=32, blank=True)
    text = models.CharField("说明", max_length=500, blank=True)
    fields = models.JSONField("需补正的内容", default=list)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件记录"
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="event_version_once"),
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | Q(role="system"), name="event_actor_unless_system"
            ),
        ]
        indexes = [models.Index(fields=["action", "at"], name="event_action")]


class Revision(models.Model):
    """What the applicant sent, as it was sent: encrypted JSON, one row per submission."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, verbose_name="办件", related_name="revisions"
    )
    no = models.PositiveIntegerField("第几次提交")
    content = EncryptedTextField("内容")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "提交版本"
        constraints = [models.UniqueConstraint(fields=["application", "no"], name="revision_once")]


def attachment_id() -> str:
    """An address nobody can guess: 128 bits."""
    return secrets.token_hex(16)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own, and those of relatives who let one act for them today."""
        return self.kept().filter(application__person__in=InsuredPerson.objects.within_reach_of(user))

    def in_charge_of(self, user: User) -> Self:
        """At the desk: the materials of submitted cases of the staff member's pooling areas."""
        return self.kept().filter(
            application__number__isnull=False,
            application__area__in=StaffAssignment.objects.areas_with(user, Right.CASES),
        )

    def kept(self) -> Self:
        """Not removed by the applicant."""
        return self.filter(removed_at__isnull=True)


class Attachment(models.Model):
    """材料: one uploaded file in a named slot; reviewers see only the pages rendered from it."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=attachment_id)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, verbose_name="办件", related_name="attachments"
    )
    slot = models.CharField("材料", max_length=20, choices=list(labels.MATERIALS.items()))
    name = models.CharField("文件名", max_length=100)
    content_type = models.CharField("类型", max_length=20)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("摘要", max_length=64)
    state = models.CharField("处理状态", max_length=8, choices=list(labels.RENDER_STATES.items()), default="pending")
    pages = models.PositiveSmallIntegerField("页数", default=0)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "材料"
        indexes = [models.Index(fields=["state"], name="attachment_pending", condition=Q(state="pending"))]
