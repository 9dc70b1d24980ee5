"""退款: money that goes back, by itself or by two persons, and who did what with it."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import PoolingArea, StaffAssignment
from insured.policy.roles import Right
from payments import labels
from payments.models.bills import Bill
from payments.models.orders import PaymentOrder
from payments.models.records import ContributionRecord
from payments.policy import refunds as policy
from portal.accounts.models import User
from portal.crypto import EncryptedTextField

PERSONAL = "account"
"""The gateway of the personal accounts."""
OWN_CAUSES = ("late", "double", "mismatch")
"""Refunds of money that pays nothing: the hall makes them by itself, and of a doubt when two people have agreed."""


class RefundQuerySet(models.QuerySet["Refund"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: of the orders that one has opened, and of one's own payments."""
        return self.filter(Q(order__payer=user) | Q(record__person__user=user) | Q(bill__person__user=user))

    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the areas whose money one looks after, or watches."""
        areas = StaffAssignment.objects.areas_with
        return self.filter(Q(area__in=areas(user, Right.MONEY)) | Q(area__in=areas(user, Right.SUPERVISE)))

    def to_send(self, now: datetime) -> Self:
        """What is to be asked for, or asked about, at the gateway."""
        return self.filter(state__in=Refund.OPEN_STATES, next_try_at__lte=now)

    def holding(self) -> Self:
        """The money is gone, or may still go."""
        return self.filter(state__in=policy.HOLDING)

    def unsettled(self) -> Self:
        """What has not arrived: on its way, or sent back by the bank and not sent out anew."""
        gone_back = Q(state=policy.RETURNED, replaced_by__isnull=True)
        return self.filter(gone_back | Q(state__in=policy.UNDER_WAY))

    def under_way(self) -> Self:
        """Not ended."""
        return self.filter(state__in=policy.UNDER_WAY)


class Refund(models.Model):
    """退款: money that goes back to where it came from, or to an account of the person. Its number is the same at every
    try, so it goes back once.

    `basis` is the 受理编号 of the application that it was approved in; `record` the payment it takes back, for the
    months from `period_starts_on` to `period_ends_on`. What somebody made another person has released.
    """

    ASKED, MADE, QUEUED, SENT, PAYOUT = policy.ASKED, policy.MADE, policy.QUEUED, policy.SENT, policy.PAYOUT
    DONE, FAILED, RETURNED, DROPPED = policy.DONE, policy.FAILED, policy.RETURNED, policy.DROPPED
    OPEN_STATES = (QUEUED, SENT)

    number = models.CharField("退款编号", max_length=32, unique=True)
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, null=True, verbose_name="统筹区")
    order = models.ForeignKey(
        PaymentOrder, on_delete=models.PROTECT, null=True, blank=True, verbose_name="支付单", related_name="refunds"
    )
    bill = models.ForeignKey(
        Bill, on_delete=models.PROTECT, null=True, blank=True, verbose_name="账单", related_name="refunds"
    )
    record = models.ForeignKey(
        ContributionRecord,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="缴费记录",
        related_name="refunds",
    )
    period_starts_on = models.DateField("退费所属期起（月首日）", null=True, blank=True)
    period_ends_on = models.DateField("退费所属期止（月首日）", null=True, blank=True)
    trade_no = models.CharField("支付平台交易号", max_length=64, blank=True, default="")
    amount_fen = models.BigIntegerField("金额（分）")
    cause = models.CharField("原因", max_length=12, choices=list(labels.REFUND_CAUSES.items()))
    way = models.CharField("退款方式", max_length=8, choices=list(labels.REFUND_WAYS.items()), default="original")
    account = EncryptedTextField("收款账号", null=True)
    account_name = models.CharField("收款户名", max_length=50, blank=True, default="")
    account_bank = models.CharField("开户银行", max_length=60, blank=True, default="")
    basis = models.CharField("依据", max_length=32, blank=True, default="")
    state = models.CharField("状态", max_length=8, choices=list(labels.REFUND_STATES.items()), default=QUEUED)
    refund_trade_no = models.CharField("支付平台退款号或银行回单号", max_length=64, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="经办人",
        related_name="+",
    )
    made_at = models.DateTimeField("经办时间", null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="复核人",
        related_name="+",
    )
    released_at = models.DateTimeField("复核时间", null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="代替", related_name="replaced_by"
    )
    created_at = models.DateTimeField("生成时间")
    done_at = models.DateTimeField("退款时间", null=True, blank=True)
    next_try_at = models.DateTimeField("下次处理时间", null=True, blank=True)
    tries = models.PositiveIntegerField("已尝试次数", default=0)
    version = models.PositiveIntegerField("版本", default=1)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "退款"
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=list(labels.REFUND_STATES)), name="refund_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "sent"]) | Q(next_try_at__isnull=False), name="refund_open_is_tried"
            ),
            models.CheckConstraint(
                condition=Q(way="account") | Q(way="original", order__isnull=False), name="refund_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True, made_at__isnull=True)
                | Q(made_by__isnull=False, made_at__isnull=False),
                name="refund_made_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True, released_at__isnull=True)
                | Q(released_by__isnull=False, released_at__isnull=False, made_by__isnull=False),
                name="refund_released_once_made",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("made_by")),
                name="refund_needs_two_persons",
                violation_error_message="经办退款的人不能自己放款。",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=OWN_CAUSES, replaces__isnull=True)
                | Q(state__in=["asked", "made", "dropped"])
                | Q(released_by__isnull=False),
                name="refund_goes_once_released",
            ),
            models.UniqueConstraint(
                fields=["order", "trade_no"],
                condition=Q(cause__in=OWN_CAUSES) & ~Q(state__in=["returned", "dropped"]),
                name="one_own_refund_per_trade",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="refund_to_send"),
            models.Index(fields=["area", "state", "-id"], name="refund_by_state"),
            models.Index(fields=["basis"], condition=~Q(basis=""), name="refund_basis"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def by_account(self) -> bool:
        """Paid out to an account instead of the way it came."""
        return self.way == "account"

    @property
    def to_personal(self) -> bool:
        """Back into the personal account that has paid (家庭共济)."""
        return not self.by_account and self.order is not None and self.order.gateway == PERSONAL

    @property
    def goes_to(self) -> str:
        """Where the money goes, in words."""
        if self.by_account:
            return labels.REFUND_WAYS["account"]
        if self.to_personal:
            return labels.REFUND_PERSONAL_WAY
        return f"{labels.REFUND_WAYS['original']}{self.order.get_gateway_display() if self.order else ''}"

    @property
    def months(self) -> tuple[date, date] | None:
        """退费所属期: first days of the first and the last month."""
        if self.period_starts_on is None or self.period_ends_on is None:
            return None
        return self.period_starts_on, self.period_ends_on

    @property
    def tone(self) -> str:
        """The colour of the state's tag."""
        return labels.REFUND_TONES.get(self.state, "wait")


class RefundEvent(models.Model):
    """Who did what with a refund; append-only."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, verbose_name="退款", related_name="events")
    action = models.CharField("操作", max_length=12, choices=list(labels.REFUND_ACTIONS.items()))
    text = models.CharField("说明", max_length=200, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="操作人", related_name="+"
    )
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "退款记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=list(labels.REFUND_ACTIONS)), name="refund_event_action_known"
            ),
        ]
