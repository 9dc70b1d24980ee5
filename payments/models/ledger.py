"""总账, double entry in fen: what came in through whom, and what it is for."""

from django.db import models
from django.db.models import Q

from payments import labels
from payments.models.bills import Bill
from payments.models.orders import PaymentOrder


class LedgerTransaction(models.Model):
    """One movement of money, posted once: `key` names its kind, the channel and the number it has there. Append-only.

    On PostgreSQL a deferred trigger refuses a transaction whose entries do not come to nothing; `post` does so on
    both databases.
    """

    key = models.CharField("记账编号", max_length=120, unique=True)
    kind = models.CharField("类型", max_length=12, choices=list(labels.LEDGER_KINDS.items()))
    channel = models.CharField("渠道", max_length=12, choices=list(labels.LEDGER_CHANNELS.items()))
    trade_no = models.CharField("交易号", max_length=64)
    order = models.ForeignKey(
        PaymentOrder, on_delete=models.PROTECT, null=True, blank=True, verbose_name="支付单", related_name="postings"
    )
    happened_at = models.DateTimeField("交易时间")
    posted_at = models.DateTimeField("记账时间")

    class Meta:
        verbose_name = verbose_name_plural = "总账凭证"
        constraints = [
            models.UniqueConstraint(fields=["kind", "channel", "trade_no"], name="one_posting_per_trade"),
            models.CheckConstraint(condition=Q(kind__in=list(labels.LEDGER_KINDS)), name="ledger_kind_known"),
            models.CheckConstraint(condition=Q(channel__in=list(labels.LEDGER_CHANNELS)), name="ledger_channel_known"),
        ]
        indexes = [
            models.Index(fields=["channel", "happened_at"], name="ledger_by_day"),
            models.Index(fields=["posted_at"], name="ledger_by_posting"),
        ]

    def __str__(self) -> str:
        return self.key


class LedgerEntry(models.Model):
    """One side of a movement: positive is what an account receives. Append-only."""

    transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, verbose_name="凭证", related_name="entries"
    )
    account = models.CharField("科目", max_length=16, choices=list(labels.LEDGER_ACCOUNTS.items()))
    bill = models.ForeignKey(
        Bill, on_delete=models.PROTECT, null=True, blank=True, verbose_name="账单", related_name="ledger_entries"
    )
    fen = models.BigIntegerField("金额（分）")

    class Meta:
        verbose_name = verbose_name_plural = "总账分录"
        constraints = [
            models.CheckConstraint(condition=~Q(fen=0), name="ledger_entry_not_nothing"),
            models.CheckConstraint(condition=Q(account__in=list(labels.LEDGER_ACCOUNTS)), name="ledger_account_known"),
            models.CheckConstraint(
                condition=Q(account="contribution", bill__isnull=False)
                | (~Q(account="contribution") & Q(bill__isnull=True)),
                name="ledger_contribution_names_its_bill",
            ),
        ]
        indexes = [models.Index(fields=["account"], name="ledger_by_account")]
