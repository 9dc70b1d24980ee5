"""批量审核: cases that one caseworker approves in one go, with what came of each."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.accounts.models import User
from suspension import labels
from suspension.models.applications import Application


class BulkApprovalQuerySet(models.QuerySet["BulkApproval"]):
    def by(self, user: User) -> Self:
        """Made by this caseworker; nobody else sees them."""
        return self.filter(made_by=user)


class BulkApproval(models.Model):
    """One go: its cases are chosen, then started; from then on each has an outcome, or is still to be done."""

    number = models.CharField("批次编号", max_length=24, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="经办人", related_name="+"
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)

    objects = BulkApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量审核"


class BulkApprovalLine(models.Model):
    """One case of a bulk approval, at the version that was chosen. An outcome is written with the decision itself."""

    bulk = models.ForeignKey(BulkApproval, on_delete=models.PROTECT, verbose_name="批次", related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, verbose_name="办件", related_name="+")
    version = models.PositiveIntegerField("选中时的版本")
    is_sample = models.BooleanField("抽查", default=False)
    outcome = models.CharField(
        "结果", max_length=12, choices=list(labels.BULK_OUTCOMES.items()), default="waiting", db_default="waiting"
    )
    text = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量审核的办件"
        constraints = [
            models.UniqueConstraint(fields=["bulk", "application"], name="bulk_case_once"),
            models.CheckConstraint(condition=Q(outcome__in=list(labels.BULK_OUTCOMES)), name="bulk_outcome_known"),
        ]
