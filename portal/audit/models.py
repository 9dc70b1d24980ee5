"""Access log, the chain over append-only rows, one-time form tokens and the slots of scheduled jobs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.audit import labels


class AccessLog(models.Model):
    """One look at, reveal or export of personal data. Append-only by trigger."""

    at = models.DateTimeField("时间", auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="操作人", related_name="+"
    )
    action = models.CharField("动作", max_length=32)
    subject_kind = models.CharField("对象类别", max_length=32)
    subject_id = models.BigIntegerField("对象编号")
    purpose = models.CharField(
        "用途", max_length=16, choices=list(labels.PURPOSES.items()), blank=True, default="", db_default=""
    )
    reason = models.CharField("用途说明", max_length=200, blank=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "访问日志"
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=["", *labels.PURPOSES]), name="access_purpose_known")
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="access_subject")]


class AuditSeal(models.Model):
    """A block of the chain of one append-only table: up to 500 rows in the order sealed. Append-only by trigger.

    `links` holds the key and the link of each row (policy.pack); `last_id` is the highest key sealed so far.
    """

    table = models.CharField("数据表", max_length=64)
    no = models.PositiveIntegerField("序号")
    row_count = models.PositiveIntegerField("行数")
    last_id = models.BigIntegerField("已封存到的行号")
    columns = models.JSONField("封存的列")
    links = models.BinaryField("各行的链值")
    previous = models.BinaryField("上一链值")
    head = models.BinaryField("本块末链值")
    key_id = models.PositiveSmallIntegerField("密钥编号")
    sealed_at = models.DateTimeField("封存时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计链封存"
        constraints = [models.UniqueConstraint(fields=["table", "no"], name="seal_once")]


class AuditCheck(models.Model):
    """One walk along all chains: how far it has come and what it found."""

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="发起人", related_name="+"
    )
    table = models.CharField("正在核对的数据表", max_length=64, blank=True)
    seal_no = models.PositiveIntegerField("已核对到的序号", default=0)
    step = models.PositiveIntegerField("步数", default=0)
    rows_total = models.PositiveBigIntegerField("总行数", default=0)
    rows_done = models.PositiveBigIntegerField("已核对行数", default=0)
    suspects = models.JSONField("待确认的行", default=list)
    fault_count = models.PositiveIntegerField("问题数", default=0)
    faults = models.JSONField("问题", default=list)
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计链核对"
        indexes = [models.Index(fields=["finished_at", "id"], name="check_open")]


class FormToken(models.Model):
    """A form that was sent once, and the address of its result."""

    token = models.CharField("令牌", max_length=64, unique=True)
    address = models.CharField("结果地址", max_length=200)
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "一次性表单令牌"


class JobRun(models.Model):
    """A scheduled job's claim on one slot of time; unique, so that two beats do the work once."""

    job = models.CharField("任务", max_length=64)
    slot = models.CharField("时段", max_length=32)
    started_at = models.DateTimeField("开始", auto_now_add=True)
    finished_at = models.DateTimeField("结束", null=True)
    note = models.CharField("结果", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定时任务记录"
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="job_slot_once")]
        indexes = [models.Index(fields=["job", "-started_at"], name="job_latest")]
