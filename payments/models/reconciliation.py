"""对账: the bill file of a gateway's day as it came, and what of it does not fit the ledger."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import StaffAssignment
from payments import labels
from payments.labels import reconciliation
from portal import clock
from portal.accounts.models import User

KINDS = {"payment": "收款", "refund": "退款"}


class BillFileQuerySet(models.QuerySet["BillFile"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: all of them for finance, of whatever area; the merchant's account is one for the hall."""
        posts = StaffAssignment.objects.valid_on(clock.today()).filter(user=user, role="finance")
        return self if posts.exists() else self.none()


class BillFile(models.Model):
    """对账单: one day of one gateway, imported once, with the sums of both sides; closed when all is explained."""

    gateway = models.CharField("支付平台", max_length=12, choices=list(labels.GATEWAYS.items()))
    day = models.DateField("账单日")
    sha256 = models.CharField("内容摘要", max_length=64, unique=True)
    count = models.PositiveIntegerField("笔数")
    theirs_fen = models.BigIntegerField("账单净额（分）")
    ours_fen = models.BigIntegerField("总账净额（分）")
    imported_at = models.DateTimeField("导入时间")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="关账人", related_name="+"
    )
    closed_at = models.DateTimeField("关账时间", null=True)

    objects = BillFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对账单"
        constraints = [
            models.UniqueConstraint(fields=["gateway", "day"], name="one_bill_file_per_day"),
            models.CheckConstraint(condition=Q(gateway__in=list(labels.GATEWAYS)), name="bill_file_gateway_known"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True, closed_at__isnull=True)
                | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="bill_file_closed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_gateway_display()} {self.day}"


class BillFileLine(models.Model):
    """One line of the file as the gateway wrote it; append-only."""

    file = models.ForeignKey(BillFile, on_delete=models.PROTECT, verbose_name="对账单", related_name="lines")
    position = models.PositiveIntegerField("行号")
    kind = models.CharField("类型", max_length=8, choices=list(KINDS.items()))
    number = models.CharField("交易号或退款编号", max_length=64)
    trade_no = models.CharField("支付平台交易号", max_length=64)
    order_number = models.CharField("订单号", max_length=64, blank=True)
    amount_fen = models.BigIntegerField("金额（分）")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "对账单明细"
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="bill_file_line_once"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="bill_file_line_kind_known"),
        ]
        indexes = [models.Index(fields=["number"], name="bill_file_line_number")]


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the files that one may see."""
        return self.filter(file__in=BillFile.objects.in_charge_of(user))

    def open(self) -> Self:
        """Not closed by a second person."""
        return self.filter(closed_at__isnull=True)


class Difference(models.Model):
    """对账差异: found at the import, explained by its owner, closed by somebody else. Nothing is repaired by itself."""

    number = models.CharField("差异编号", max_length=32, unique=True)
    file = models.ForeignKey(BillFile, on_delete=models.PROTECT, verbose_name="对账单", related_name="differences")
    kind = models.CharField("差异类型", max_length=12, choices=list(labels.DIFFERENCE_KINDS.items()))
    line_kind = models.CharField("收付", max_length=8, choices=list(KINDS.items()))
    trade_no = models.CharField("交易号或退款编号", max_length=64)
    order_number = models.CharField("订单号", max_length=64, blank=True)
    ours_fen = models.BigIntegerField("总账（分）")
    theirs_fen = models.BigIntegerField("账单（分）")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="责任人", related_name="+"
    )
    reason = models.CharField("说明", max_length=200, blank=True)
    explained_at = models.DateTimeField("说明时间", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="核销人", related_name="+"
    )
    closed_at = models.DateTimeField("核销时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对账差异"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(labels.DIFFERENCE_KINDS)), name="difference_kind_known"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, reason="", explained_at__isnull=True)
                | (Q(owner__isnull=False, explained_at__isnull=False) & ~Q(reason="")),
                name="difference_explained_by_its_owner",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True, closed_at__isnull=True)
                | Q(closed_by__isnull=False, closed_at__isnull=False, owner__isnull=False),
                name="difference_closed_once_explained",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("owner")),
                name="difference_needs_two_persons",
                violation_error_message="写说明的人不能自己核销。",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def gap_fen(self) -> int:
        """By how much the platform's day is more than ours because of it; a refund counts the other way round."""
        gap = self.theirs_fen - self.ours_fen
        return gap if self.line_kind == "payment" else -gap

    @property
    def what_next(self) -> str:
        """What finance does about one of its kind."""
        return reconciliation.NEXT[self.kind]
