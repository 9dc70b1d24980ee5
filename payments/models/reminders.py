"""批量提醒: one run tells the people of an area about one occasion, in chunks; each of them once."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import InsuredPerson, PoolingArea, StaffAssignment
from insured.policy.roles import Right
from payments import labels
from portal.accounts.models import User


class ReminderRunQuerySet(models.QuerySet["ReminderRun"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the areas whose messages the staff member looks after."""
        return self.filter(area__in=StaffAssignment.objects.areas_with(user, Right.MESSAGES))

    def unfinished(self) -> Self:
        """Those with somebody left to tell."""
        return self.filter(finished_at__isnull=True)


class ReminderRun(models.Model):
    """One occasion of an area. `cursor` is the key behind which the next chunk begins; the chunk moves it."""

    number = models.CharField("提醒批次号", max_length=32, unique=True)
    kind = models.CharField("提醒", max_length=12, choices=list(labels.REMINDER_KINDS.items()))
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    window = models.CharField("年度或到期日", max_length=10)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="发起人", related_name="+"
    )
    cursor = models.BigIntegerField("做到哪里", default=0)
    seen = models.PositiveIntegerField("查看", default=0)
    told = models.PositiveIntegerField("提醒人数", default=0)
    in_hall = models.PositiveIntegerField("站内消息", default=0)
    by_sms = models.PositiveIntegerField("短信", default=0)
    by_email = models.PositiveIntegerField("邮件", default=0)
    unreached = models.PositiveIntegerField("没有送达方式", default=0)
    started_at = models.DateTimeField("发起时间")
    chunk_at = models.DateTimeField("最近进展", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = ReminderRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量提醒"
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "window"], name="one_reminder_run_per_occasion"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.REMINDER_KINDS)), name="reminder_run_kind_known"),
            models.CheckConstraint(
                condition=Q(told__lte=F("seen"), unreached__lte=F("told")), name="reminder_run_counts_possible"
            ),
        ]
        indexes = [models.Index(fields=["area", "-id"], name="reminder_run_of_area")]

    def __str__(self) -> str:
        return self.number

    @property
    def occasion(self) -> str:
        """What it was about, in words."""
        return labels.occasion_text(self.kind, window=self.window)


class Reminder(models.Model):
    """提醒记录: this person was reminded of this occasion. Append-only by trigger."""

    run = models.ForeignKey(ReminderRun, on_delete=models.PROTECT, verbose_name="批次", related_name="reminders")
    person = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="+")
    kind = models.CharField("提醒", max_length=12, choices=list(labels.REMINDER_KINDS.items()))
    window = models.CharField("年度或到期日", max_length=10)
    channels = models.CharField("渠道", max_length=20, blank=True)
    told_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒记录"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "window"], name="one_reminder_per_occasion"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.REMINDER_KINDS)), name="reminder_kind_known"),
        ]
