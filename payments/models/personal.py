"""个人账户 of employees, kept as entries that are only ever added, and the 支付密码 of an account."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from insured.models import InsuredPerson
from payments import labels
from payments.models.bills import Bill
from payments.models.orders import PaymentOrder
from portal.accounts.models import User


class AccountEntryQuerySet(models.QuerySet["AccountEntry"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(person__user=user)


class AccountEntry(models.Model):
    """One movement of a personal account, in fen; append-only.

    `position` counts a person's entries without a gap and is unique, so that of two writers who saw the same balance
    only one succeeds; `balance_fen`, what the account holds afterwards, is never below nothing.
    """

    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, verbose_name="参保人", related_name="account_entries"
    )
    position = models.PositiveIntegerField("序号")
    kind = models.CharField("类型", max_length=12, choices=list(labels.ACCOUNT_KINDS.items()))
    amount_fen = models.BigIntegerField("金额（分）")
    balance_fen = models.BigIntegerField("余额（分）")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True, verbose_name="账单", related_name="+")
    order = models.ForeignKey(
        PaymentOrder, on_delete=models.PROTECT, null=True, verbose_name="支付单", related_name="+"
    )
    text = models.CharField("说明", max_length=100, blank=True, default="")
    at = models.DateTimeField("时间")

    objects = AccountEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "个人账户明细"
        constraints = [
            models.UniqueConstraint(fields=["person", "position"], name="account_entry_in_turn"),
            models.UniqueConstraint(fields=["order"], condition=Q(kind="family"), name="account_pays_an_order_once"),
            models.UniqueConstraint(fields=["text"], condition=Q(kind="back"), name="account_given_back_once"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="account_entry_not_nothing"),
            models.CheckConstraint(
                condition=Q(balance_fen__gte=0),
                name="account_never_below_nothing",
                violation_error_message="个人账户余额不足。",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(labels.ACCOUNT_KINDS)), name="account_kind_known"),
        ]


class PaymentPassword(models.Model):
    """支付密码 of an account that has set one; too many wrong tries lock it for a while."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="账号", related_name="payment_password"
    )
    password = models.CharField("支付密码", max_length=200)
    set_at = models.DateTimeField("设置时间")
    failures = models.PositiveSmallIntegerField("连续输错", default=0)
    locked_until = models.DateTimeField("锁定到", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支付密码"
