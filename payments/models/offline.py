"""线下收款: bank transfers and money taken at the counter, entered by one person and confirmed by another."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import PoolingArea, StaffAssignment
from insured.policy.roles import Right
from payments import labels
from payments.models.bills import Bill
from portal.accounts.models import User


class OfflinePaymentQuerySet(models.QuerySet["OfflinePayment"]):
    def in_charge_of(self, user: User) -> Self:
        """At the desk: those of the areas where one looks after money, or takes it at the counter."""
        areas = StaffAssignment.objects.areas_with
        return self.filter(
            Q(area__in=areas(user, Right.MONEY))
            | Q(area__in=areas(user, Right.HANDLE))
            | Q(area__in=areas(user, Right.SUPERVISE))
        )

    def waiting(self) -> Self:
        """A second person has to look."""
        return self.filter(state__in=OfflinePayment.PROPOSED)

    def in_suspense(self) -> Self:
        """Received, and nobody knows yet what for."""
        return self.filter(state=OfflinePayment.SUSPENSE)


class OfflinePayment(models.Model):
    """One sum that came by bank transfer or at the counter, in fen; `receipt_no` is the bank's or the receipt's number.

    Nothing is booked before the second person confirms. What then fits no bill waits as suspense; to attach it to a
    bill, or to give it back, again takes two.
    """

    ENTERED, BOOKED, SUSPENSE, DISCARDED = "entered", "booked", "suspense", "discarded"
    MATCHING, RETURNING, RETURNED = "matching", "returning", "returned"
    PROPOSED = (ENTERED, MATCHING, RETURNING)

    number = models.CharField("收款编号", max_length=32, unique=True)
    channel = models.CharField("收款方式", max_length=8, choices=list(labels.OFFLINE_CHANNELS.items()))
    receipt_no = models.CharField("银行流水号或收据号", max_length=40)
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    bill = models.ForeignKey(
        Bill, on_delete=models.PROTECT, null=True, blank=True, verbose_name="账单", related_name="offline_payments"
    )
    amount_fen = models.BigIntegerField("金额（分）")
    paid_on = models.DateField("到账日期")
    payer_name = models.CharField("付款人", max_length=60)
    note = models.CharField("附言", max_length=200, blank=True, default="")
    state = models.CharField("状态", max_length=10, choices=list(labels.OFFLINE_STATES.items()), default=ENTERED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="经办人", related_name="+"
    )
    proposed_at = models.DateTimeField("经办时间")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name="复核人", related_name="+"
    )
    confirmed_at = models.DateTimeField("复核时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = OfflinePaymentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "线下收款"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "channel", "receipt_no"],
                condition=~Q(state="discarded"),
                name="offline_receipt_once",
                violation_error_message="这个流水号或收据号已经登记过。",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="offline_amount_positive"),
            models.CheckConstraint(
                condition=Q(channel__in=list(labels.OFFLINE_CHANNELS)), name="offline_channel_known"
            ),
            models.CheckConstraint(condition=Q(state__in=list(labels.OFFLINE_STATES)), name="offline_state_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="offline_needs_two_persons",
                violation_error_message="经办人不能复核自己登记的收款。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["entered", "matching", "returning"], confirmed_by__isnull=True)
                | Q(state__in=["booked", "suspense", "returned", "discarded"], confirmed_by__isnull=False),
                name="offline_ends_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["booked", "matching"]) | Q(bill__isnull=False), name="offline_booked_on_a_bill"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="offline_confirmed_at_and_by",
            ),
        ]
        indexes = [models.Index(fields=["area", "state", "-id"], name="offline_by_state")]

    def __str__(self) -> str:
        return self.number


class OfflinePaymentEvent(models.Model):
    """Who did what with a receipt; append-only."""

    payment = models.ForeignKey(
        OfflinePayment, on_delete=models.PROTECT, verbose_name="线下收款", related_name="events"
    )
    action = models.CharField("操作", max_length=12, choices=list(labels.OFFLINE_ACTIONS.items()))
    text = models.CharField("说明", max_length=200, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="操作人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "线下收款记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=list(labels.OFFLINE_ACTIONS)), name="offline_event_action_known"
            ),
        ]
