"""意见反馈 and 网站找错: from anybody, without a name. Written by services only."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.crypto import EncryptedTextField
from portal.help import labels


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def unhandled(self) -> Self:
        return self.filter(handled_at__isnull=True)


class Feedback(models.Model):
    """What somebody wrote, and what came of it. Nothing tells who it was, unless they left a contact."""

    number = models.CharField("反馈编号", max_length=20, unique=True)
    kind = models.CharField("类别", max_length=10, choices=list(labels.FEEDBACK_KINDS.items()))
    page = models.CharField("有问题的页面", max_length=200, blank=True)
    text = models.TextField("内容")
    contact = EncryptedTextField("联系方式", null=True)
    answer = models.TextField("处理结果", blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="处理人", related_name="+"
    )
    handled_at = models.DateTimeField("处理时间", null=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "意见反馈"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(labels.FEEDBACK_KINDS)), name="feedback_kind_known"),
            models.CheckConstraint(
                condition=Q(handled_by__isnull=True, handled_at__isnull=True)
                | Q(handled_by__isnull=False, handled_at__isnull=False),
                name="feedback_handled_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.number
