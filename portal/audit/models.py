"""Access log, one-time form tokens and the slots of scheduled jobs."""

from django.conf import settings
from django.db import models


class AccessLog(models.Model):
    """One look at, reveal or export of personal data. Append-only by trigger."""

    at = models.DateTimeField("时间", auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="操作人", related_name="+"
    )
    action = models.CharField("动作", max_length=32)
    subject_kind = models.CharField("对象类别", max_length=32)
    subject_id = models.BigIntegerField("对象编号")
    reason = models.CharField("用途", max_length=200, blank=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "访问日志"
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="access_subject")]


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
