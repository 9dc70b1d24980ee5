"""存疑订单: what a gateway said of an order that does not fit it, kept until it fits or two people have settled it."""

from typing import Self

from django.db import models
from django.db.models import Q

from insured.models import StaffAssignment
from insured.policy.roles import Right
from payments import labels
from payments.models.orders import OrderLine, PaymentOrder
from portal.accounts.models import User


class OrderDoubtQuerySet(models.QuerySet["OrderDoubt"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: of orders whose bills are of the areas where one looks after money."""
        areas = StaffAssignment.objects.areas_with
        wanted = Q(bill__area__in=areas(user, Right.MONEY)) | Q(bill__area__in=areas(user, Right.SUPERVISE))
        lines = OrderLine.objects.filter(wanted, order=models.OuterRef("order"))
        return self.filter(models.Exists(lines))

    def open(self) -> Self:
        """Not settled."""
        return self.filter(settled_at__isnull=True)


class OrderDoubt(models.Model):
    """One answer that does not fit: another amount, or money that the platform gave back behind our back.

    The same answer again is the same doubt. Amounts in fen; `said_fen` is empty where the gateway named none.
    """

    AGREED, GIVEN_BACK, CLOSED = "agreed", "given_back", "closed"

    number = models.CharField("存疑编号", max_length=32, unique=True)
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, verbose_name="支付单", related_name="doubts")
    outcome = models.CharField("支付平台的说法", max_length=12, choices=list(labels.TRADE_OUTCOMES.items()))
    trade_no = models.CharField("支付平台交易号", max_length=64, blank=True, default="")
    said_fen = models.BigIntegerField("支付平台的金额（分）", null=True)
    expected_fen = models.BigIntegerField("订单金额（分）")
    paid_at = models.DateTimeField("支付时间", null=True)
    heard_at = models.DateTimeField("收到时间")
    settled_as = models.CharField(
        "处理结果", max_length=12, choices=list(labels.DOUBT_SETTLED.items()), blank=True, default=""
    )
    settled_at = models.DateTimeField("处理时间", null=True)

    objects = OrderDoubtQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "存疑订单"
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_as="", settled_at__isnull=True)
                | (Q(settled_as__in=list(labels.DOUBT_SETTLED)) & Q(settled_at__isnull=False)),
                name="doubt_settled_at_and_how",
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(settled_at__isnull=True), name="doubt_open")]

    def __str__(self) -> str:
        return self.number
