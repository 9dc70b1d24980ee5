"""支付单: what a payer sets out to pay at a gateway, the bills it pays, and money on its way back."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments import labels
from payments.models.bills import Bill
from payments.policy.orders import LIVE, State
from portal.accounts.models import User


class PaymentOrderQuerySet(models.QuerySet["PaymentOrder"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: those that one has opened."""
        return self.filter(payer=user)

    def live(self) -> Self:
        """Not ended: no other order may pay the same bills."""
        return self.filter(state__in=LIVE)

    def to_ask(self, now: datetime) -> Self:
        """Whose gateway is to be asked, or which are to be closed."""
        return self.filter(next_query_at__lte=now)


class PaymentOrder(models.Model):
    """One payment of one or several bills by one payer at one gateway, chosen when it starts.

    `key` is the one-time token of the form, `request_hash` what the form asked for: the same key again is the same
    order, with another content it is refused.
    """

    number = models.CharField("订单号", max_length=32, unique=True)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="付款人", related_name="payment_orders"
    )
    gateway = models.CharField("支付方式", max_length=12, choices=list(labels.GATEWAYS.items()), blank=True, default="")
    amount_fen = models.BigIntegerField("金额（分）")
    state = models.CharField("状态", max_length=12, choices=list(labels.ORDER_STATES.items()), default="created")
    closed_because = models.CharField(
        "关闭原因", max_length=12, choices=list(labels.ORDER_CLOSED_BECAUSE.items()), blank=True, default=""
    )
    key = models.CharField("防重复编号", max_length=64)
    request_hash = models.CharField("请求摘要", max_length=64)
    trade_no = models.CharField("支付平台交易号", max_length=64, blank=True, default="")
    created_at = models.DateTimeField("下单时间")
    expires_at = models.DateTimeField("支付截止时间")
    started_at = models.DateTimeField("发起支付时间", null=True, blank=True)
    paid_at = models.DateTimeField("支付时间", null=True, blank=True)
    next_query_at = models.DateTimeField("下次查询时间", null=True, blank=True)
    tries = models.PositiveIntegerField("已查询次数", default=0)
    version = models.PositiveIntegerField("版本", default=1)

    objects = PaymentOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支付单"
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="order_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=list(labels.ORDER_STATES)), name="order_state_known"),
            models.CheckConstraint(condition=Q(gateway__in=["", *labels.GATEWAYS]), name="order_gateway_known"),
            models.CheckConstraint(
                condition=Q(gateway="", started_at__isnull=True) | (~Q(gateway="") & Q(started_at__isnull=False)),
                name="order_started_at_a_gateway",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "paid_late", "refunded"])
                | (~Q(trade_no="") & Q(paid_at__isnull=False)),
                name="order_paid_by_a_trade",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["created", "paying", "review"]) | Q(next_query_at__isnull=False),
                name="order_live_is_asked_for",
            ),
            models.UniqueConstraint(fields=["payer", "key"], name="order_key_once"),
            models.UniqueConstraint(
                fields=["gateway", "trade_no"], condition=~Q(trade_no=""), name="order_trade_no_once"
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "-id"], name="order_of_payer"),
            models.Index(fields=["next_query_at"], condition=Q(next_query_at__isnull=False), name="order_to_ask"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_now(self) -> State:
        """The state as the policy knows it."""
        return State(self.state)

    @property
    def begun_at(self) -> datetime:
        """The moment its gateway knows it by; the same in every call."""
        return self.started_at or self.created_at


class OrderLine(models.Model):
    """What of an order goes to a bill; a bill has at most one line that is live."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, verbose_name="支付单", related_name="lines")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, verbose_name="账单", related_name="order_lines")
    amount_fen = models.BigIntegerField("金额（分）")
    refunded_fen = models.BigIntegerField("已退或在退（分）", default=0)
    is_live = models.BooleanField("进行中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "支付单明细"
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="order_line_positive"),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=models.F("amount_fen")),
                name="order_line_not_over_refunded",
                violation_error_message="退款合计不能超过付过的金额。",
            ),
            models.UniqueConstraint(fields=["order", "bill"], name="order_line_once"),
            models.UniqueConstraint(fields=["bill"], condition=Q(is_live=True), name="one_live_order_per_bill"),
        ]
