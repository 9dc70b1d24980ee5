"""政策动态订阅: who wants to hear of what, and the run that tells of one notice. Written by services only."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from portal.help import labels
from portal.help.models.content import Notice
from portal.notifications.models import public_id


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """One's own."""
        return self.filter(user=user)

    def wanting(self, notice: Notice, *, before: datetime) -> Self:
        """Who had subscribed to its kind by that moment: for every area, or for the notice's own."""
        found = self.filter(kind=notice.kind, created_at__lte=before, user__is_active=True)
        return found.filter(area_code__in=["", notice.area_code]) if notice.area_code else found


class Subscription(models.Model):
    """Somebody wants to hear of one kind of content. Without an area of all; the message in the hall always comes.

    `public_id` stands in the link of an e-mail that ends it: whoever has it can do nothing else.
    """

    public_id = models.CharField("编号", max_length=32, unique=True, default=public_id)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="账号", related_name="subscriptions"
    )
    kind = models.CharField("栏目", max_length=8, choices=list(labels.NOTICE_KINDS.items()))
    area_code = models.CharField("统筹区", max_length=6, blank=True)
    by_sms = models.BooleanField("发短信", default=False)
    by_email = models.BooleanField("发邮件", default=False)
    created_at = models.DateTimeField("订阅时间")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策动态订阅"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_subscription_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.NOTICE_KINDS)), name="subscription_kind_known"),
        ]
        indexes = [models.Index(fields=["kind", "id"], name="subscription_of_kind")]


class NoticeRunQuerySet(models.QuerySet["NoticeRun"]):
    def unfinished(self) -> Self:
        """Those with somebody left to tell."""
        return self.filter(finished_at__isnull=True)


class NoticeRun(models.Model):
    """One notice on its way to its subscribers. `cursor` is the key behind which the next chunk begins."""

    number = models.CharField("批次号", max_length=32, unique=True)
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, verbose_name="公告", related_name="run")
    cursor = models.BigIntegerField("做到哪里", default=0)
    seen = models.PositiveIntegerField("查看", default=0)
    told = models.PositiveIntegerField("通知人数", default=0)
    started_at = models.DateTimeField("开始时间")
    chunk_at = models.DateTimeField("最近进展", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = NoticeRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策动态通知"
        constraints = [
            models.CheckConstraint(condition=Q(told__lte=F("seen")), name="notice_run_counts_possible"),
        ]

    def __str__(self) -> str:
        return self.number
