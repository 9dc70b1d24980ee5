"""结账: the figures of a day or a month of an area, as they were when two people closed it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.labels import SCHEMES
from insured.models import PoolingArea, StaffAssignment
from insured.policy.roles import Right
from payments import labels
from portal.accounts.models import User


class ClosingQuerySet(models.QuerySet["Closing"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: of the areas where one looks after money."""
        return self.filter(area__in=StaffAssignment.objects.areas_with(user, Right.MONEY))


class Closing(models.Model):
    """One day or month of an area that is closed. What is posted belongs to the day on which it is posted."""

    DAY, MONTH = "day", "month"

    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    kind = models.CharField("类型", max_length=8, choices=list(labels.CLOSING_KINDS.items()))
    starts_on = models.DateField("日期（月结为月首日）")
    digest = models.CharField("内容摘要", max_length=64)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="提交人", related_name="+"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="结账人", related_name="+"
    )
    closed_at = models.DateTimeField("结账时间")

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "财务结账"
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "starts_on"], name="closed_once"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.CLOSING_KINDS)), name="closing_kind_known"),
            models.CheckConstraint(condition=~Q(closed_by=F("prepared_by")), name="closing_needs_two_persons"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.starts_on}"


class ClosingLine(models.Model):
    """The sums of a scheme, a channel and a kind of movement when it was closed, in fen; append-only."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, verbose_name="结账", related_name="lines")
    scheme = models.CharField("险种", max_length=3, choices=list(SCHEMES.items()), blank=True)
    channel = models.CharField("渠道", max_length=12)
    kind = models.CharField("类型", max_length=12)
    count = models.PositiveIntegerField("笔数")
    late = models.PositiveIntegerField("其中以前日期发生", default=0)
    personal_fen = models.BigIntegerField("个人缴费（分）", default=0)
    unit_fen = models.BigIntegerField("单位缴费（分）", default=0)
    fiscal_fen = models.BigIntegerField("财政补助（分）", default=0)
    aid_fen = models.BigIntegerField("医疗救助资助（分）", default=0)
    late_fee_fen = models.BigIntegerField("滞纳金（分）", default=0)
    suspense_fen = models.BigIntegerField("暂收款（分）", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "结账明细"
        constraints = [
            models.UniqueConstraint(fields=["closing", "scheme", "channel", "kind"], name="closing_line_once"),
        ]
