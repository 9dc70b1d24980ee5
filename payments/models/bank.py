"""绑定的银行账户, 代缴协议, and the debit runs that take what is owed."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insured.models import Enrollment, InsuredPerson, PoolingArea
from payments import labels
from payments.models.bills import Bill
from payments.models.orders import PaymentOrder
from portal.accounts.models import User
from portal.crypto import BlindIndexField, EncryptedTextField


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: one's own."""
        return self.filter(person__user=user)

    def bound(self) -> Self:
        """Not ended."""
        return self.filter(ended_at__isnull=True)

    def held(self) -> Self:
        """Locked, so that no mandate is signed on an account that is being ended."""
        return self.select_for_update(no_key=True, of=("self",)).select_related("person__user", "person__area")


class BankAccount(models.Model):
    """An account of a person that the bank has confirmed as theirs; the number is sealed and only shown masked."""

    person = models.ForeignKey(
        InsuredPerson, on_delete=models.PROTECT, verbose_name="户主", related_name="bank_accounts"
    )
    bank = models.CharField("银行", max_length=8, choices=list(labels.BANKS.items()))
    number = EncryptedTextField("账号")
    number_index = BlindIndexField("账号索引", source="number", purpose="bank-account")
    check_no = models.CharField("银行核验编号", max_length=40)
    bound_at = models.DateTimeField("绑定时间")
    ended_at = models.DateTimeField("解除时间", null=True, blank=True)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "银行账户"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at__isnull=True),
                name="one_bound_account",
                violation_error_message="已经绑定了一个银行账户。",
            ),
            models.CheckConstraint(condition=Q(bank__in=list(labels.BANKS)), name="bank_known"),
        ]


class DebitMandateQuerySet(models.QuerySet["DebitMandate"]):
    def visible_to(self, user: User) -> Self:
        """In the hall: those that one has signed."""
        return self.filter(account__person__user=user)

    def active(self) -> Self:
        """Not ended."""
        return self.filter(ended_at__isnull=True)


class DebitMandate(models.Model):
    """代缴协议: from `starts_on` (the first day of a month) on the bank may take what this enrollment owes.

    `terms` is the version of the text that was agreed to.
    """

    number = models.CharField("协议号", max_length=32, unique=True)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, verbose_name="账户", related_name="mandates")
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, verbose_name="参保关系", related_name="mandates"
    )
    starts_on = models.DateField("生效月份（首日）")
    terms = models.CharField("协议文本版本", max_length=20)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="签约人", related_name="+"
    )
    signed_at = models.DateTimeField("签约时间")
    ended_at = models.DateTimeField("解约时间", null=True, blank=True)
    ended_because = models.CharField(
        "解约原因", max_length=8, choices=list(labels.MANDATE_ENDS.items()), blank=True, default=""
    )

    objects = DebitMandateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代缴协议"
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(ended_at__isnull=True),
                name="one_active_mandate",
                violation_error_message="这个险种已经签约银行代缴。",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="mandate_ended_because",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DebitRun(models.Model):
    """扣款批次 of an area and a day. `cursor` is the key of the last mandate whose bills have their orders."""

    number = models.CharField("扣款批次号", max_length=32, unique=True)
    area = models.ForeignKey(PoolingArea, on_delete=models.PROTECT, verbose_name="统筹区")
    day = models.DateField("扣款日")
    total = models.PositiveIntegerField("协议数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    cursor = models.BigIntegerField("做到哪里", default=0)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "扣款批次"
        constraints = [
            models.UniqueConstraint(fields=["area", "day"], name="one_debit_run_a_day"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="debit_done_within_total"),
        ]

    def __str__(self) -> str:
        return self.number


class DebitLine(models.Model):
    """One bill of a run, debited once: its order says what the bank did."""

    OPEN = "open"

    run = models.ForeignKey(DebitRun, on_delete=models.PROTECT, verbose_name="批次", related_name="lines")
    mandate = models.ForeignKey(DebitMandate, on_delete=models.PROTECT, verbose_name="协议", related_name="lines")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, verbose_name="账单", related_name="debit_lines")
    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, verbose_name="支付单", related_name="debit_line"
    )
    outcome = models.CharField("结果", max_length=12, choices=list(labels.DEBIT_OUTCOMES.items()), default=OPEN)
    settled_at = models.DateTimeField("结果时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "扣款明细"
        constraints = [
            models.UniqueConstraint(fields=["run", "bill"], name="debit_once_a_run"),
            models.CheckConstraint(condition=Q(outcome__in=list(labels.DEBIT_OUTCOMES)), name="debit_outcome_known"),
        ]
        indexes = [models.Index(fields=["outcome"], condition=Q(outcome="open"), name="debit_open")]
